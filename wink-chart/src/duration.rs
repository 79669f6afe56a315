//! Times such as `250ms`, `5s` or `1m30s`.
//!
//! Must not know of: who writes them.

use alloc::borrow::ToOwned;
use alloc::format;
use alloc::string::String;

/// Units from the longest to the shortest, in nanoseconds.
const UNITS: [(&str, u64); 7] = [
    ("d", 86_400_000_000_000),
    ("h", 3_600_000_000_000),
    ("m", 60_000_000_000),
    ("s", 1_000_000_000),
    ("ms", 1_000_000),
    ("us", 1_000),
    ("ns", 1),
];

/// Reads whole numbers with units, each unit at most once, longer ones first, as nanoseconds.
///
/// # Errors
/// Says in words what is wrong with the text.
pub fn parse_duration(text: &str) -> Result<u64, String> {
    let mut rest = text;
    let mut total = 0u64;
    let mut allowed = &UNITS[..];
    if rest.is_empty() {
        return Err("a time needs a number and a unit".to_owned());
    }
    while !rest.is_empty() {
        let (number, after) = split(rest, |letter| letter.is_ascii_digit());
        let (unit, after) = split(after, |letter| !letter.is_ascii_digit());
        if number.is_empty() || unit.starts_with('.') {
            return Err("a time is made of whole numbers with units".to_owned());
        }
        if unit.is_empty() {
            return Err(format!("`{number}` has no unit"));
        }
        let Some(at) = UNITS.iter().position(|(name, _)| *name == unit) else {
            return Err(format!("`{unit}` is no unit of time"));
        };
        let first = UNITS.len() - allowed.len();
        if at < first {
            return Err(format!("`{unit}` stands after a unit that is not longer"));
        }
        allowed = &UNITS[at + 1..];
        total = number
            .parse::<u64>()
            .ok()
            .and_then(|number| number.checked_mul(UNITS[at].1))
            .and_then(|part| total.checked_add(part))
            .ok_or_else(|| "a time of more than 584 years does not fit".to_owned())?;
        rest = after;
    }
    if total == 0 {
        return Err("a time-out of zero is no time-out".to_owned());
    }
    Ok(total)
}

fn split(text: &str, belongs: impl Fn(char) -> bool) -> (&str, &str) {
    let end = text.find(|letter| !belongs(letter)).unwrap_or(text.len());
    text.split_at(end)
}
