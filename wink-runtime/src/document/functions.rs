//! The few functions of ECMAScript that documents can call: they change nothing.
//!
//! Must not know of: variables.

use super::datamodel::Failure;
use super::value::Value;

/// A function, by its name there. Those of a value take that as their first argument.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Function {
    /// `Math.abs(a)`
    Abs,
    /// `Math.ceil(a)`
    Ceil,
    /// `Math.floor(a)`
    Floor,
    /// `Math.max(a, …)`
    Max,
    /// `Math.min(a, …)`
    Min,
    /// `Math.pow(a, b)`
    Pow,
    /// `Math.round(a)`
    Round,
    /// `Math.sqrt(a)`
    Sqrt,
    /// `Math.trunc(a)`
    Trunc,
    /// `a.concat(b, …)`, of lists and of strings
    Concat,
    /// `a.includes(b)`, of lists and of strings
    Includes,
    /// `a.indexOf(b)`, of lists and of strings
    IndexOf,
}

/// The longest list that can be made, and the longest string in bytes: a document that doubles
/// one again and again fails before there is no memory left.
const LONGEST: usize = 1 << 20;

/// The function's value. Arguments that are missing are undefined.
pub fn call(function: Function, arguments: Vec<Value>) -> Result<Value, Failure> {
    let number = |place: usize| arguments.get(place).map_or(f64::NAN, Value::number);
    let numbers = || arguments.iter().map(Value::number);
    // One that is no number makes all of them none.
    let most = |start: f64, pick: fn(f64, f64) -> f64| {
        numbers().fold(start, |one, other| match one.is_nan() || other.is_nan() {
            true => f64::NAN,
            false => pick(one, other),
        })
    };
    Ok(Value::Number(match function {
        Function::Abs => number(0).abs(),
        Function::Ceil => number(0).ceil(),
        Function::Floor => number(0).floor(),
        Function::Max => most(f64::NEG_INFINITY, f64::max),
        Function::Min => most(f64::INFINITY, f64::min),
        Function::Pow => number(0).powf(number(1)),
        // A half is rounded up, below zero too.
        Function::Round => (number(0) + 0.5).floor(),
        Function::Sqrt => number(0).sqrt(),
        Function::Trunc => number(0).trunc(),
        Function::Concat => return concat(arguments),
        Function::Includes => return Ok(Value::Bool(place(&arguments)?.is_some())),
        Function::IndexOf => place(&arguments)?.map_or(-1.0, |place| place as f64),
    }))
}

fn concat(arguments: Vec<Value>) -> Result<Value, Failure> {
    let too_long = || Failure::execution("this is too long to be joined".to_owned());
    let mut arguments = arguments.into_iter();
    match arguments.next() {
        Some(Value::List(mut list)) => {
            for part in arguments {
                match part {
                    Value::List(parts) => list.extend(parts),
                    part => list.push(part),
                }
            }
            match list.len() > LONGEST {
                true => Err(too_long()),
                false => Ok(Value::List(list)),
            }
        }
        Some(Value::Text(mut text)) => {
            for part in arguments {
                text.push_str(&part.to_string());
            }
            match text.len() > LONGEST {
                true => Err(too_long()),
                false => Ok(Value::Text(text)),
            }
        }
        first => Err(no_such(first.as_ref(), "concat")),
    }
}

/// Where the second is in the first.
fn place(arguments: &[Value]) -> Result<Option<usize>, Failure> {
    let wanted = arguments.get(1).cloned().unwrap_or_default();
    match arguments.first() {
        Some(Value::List(list)) => Ok(list.iter().position(|one| *one == wanted)),
        Some(Value::Text(text)) => {
            let found = text.find(&wanted.to_string());
            Ok(found.map(|at| text[..at].chars().count()))
        }
        first => Err(no_such(first, "indexOf")),
    }
}

fn no_such(value: Option<&Value>, name: &str) -> Failure {
    let value = value.cloned().unwrap_or_default();
    Failure::execution(format!("`{value}` has no function `{name}`"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn functions_are_those_of_ecmascript() {
        let of = |function, arguments: Vec<Value>| call(function, arguments).unwrap().to_string();
        assert_eq!(of(Function::Pow, vec![2.into(), 3.into()]), "8");
        assert_eq!(of(Function::Round, vec![(-0.5).into()]), "0");
        assert_eq!(of(Function::Round, vec![2.5.into()]), "3");
        assert_eq!(of(Function::Max, vec![]), "-Infinity");
        assert_eq!(of(Function::Min, vec![3.into(), "x".into()]), "NaN");
        assert_eq!(of(Function::Abs, vec![]), "NaN");
        let list = Value::from(vec![1, 2]);
        assert_eq!(
            of(Function::Concat, vec![list.clone(), list.clone(), 5.into()]),
            "1,2,1,2,5"
        );
        assert_eq!(of(Function::Concat, vec!["a".into(), 1.into()]), "a1");
        assert_eq!(of(Function::IndexOf, vec![list.clone(), 2.into()]), "1");
        assert_eq!(
            of(Function::IndexOf, vec!["größer".into(), "er".into()]),
            "4"
        );
        assert_eq!(of(Function::Includes, vec![list, 7.into()]), "false");
        assert!(call(Function::Concat, vec![Value::Undefined]).is_err());
    }

    #[test]
    fn nothing_grows_without_end() {
        let mut text = Value::from("x".repeat(1_000));
        let failed = (0..20).any(|_| {
            match call(Function::Concat, vec![text.clone(), text.clone()]) {
                Ok(longer) => text = longer,
                Err(_) => return true,
            }
            false
        });
        assert!(failed);
    }
}
