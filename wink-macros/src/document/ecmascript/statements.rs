//! Statements of ECMAScript, as far as scripts of documents may use them: variables,
//! assignments, conditions, blocks.
//!
//! Must not know of: what a variable is.

use super::tokens::{Token, tokens};
use super::{DEPTH_MAX, Expression, Mistake, Parser};

/// How many statements a script may have.
const STATEMENTS_MAX: usize = 2_000;

#[derive(Clone, Debug, PartialEq)]
pub enum Statement {
    /// The place, then what is written there.
    Assign(Expression, Expression),
    /// For nothing but the failure that it may be.
    Evaluate(Expression),
    If(Expression, Vec<Statement>, Vec<Statement>),
}

/// A script.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Script {
    pub statements: Vec<Statement>,
    /// The variables that it declares, each with where that stands.
    pub declared: Vec<(String, usize)>,
}

/// Reads a script.
pub fn script(text: &str) -> Result<Script, Mistake> {
    let mut reader = Statements {
        parser: Parser {
            tokens: tokens(text)?,
            at: 0,
            end: text.len(),
            depth: 0,
        },
        text,
        declared: Vec::new(),
        count: 0,
    };
    let mut statements = Vec::new();
    while reader.parser.at < reader.parser.tokens.len() {
        reader.statement(&mut statements)?;
    }
    Ok(Script {
        statements,
        declared: reader.declared,
    })
}

struct Statements<'t> {
    parser: Parser,
    text: &'t str,
    declared: Vec<(String, usize)>,
    count: usize,
}

impl Statements<'_> {
    fn word(&self) -> Option<&str> {
        match self.parser.tokens.get(self.parser.at) {
            Some((Token::Name(name), _)) => Some(name),
            _ => None,
        }
    }

    fn take_word(&mut self, word: &str) -> bool {
        let taken = self.word() == Some(word);
        self.parser.at += usize::from(taken);
        taken
    }

    fn statement(&mut self, to: &mut Vec<Statement>) -> Result<(), Mistake> {
        self.count += 1;
        self.parser.depth += 1;
        if self.parser.depth > DEPTH_MAX || self.count > STATEMENTS_MAX {
            return Err(self
                .parser
                .mistake("this script is too long or nested too deeply"));
        }
        if self.parser.take("{") {
            while !self.parser.take("}") {
                self.statement(to)?;
            }
        } else if self.take_word("if") {
            to.push(self.condition()?);
        } else if !self.parser.take(";") {
            match self.word() {
                Some("var") => self.variables(to)?,
                Some("function") => {
                    let message = "functions are not supported in documents";
                    return Err(self.parser.mistake(message));
                }
                Some(
                    word @ ("let" | "const" | "for" | "while" | "do" | "switch" | "try" | "throw"
                    | "return" | "break" | "continue" | "class" | "with"),
                ) => {
                    let message = format!("`{word}` is not supported in scripts of documents");
                    return Err(self.parser.mistake(message));
                }
                _ => to.push(self.simple()?),
            }
            self.end()?;
        }
        self.parser.depth -= 1;
        Ok(())
    }

    fn condition(&mut self) -> Result<Statement, Mistake> {
        self.parser.expect("(")?;
        let condition = self.parser.conditional()?;
        self.parser.expect(")")?;
        let (mut then, mut otherwise) = (Vec::new(), Vec::new());
        self.statement(&mut then)?;
        if self.take_word("else") {
            self.statement(&mut otherwise)?;
        }
        Ok(Statement::If(condition, then, otherwise))
    }

    /// `var a = 1, b`
    fn variables(&mut self, to: &mut Vec<Statement>) -> Result<(), Mistake> {
        self.parser.at += 1;
        loop {
            let Some((Token::Name(name), at)) = self.parser.tokens.get(self.parser.at).cloned()
            else {
                return Err(self.parser.unexpected());
            };
            if !super::is_name(&name) {
                return Err(self.parser.unexpected());
            }
            self.parser.at += 1;
            self.declared.push((name.clone(), at));
            if self.parser.take("=") {
                let value = self.parser.conditional()?;
                to.push(Statement::Assign(Expression::Name(name, at), value));
            }
            if !self.parser.take(",") {
                return Ok(());
            }
        }
    }

    /// An assignment, or an expression.
    fn simple(&mut self) -> Result<Statement, Mistake> {
        const OPERATORS: [(&str, &str); 5] = [
            ("+=", "Add"),
            ("-=", "Subtract"),
            ("*=", "Multiply"),
            ("/=", "Divide"),
            ("%=", "Remainder"),
        ];
        for (sign, operator) in [("++", "Add"), ("--", "Subtract")] {
            if self.parser.take(sign) {
                let place = self.parser.parts()?;
                return self.changed(place, operator);
            }
        }
        let start = self.parser.at;
        let left = self.parser.conditional()?;
        for (sign, operator) in [("++", "Add"), ("--", "Subtract")] {
            if self.parser.take(sign) {
                return self.changed(left, operator);
            }
        }
        if self.parser.take("=") {
            self.check_place(&left, start)?;
            return Ok(Statement::Assign(left, self.parser.conditional()?));
        }
        for (sign, operator) in OPERATORS {
            if self.parser.take(sign) {
                self.check_place(&left, start)?;
                let right = self.parser.conditional()?;
                let value = Expression::Binary(operator, Box::new([left.clone(), right]));
                return Ok(Statement::Assign(left, value));
            }
        }
        Ok(Statement::Evaluate(left))
    }

    /// `a++` and its like.
    fn changed(&mut self, place: Expression, by: &'static str) -> Result<Statement, Mistake> {
        self.check_place(&place, self.parser.at.saturating_sub(1))?;
        let number = Expression::Unary("Plus", Box::new(place.clone()));
        let sides = Box::new([number, Expression::Number(1.0)]);
        Ok(Statement::Assign(place, Expression::Binary(by, sides)))
    }

    fn check_place(&self, place: &Expression, token: usize) -> Result<(), Mistake> {
        let mut inner = place;
        while let Expression::Member(sides) = inner {
            inner = &sides[0];
        }
        match inner {
            Expression::Name(..) => Ok(()),
            _ => {
                let at = self.parser.tokens.get(token).map_or(0, |(_, at)| *at);
                let message = "nothing can be assigned to this".to_owned();
                Err(Mistake { at, message })
            }
        }
    }

    /// `;`, or what stands for it: the end of the line, of the block, of the script.
    fn end(&mut self) -> Result<(), Mistake> {
        if self.parser.take(";") || self.parser.is_next("}") {
            return Ok(());
        }
        let before = self.parser.at.checked_sub(1);
        let before = before.and_then(|before| self.parser.tokens.get(before));
        match (before, self.parser.tokens.get(self.parser.at)) {
            (Some((_, from)), Some((_, to))) if !self.text[*from..*to].contains('\n') => {
                Err(self.parser.unexpected())
            }
            _ => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn statements_are_read_and_what_is_more_is_refused() {
        let sound = [
            ("", 0),
            ("x = 1", 1),
            ("x = 1\ny += 2 // and so on\n", 2),
            ("var a = 1, b, c = a; { a++; --c }", 4),
            ("if (a == 1) x = 1; else { y = 2; z = 3 }", 1),
            ("a.b[0] = {c: 1}; /* } */ a.d", 2),
        ];
        for (text, count) in sound {
            let script = script(text);
            assert_eq!(script.map(|one| one.statements.len()), Ok(count), "{text}");
        }
        for text in [
            "function f() {}",
            "for (;;) {}",
            "while (true) x++",
            "x = 1 y = 2",
            "1 = x",
            "f() = 1",
            "if (a { }",
            "{ x = 1",
            "x = y = 1",
            "let x = 1",
        ] {
            assert!(script(text).is_err(), "{text}");
        }
        assert!(script(&"{".repeat(5_000)).is_err());
        assert!(script(&"if (a) ".repeat(5_000)).is_err());
        assert!(script(&"x = 1;".repeat(5_000)).is_err());
    }
}
