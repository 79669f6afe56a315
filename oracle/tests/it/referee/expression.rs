//! The few expressions that the charts use: integers, strings, comparison, `+ - *`, `In()`.

use std::collections::{BTreeMap, BTreeSet};

/// What an expression has for a value.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    Undefined,
    Bool(bool),
    Number(f64),
    Text(String),
}

/// What an expression can see.
pub struct Scope<'s> {
    pub variables: &'s BTreeMap<String, Value>,
    /// Names of the active states.
    pub active: &'s BTreeSet<String>,
    pub event: &'s str,
}

impl Value {
    fn holds(&self) -> bool {
        match self {
            Value::Undefined => false,
            Value::Bool(value) => *value,
            Value::Number(value) => *value != 0.0,
            Value::Text(text) => !text.is_empty(),
        }
    }

    pub fn text(&self) -> String {
        match self {
            Value::Undefined => "undefined".to_owned(),
            Value::Bool(value) => value.to_string(),
            Value::Number(value) => value.to_string(),
            Value::Text(text) => text.clone(),
        }
    }

    fn number(&self) -> f64 {
        match self {
            Value::Undefined => f64::NAN,
            Value::Bool(value) => f64::from(u8::from(*value)),
            Value::Number(value) => *value,
            Value::Text(text) => text.trim().parse().unwrap_or(f64::NAN),
        }
    }
}

/// The value of the expression; an error for what it does not know.
pub fn evaluate(source: &str, scope: &Scope<'_>) -> Result<Value, String> {
    let mut parser = Parser {
        tokens: tokens(source)?,
        at: 0,
        scope,
    };
    let value = parser.either()?;
    match parser.peek() {
        None => Ok(value),
        Some(rest) => Err(format!("`{source}`: did not expect `{rest}`")),
    }
}

/// Does the condition hold? One that cannot be evaluated does not.
pub fn holds(condition: &str, scope: &Scope<'_>) -> bool {
    evaluate(condition, scope).is_ok_and(|value| value.holds())
}

fn tokens(source: &str) -> Result<Vec<String>, String> {
    let mut tokens = Vec::new();
    let mut rest = source.trim_start();
    while let Some(first) = rest.chars().next() {
        let length = if first == '\'' || first == '"' {
            let end = rest[1..]
                .find(first)
                .ok_or_else(|| format!("`{source}`: open string"))?;
            end + 2
        } else if first.is_alphanumeric() || first == '_' {
            let word = |c: char| !(c.is_alphanumeric() || c == '_' || c == '.');
            rest.find(word).unwrap_or(rest.len())
        } else {
            let operators = ["===", "!==", "==", "!=", "<=", ">=", "&&", "||"];
            operators
                .iter()
                .find(|op| rest.starts_with(**op))
                .map_or(1, |op| op.len())
        };
        tokens.push(rest[..length].to_owned());
        rest = rest[length..].trim_start();
    }
    Ok(tokens)
}

struct Parser<'s> {
    tokens: Vec<String>,
    at: usize,
    scope: &'s Scope<'s>,
}

impl Parser<'_> {
    fn peek(&self) -> Option<&str> {
        self.tokens.get(self.at).map(String::as_str)
    }

    fn next(&mut self) -> Option<String> {
        self.at += 1;
        self.tokens.get(self.at - 1).cloned()
    }

    fn accept(&mut self, operators: &[&str]) -> Option<String> {
        let found = self.peek().is_some_and(|token| operators.contains(&token));
        if found { self.next() } else { None }
    }

    fn either(&mut self) -> Result<Value, String> {
        let mut left = self.both()?;
        while self.accept(&["||"]).is_some() {
            let right = self.both()?;
            left = Value::Bool(left.holds() || right.holds());
        }
        Ok(left)
    }

    fn both(&mut self) -> Result<Value, String> {
        let mut left = self.comparison()?;
        while self.accept(&["&&"]).is_some() {
            let right = self.comparison()?;
            left = Value::Bool(left.holds() && right.holds());
        }
        Ok(left)
    }

    fn comparison(&mut self) -> Result<Value, String> {
        let left = self.sum()?;
        let comparisons = ["===", "!==", "==", "!=", "<", ">", "<=", ">="];
        let Some(operator) = self.accept(&comparisons) else {
            return Ok(left);
        };
        let right = self.sum()?;
        Ok(Value::Bool(match operator.as_str() {
            "===" | "==" => left == right,
            "!==" | "!=" => left != right,
            "<" => left.number() < right.number(),
            ">" => left.number() > right.number(),
            "<=" => left.number() <= right.number(),
            _ => left.number() >= right.number(),
        }))
    }

    fn sum(&mut self) -> Result<Value, String> {
        let mut left = self.product()?;
        while let Some(operator) = self.accept(&["+", "-"]) {
            let right = self.product()?;
            left = match (operator.as_str(), &left, &right) {
                ("+", Value::Text(_), _) | ("+", _, Value::Text(_)) => {
                    Value::Text(left.text() + &right.text())
                }
                ("+", _, _) => Value::Number(left.number() + right.number()),
                _ => Value::Number(left.number() - right.number()),
            };
        }
        Ok(left)
    }

    fn product(&mut self) -> Result<Value, String> {
        let mut left = self.single()?;
        while self.accept(&["*"]).is_some() {
            left = Value::Number(left.number() * self.single()?.number());
        }
        Ok(left)
    }

    fn single(&mut self) -> Result<Value, String> {
        let token = self.next().ok_or("an expression ends too early")?;
        let value = match token.as_str() {
            "!" => Value::Bool(!self.single()?.holds()),
            "-" => Value::Number(-self.single()?.number()),
            "(" => {
                let inner = self.either()?;
                self.accept(&[")"]).ok_or("missing `)`")?;
                inner
            }
            "true" => Value::Bool(true),
            "false" => Value::Bool(false),
            "undefined" => Value::Undefined,
            "_event.name" => Value::Text(self.scope.event.to_owned()),
            "In" => {
                self.accept(&["("]).ok_or("missing `(`")?;
                let state = self.either()?.text();
                self.accept(&[")"]).ok_or("missing `)`")?;
                Value::Bool(self.scope.active.contains(&state))
            }
            text if text.starts_with(['\'', '"']) => {
                Value::Text(text[1..text.len() - 1].to_owned())
            }
            number if number.starts_with(|c: char| c.is_ascii_digit()) => Value::Number(
                number
                    .parse()
                    .map_err(|_| format!("`{number}` is no number"))?,
            ),
            name => match self.scope.variables.get(name) {
                Some(value) => value.clone(),
                None => return Err(format!("no variable `{name}`")),
            },
        };
        Ok(value)
    }
}
