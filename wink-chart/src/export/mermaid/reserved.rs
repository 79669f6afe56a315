//! Names that Mermaid cannot bear as ids of states.

use crate::Chart;

/// Words that cannot be the id of a state, in lower case.
const RESERVED: [&str; 25] = [
    // Mermaid's grammar gives these a meaning.
    "accdescr",
    "acctitle",
    "as",
    "choice",
    "class",
    "classdef",
    "click",
    "default",
    "direction",
    "end",
    "fork",
    "hide",
    "href",
    "join",
    "note",
    "scale",
    "state",
    "statediagram",
    "style",
    "title",
    // It calls the whole diagram by this name.
    "root",
    // It keeps states in JavaScript objects, which have these names already.
    "constructor",
    "prototype",
    "tostring",
    "valueof",
];

/// Can this plain name be the id of a state?
pub(super) fn can_be_id(name: &str, chart: &Chart) -> bool {
    let is_reserved = RESERVED.iter().any(|word| name.eq_ignore_ascii_case(word));
    // Other names that JavaScript's objects have are in camel case, which states are not.
    let is_object_s = name.starts_with(|letter: char| letter.is_ascii_lowercase())
        && name.contains(|letter: char| letter.is_ascii_uppercase());
    // Mermaid calls a composite's marks after the composite.
    let is_mark = ["_start", "_end"].iter().any(|mark| {
        name.strip_suffix(mark).is_some_and(|owner| {
            owner == "root"
                || owner.starts_with("state_")
                || chart.states.iter().any(|state| state.name == owner)
        })
    });
    !is_reserved && !is_object_s && !is_mark
}
