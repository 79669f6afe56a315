//! Expressions of ECMAScript, as far as documents may use them: literals, lists, objects,
//! variables, parts, operators, `In()`.
//!
//! Must not know of: what a variable is.

mod calls;
mod statements;
mod tokens;

use super::ir::Place;
use calls::called;
pub use statements::{Script, Statement, script};
use tokens::{Token, tokens};

/// How deep an expression may be nested.
const DEPTH_MAX: usize = 48;

#[derive(Clone, Debug, PartialEq)]
pub enum Expression {
    Undefined,
    Null,
    Bool(bool),
    Number(f64),
    Text(String),
    List(Vec<Expression>),
    Map(Vec<(String, Expression)>),
    /// A name, and where it stands in the text.
    Name(String, usize),
    In(Box<Expression>),
    Member(Box<[Expression; 2]>),
    /// The name of the function; that of a value has it as its first argument.
    Call(&'static str, Vec<Expression>),
    /// `Not`, `Minus`, `Plus`, `TypeOf`, `IsArray` or `IsObject`.
    Unary(&'static str, Box<Expression>),
    /// The name of the operator.
    Binary(&'static str, Box<[Expression; 2]>),
    And(Box<[Expression; 2]>),
    Or(Box<[Expression; 2]>),
    Conditional(Box<[Expression; 3]>),
}

/// What is wrong with an expression, and at which byte of it.
#[derive(Debug, PartialEq, Eq)]
pub struct Mistake {
    pub at: Place,
    pub message: String,
}

/// Words that begin what is no expression, or no expression that is known here.
const WORDS: [&str; 25] = [
    "in",
    "instanceof",
    "return",
    "function",
    "new",
    "delete",
    "void",
    "this",
    "var",
    "let",
    "const",
    "if",
    "else",
    "for",
    "while",
    "do",
    "switch",
    "case",
    "break",
    "continue",
    "throw",
    "try",
    "class",
    "await",
    "yield",
];

/// Binary operators with how strongly they bind.
const OPERATORS: [(&str, u8, &str); 14] = [
    ("in", 2, "In"),
    ("==", 1, "Equal"),
    ("!=", 1, "NotEqual"),
    ("===", 1, "Same"),
    ("!==", 1, "NotSame"),
    ("<", 2, "Less"),
    ("<=", 2, "LessOrEqual"),
    (">", 2, "Greater"),
    (">=", 2, "GreaterOrEqual"),
    ("+", 3, "Add"),
    ("-", 3, "Subtract"),
    ("*", 4, "Multiply"),
    ("/", 4, "Divide"),
    ("%", 4, "Remainder"),
];

/// Reads an expression.
pub fn parse(text: &str) -> Result<Expression, Mistake> {
    let mut parser = Parser {
        tokens: tokens(text)?,
        at: 0,
        end: text.len(),
        depth: 0,
    };
    if parser.tokens.is_empty() {
        return Err(parser.mistake("an expression is missing"));
    }
    let expression = parser.conditional()?;
    match parser.tokens.get(parser.at) {
        None => Ok(expression),
        Some(_) => Err(parser.unexpected()),
    }
}

/// Whether this may be the name of a variable.
pub fn is_name(text: &str) -> bool {
    let mut characters = text.chars();
    let first = characters.next();
    first.is_some_and(|first| first.is_alphabetic() || first == '_' || first == '$')
        && characters.all(|one| one.is_alphanumeric() || one == '_' || one == '$')
        && !WORDS.contains(&text)
}

/// The strings in an expression; none when it is none.
pub fn texts(text: &str) -> Vec<String> {
    let tokens = tokens(text).unwrap_or_default().into_iter();
    let texts = tokens.filter_map(|(token, _)| match token {
        Token::Text(text) => Some(text),
        _ => None,
    });
    texts.collect()
}

struct Parser {
    tokens: Vec<(Token, usize)>,
    at: usize,
    /// The length of the text.
    end: usize,
    depth: usize,
}

impl Parser {
    fn mistake(&self, message: impl Into<String>) -> Mistake {
        let at = self.tokens.get(self.at).map_or(self.end, |(_, at)| *at);
        let message = message.into();
        Mistake { at, message }
    }

    fn unexpected(&self) -> Mistake {
        let Some((token, _)) = self.tokens.get(self.at) else {
            return self.mistake("the expression ends too early");
        };
        self.mistake(match token {
            Token::Sign(sign @ ("=" | "+=" | "-=" | "*=" | "/=" | "%=" | "++" | "--")) => {
                format!("`{sign}` is not supported: only `<assign>` changes data")
            }
            Token::Sign("=>") => "functions are not supported in documents".to_owned(),
            Token::Sign("(") => "no such function can be called in documents".to_owned(),
            Token::Sign(sign) => format!("did not expect `{sign}` here"),
            Token::Name(name) if WORDS.contains(&name.as_str()) => {
                format!("`{name}` is not supported in expressions of documents")
            }
            Token::Name(name) => format!("did not expect `{name}` here"),
            Token::Number(_) => "did not expect a number here".to_owned(),
            Token::Text(_) => "did not expect a string here".to_owned(),
        })
    }

    fn is_next(&self, sign: &str) -> bool {
        matches!(self.tokens.get(self.at), Some((Token::Sign(next), _)) if *next == sign)
    }

    fn take(&mut self, sign: &str) -> bool {
        let taken = self.is_next(sign);
        self.at += usize::from(taken);
        taken
    }

    fn expect(&mut self, sign: &str) -> Result<(), Mistake> {
        match self.take(sign) {
            true => Ok(()),
            false if self.at == self.tokens.len() => {
                Err(self.mistake(format!("`{sign}` is missing")))
            }
            false => Err(self.unexpected()),
        }
    }

    fn conditional(&mut self) -> Result<Expression, Mistake> {
        self.depth += 1;
        if self.depth > DEPTH_MAX {
            return Err(self.mistake("this expression is nested too deeply"));
        }
        let condition = self.or()?;
        let expression = if self.take("?") {
            let one = self.conditional()?;
            self.expect(":")?;
            let other = self.conditional()?;
            Expression::Conditional(Box::new([condition, one, other]))
        } else {
            condition
        };
        self.depth -= 1;
        Ok(expression)
    }

    fn or(&mut self) -> Result<Expression, Mistake> {
        let mut left = self.and()?;
        while self.take("||") {
            left = Expression::Or(Box::new([left, self.and()?]));
            self.lengthen()?;
        }
        Ok(left)
    }

    fn and(&mut self) -> Result<Expression, Mistake> {
        let mut left = self.binary(1)?;
        while self.take("&&") {
            left = Expression::And(Box::new([left, self.binary(1)?]));
            self.lengthen()?;
        }
        Ok(left)
    }

    /// A long chain is nested as deeply as brackets are.
    fn lengthen(&mut self) -> Result<(), Mistake> {
        match self.at > 16 * DEPTH_MAX {
            true => Err(self.mistake("this expression is too long")),
            false => Ok(()),
        }
    }

    fn binary(&mut self, level: u8) -> Result<Expression, Mistake> {
        if level > 4 {
            return self.unary();
        }
        let mut left = self.binary(level + 1)?;
        loop {
            let sign = match self.tokens.get(self.at) {
                Some((Token::Sign(sign), _)) => *sign,
                Some((Token::Name(name), _)) if name == "in" => "in",
                Some((Token::Name(name), _)) if name == "instanceof" && level == 2 => {
                    left = self.instance(left)?;
                    continue;
                }
                _ => return Ok(left),
            };
            let mut operators = OPERATORS.iter();
            let found = operators.find(|(text, at, _)| *text == sign && *at == level);
            let Some((.., name)) = found else {
                return Ok(left);
            };
            self.at += 1;
            let right = self.binary(level + 1)?;
            left = Expression::Binary(name, Box::new([left, right]));
            self.lengthen()?;
        }
    }

    /// `instanceof Array`: there are no other classes.
    fn instance(&mut self, left: Expression) -> Result<Expression, Mistake> {
        self.at += 1;
        let operator = match self.tokens.get(self.at) {
            Some((Token::Name(name), _)) if name == "Array" => "IsArray",
            Some((Token::Name(name), _)) if name == "Object" => "IsObject",
            _ => return Err(self.mistake("`instanceof` asks for `Array` or `Object`")),
        };
        self.at += 1;
        Ok(Expression::Unary(operator, Box::new(left)))
    }

    fn unary(&mut self) -> Result<Expression, Mistake> {
        let operator = match self.tokens.get(self.at) {
            Some((Token::Sign("!"), _)) => "Not",
            Some((Token::Sign("-"), _)) => "Minus",
            Some((Token::Sign("+"), _)) => "Plus",
            Some((Token::Name(name), _)) if name == "typeof" => "TypeOf",
            _ => return self.parts(),
        };
        self.at += 1;
        self.depth += 1;
        if self.depth > DEPTH_MAX {
            return Err(self.mistake("this expression is nested too deeply"));
        }
        let side = self.unary()?;
        self.depth -= 1;
        Ok(Expression::Unary(operator, Box::new(side)))
    }

    fn parts(&mut self) -> Result<Expression, Mistake> {
        let mut whole = self.primary()?;
        loop {
            let part = if self.take(".") {
                let Some((Token::Name(name), _)) = self.tokens.get(self.at) else {
                    return Err(self.unexpected());
                };
                self.at += 1;
                Expression::Text(name.clone())
            } else if self.take("[") {
                let part = self.conditional()?;
                self.expect("]")?;
                part
            } else if let Some((function, first)) =
                self.is_next("(").then(|| called(&whole)).flatten()
            {
                self.at += 1;
                let mut arguments: Vec<Expression> = first.into_iter().collect();
                arguments.extend(self.several(")")?);
                whole = Expression::Call(function, arguments);
                self.lengthen()?;
                continue;
            } else {
                return Ok(whole);
            };
            whole = Expression::Member(Box::new([whole, part]));
            self.lengthen()?;
        }
    }

    fn primary(&mut self) -> Result<Expression, Mistake> {
        let Some((token, at)) = self.tokens.get(self.at).cloned() else {
            return Err(self.unexpected());
        };
        let expression = match token {
            Token::Number(value) => Expression::Number(value),
            Token::Text(text) => Expression::Text(text),
            Token::Name(name) => match name.as_str() {
                "undefined" => Expression::Undefined,
                "null" => Expression::Null,
                "true" => Expression::Bool(true),
                "false" => Expression::Bool(false),
                "In" => {
                    self.at += 1;
                    self.expect("(")?;
                    let state = self.conditional()?;
                    self.expect(")")?;
                    return Ok(Expression::In(Box::new(state)));
                }
                word if WORDS.contains(&word) => return Err(self.unexpected()),
                _ => Expression::Name(name, at),
            },
            Token::Sign("(") => {
                self.at += 1;
                let inside = self.conditional()?;
                self.expect(")")?;
                return Ok(inside);
            }
            Token::Sign("[") => {
                self.at += 1;
                return self.list();
            }
            Token::Sign("{") => {
                self.at += 1;
                return self.map();
            }
            Token::Sign(_) => return Err(self.unexpected()),
        };
        self.at += 1;
        Ok(expression)
    }

    fn list(&mut self) -> Result<Expression, Mistake> {
        self.several("]").map(Expression::List)
    }

    /// Expressions with commas between them, and what ends them.
    fn several(&mut self, end: &'static str) -> Result<Vec<Expression>, Mistake> {
        let mut list = Vec::new();
        while !self.take(end) {
            list.push(self.conditional()?);
            if !self.is_next(end) {
                self.expect(",")?;
            }
        }
        Ok(list)
    }

    fn map(&mut self) -> Result<Expression, Mistake> {
        let mut map = Vec::new();
        while !self.take("}") {
            let name = match self.tokens.get(self.at) {
                Some((Token::Name(name) | Token::Text(name), _)) => name.clone(),
                Some((Token::Number(value), _)) => value.to_string(),
                _ => return Err(self.unexpected()),
            };
            self.at += 1;
            self.expect(":")?;
            map.push((name, self.conditional()?));
            if !self.is_next("}") {
                self.expect(",")?;
            }
        }
        Ok(Expression::Map(map))
    }
}
