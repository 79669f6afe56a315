//! The functions that can be called in expressions of documents.
//!
//! Must not know of: how expressions are read, and what a function does.

use super::Expression;

/// The function that a name before brackets stands for, and the value whose it is.
pub(super) fn called(whole: &Expression) -> Option<(&'static str, Option<Expression>)> {
    const OF_NUMBERS: [(&str, &str); 9] = [
        ("abs", "Abs"),
        ("ceil", "Ceil"),
        ("floor", "Floor"),
        ("max", "Max"),
        ("min", "Min"),
        ("pow", "Pow"),
        ("round", "Round"),
        ("sqrt", "Sqrt"),
        ("trunc", "Trunc"),
    ];
    const OF_VALUES: [(&str, &str); 3] = [
        ("concat", "Concat"),
        ("includes", "Includes"),
        ("indexOf", "IndexOf"),
    ];
    let Expression::Member(sides) = whole else {
        return None;
    };
    let [value, Expression::Text(name)] = &**sides else {
        return None;
    };
    let is_math = matches!(value, Expression::Name(name, _) if name == "Math");
    let (functions, first) = match is_math {
        true => (&OF_NUMBERS[..], None),
        false => (&OF_VALUES[..], Some(value.clone())),
    };
    let mut functions = functions.iter();
    let (_, function) = functions.find(|(written, _)| written == name)?;
    Some((function, first))
}
