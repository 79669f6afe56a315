//! ECMAScript's operators, as far as documents need them.
//!
//! Must not know of: variables.

use super::expression::Binary;
use super::value::Value;

/// The value of an operator that takes both its sides.
pub fn binary(operator: Binary, left: &Value, right: &Value) -> Value {
    let numbers = (left.number(), right.number());
    match operator {
        Binary::Add => add(left, right),
        Binary::Subtract => Value::Number(numbers.0 - numbers.1),
        Binary::Multiply => Value::Number(numbers.0 * numbers.1),
        Binary::Divide => Value::Number(numbers.0 / numbers.1),
        Binary::Remainder => Value::Number(numbers.0 % numbers.1),
        Binary::Equal => Value::Bool(loosely_equal(left, right)),
        Binary::NotEqual => Value::Bool(!loosely_equal(left, right)),
        Binary::Same => Value::Bool(left == right),
        Binary::NotSame => Value::Bool(left != right),
        Binary::In => Value::Bool(match right {
            Value::Map(parts) => {
                let name = left.to_string();
                parts.iter().any(|(key, _)| *key == name)
            }
            Value::List(list) => {
                let place = left.number();
                place.fract() == 0.0 && place >= 0.0 && place < list.len() as f64
            }
            _ => false,
        }),
        Binary::Less => compared(left, right, |order| order.is_lt()),
        Binary::LessOrEqual => compared(left, right, |order| order.is_le()),
        Binary::Greater => compared(left, right, |order| order.is_gt()),
        Binary::GreaterOrEqual => compared(left, right, |order| order.is_ge()),
    }
}

fn add(left: &Value, right: &Value) -> Value {
    let is_text = |value: &Value| matches!(value, Value::Text(_) | Value::List(_) | Value::Map(_));
    if is_text(left) || is_text(right) {
        Value::Text(format!("{left}{right}"))
    } else {
        Value::Number(left.number() + right.number())
    }
}

fn loosely_equal(left: &Value, right: &Value) -> bool {
    use Value::{Bool, List, Map, Null, Number, Text, Undefined};
    match (left, right) {
        (Undefined | Null, Undefined | Null) => true,
        (Undefined | Null, _) | (_, Undefined | Null) => false,
        (List(_) | Map(_), List(_) | Map(_)) | (Text(_), Text(_)) => left == right,
        (List(_) | Map(_), Text(text)) => left.to_string() == *text,
        (Text(text), List(_) | Map(_)) => right.to_string() == *text,
        (Bool(_) | Number(_) | Text(_) | List(_) | Map(_), _) => left.number() == right.number(),
    }
}

fn compared(left: &Value, right: &Value, holds: fn(std::cmp::Ordering) -> bool) -> Value {
    let order = match (left, right) {
        (Value::Text(left), Value::Text(right)) => Some(left.cmp(right)),
        _ => left.number().partial_cmp(&right.number()),
    };
    Value::Bool(order.is_some_and(holds))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equality_is_that_of_ecmascript() {
        let loosely = |left: Value, right: Value| binary(Binary::Equal, &left, &right);
        assert_eq!(loosely(1.into(), "1".into()), true.into());
        assert_eq!(loosely(Value::Null, Value::Undefined), true.into());
        assert_eq!(loosely(Value::Null, 0.into()), false.into());
        assert_eq!(loosely(true.into(), 1.into()), true.into());
        assert_eq!(loosely(f64::NAN.into(), f64::NAN.into()), false.into());
        assert_eq!(binary(Binary::Same, &1.into(), &"1".into()), false.into());
    }

    #[test]
    fn texts_are_joined_and_numbers_are_added() {
        let add = |left: Value, right: Value| binary(Binary::Add, &left, &right);
        assert_eq!(add(1.into(), 2.into()), 3.into());
        assert_eq!(add("b, x:".into(), 2.into()), "b, x:2".into());
        assert_eq!(add(Value::Null, 2.into()), 2.into());
    }
}
