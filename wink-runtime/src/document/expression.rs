//! Expressions of a document: constants of the compiled machine.
//!
//! The compiler bounds how deep they are nested.
//!
//! Must not know of: machines.

use super::datamodel::{Datamodel, Failure};
use super::functions::{Function, call};
use super::operators::binary;
use super::value::Value;

/// An expression.
#[derive(Debug)]
pub enum Expression {
    /// `undefined`
    Undefined,
    /// `null`
    Null,
    /// `true`, `false`
    Bool(bool),
    /// `1.5`
    Number(f64),
    /// `'text'`
    Text(&'static str),
    /// `[a, b]`
    List(&'static [Expression]),
    /// `{a: b}`
    Map(&'static [(&'static str, Expression)]),
    /// A variable that the document declares, by its place.
    Variable(usize),
    /// A variable that it does not declare.
    Unknown(&'static str),
    /// `_event` and its like.
    System(System),
    /// `In('state')`
    In(&'static Expression),
    /// `a.b`, `a[b]`
    Member(&'static [Expression; 2]),
    /// `!a`
    Unary(Unary, &'static Expression),
    /// `a + b`
    Binary(Binary, &'static [Expression; 2]),
    /// `a && b`
    And(&'static [Expression; 2]),
    /// `a || b`
    Or(&'static [Expression; 2]),
    /// `a ? b : c`
    Conditional(&'static [Expression; 3]),
    /// `Math.pow(a, b)`
    Call(Function, &'static [Expression]),
    /// What is no expression, in a document whose errors are to show when it runs.
    Illegal(&'static str),
}

/// A variable of the system.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum System {
    /// `_event`
    Event,
    /// `_sessionid`
    SessionId,
    /// `_name`
    Name,
    /// `_ioprocessors`
    IoProcessors,
}

/// An operator before its only side.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unary {
    /// `!`
    Not,
    /// `-`
    Minus,
    /// `+`
    Plus,
    /// `typeof`
    TypeOf,
    /// `a instanceof Array`
    IsArray,
    /// `a instanceof Object`
    IsObject,
}

/// An operator between its two sides.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Binary {
    /// `+`
    Add,
    /// `-`
    Subtract,
    /// `*`
    Multiply,
    /// `/`
    Divide,
    /// `%`
    Remainder,
    /// `==`
    Equal,
    /// `!=`
    NotEqual,
    /// `===`
    Same,
    /// `!==`
    NotSame,
    /// `<`
    Less,
    /// `<=`
    LessOrEqual,
    /// `>`
    Greater,
    /// `>=`
    GreaterOrEqual,
    /// `in`: whether the right side has a part of that name
    In,
}

/// What an expression can see.
pub struct Scope<'s> {
    /// The variables.
    pub data: &'s Datamodel,
    /// Whether the state of that id is active.
    pub is_in: &'s dyn Fn(&str) -> bool,
    /// The machine's name.
    pub name: &'static str,
}

impl Expression {
    /// The value.
    pub fn value(&self, scope: &Scope<'_>) -> Result<Value, Failure> {
        let both = |sides: &[Expression; 2]| -> Result<(Value, Value), Failure> {
            Ok((sides[0].value(scope)?, sides[1].value(scope)?))
        };
        Ok(match self {
            Expression::Undefined => Value::Undefined,
            Expression::Null => Value::Null,
            Expression::Bool(value) => Value::Bool(*value),
            Expression::Number(value) => Value::Number(*value),
            Expression::Text(text) => Value::Text((*text).to_owned()),
            Expression::List(list) => {
                let parts: Result<_, _> = list.iter().map(|part| part.value(scope)).collect();
                Value::List(parts?)
            }
            Expression::Map(map) => {
                let part = |(name, part): &(&str, Expression)| {
                    part.value(scope).map(|part| ((*name).to_owned(), part))
                };
                Value::Map(map.iter().map(part).collect::<Result<_, _>>()?)
            }
            Expression::Variable(place) => scope.data.values[*place].clone(),
            Expression::Unknown(name) => {
                return Err(Failure::execution(format!("there is no variable `{name}`")));
            }
            Expression::System(system) => scope.data.system(*system, scope.name),
            Expression::In(state) => Value::Bool((scope.is_in)(&state.value(scope)?.to_string())),
            Expression::Member(sides) => {
                let (whole, part) = both(sides)?;
                whole
                    .member(&part)
                    .ok_or_else(|| Failure::execution(format!("`{whole}` has no part `{part}`")))?
            }
            Expression::Unary(operator, side) => unary(*operator, side, scope)?,
            Expression::Call(function, arguments) => {
                let arguments = arguments.iter().map(|one| one.value(scope));
                call(*function, arguments.collect::<Result<_, _>>()?)?
            }
            Expression::Binary(operator, sides) => {
                let (left, right) = both(sides)?;
                if *operator == Binary::In && !matches!(right, Value::List(_) | Value::Map(_)) {
                    return Err(Failure::execution(format!("`{right}` has no parts")));
                }
                binary(*operator, &left, &right)
            }
            Expression::And([left, right]) => match left.value(scope)? {
                left if left.is_true() => right.value(scope)?,
                left => left,
            },
            Expression::Or([left, right]) => match left.value(scope)? {
                left if left.is_true() => left,
                _ => right.value(scope)?,
            },
            Expression::Conditional([condition, one, other]) => {
                match condition.value(scope)?.is_true() {
                    true => one.value(scope)?,
                    false => other.value(scope)?,
                }
            }
            Expression::Illegal(why) => return Err(Failure::execution((*why).to_owned())),
        })
    }
}

fn unary(operator: Unary, side: &Expression, scope: &Scope<'_>) -> Result<Value, Failure> {
    if let (Unary::TypeOf, Expression::Unknown(_)) = (operator, side) {
        return Ok("undefined".into());
    }
    let value = side.value(scope)?;
    Ok(match operator {
        Unary::Not => Value::Bool(!value.is_true()),
        Unary::Minus => Value::Number(-value.number()),
        Unary::Plus => Value::Number(value.number()),
        Unary::TypeOf => value.type_name().into(),
        Unary::IsArray => Value::Bool(matches!(value, Value::List(_))),
        Unary::IsObject => Value::Bool(matches!(value, Value::List(_) | Value::Map(_))),
    })
}
