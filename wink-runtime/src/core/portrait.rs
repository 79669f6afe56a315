//! Data as a list of named values, so that what a step has changed can be said.
//!
//! Must not know of: machines, and who reads it.

mod flatten;

use std::collections::BTreeMap;
use std::fmt::{self, Debug, Write};

use serde::Serialize;

/// How many values of one piece of data are looked at.
const VALUES: usize = 256;
/// How many bytes of one value are kept, and how many of a text that is written with `Debug`.
const VALUE: usize = 120;
const TEXT: usize = 16 * 1_024;
/// How many changes are named.
const CHANGES: usize = 32;

/// What a piece of data is like: the path of each value in it, and the value, as texts. Of large
/// data the first 256 values.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Portrait {
    values: Vec<(String, String)>,
}

/// One value that is not what it was.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Change {
    /// Where in the data: `coins`, `orders[3].price`. Empty when the data is one value.
    pub path: String,
    /// What it was; `None` when it was not there.
    pub before: Option<String>,
    /// What it is; `None` when it is gone.
    pub after: Option<String>,
}

impl fmt::Display for Change {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let shown = |value: &Option<String>| value.clone().unwrap_or_else(|| "nothing".to_owned());
        if !self.path.is_empty() {
            write!(formatter, "{}: ", self.path)?;
        }
        write!(
            formatter,
            "{} -> {}",
            shown(&self.before),
            shown(&self.after)
        )
    }
}

impl Portrait {
    /// Of data that serializes.
    pub fn of_serialize(data: &impl Serialize) -> Self {
        flatten::flatten(data)
    }

    /// Of data that prints.
    pub fn of_debug(data: &impl Debug) -> Self {
        // Cut off, it is as good as the first part.
        let text = text_of(data, TEXT, true);
        let mut portrait = Portrait::default();
        // For each level: its name, and how many values without a name it has had.
        let mut levels: Vec<(String, usize)> = vec![(String::new(), 0)];
        for line in text.lines().skip(1) {
            let depth = (line.len() - line.trim_start().len()) / 4;
            levels.truncate(depth + 1);
            let line = line.trim().trim_end_matches(',');
            let Some((outer, count)) = levels.last_mut() else {
                continue;
            };
            if matches!(line, "}" | ")" | "]" | "") {
                continue;
            }
            let named = line.split_once(": ").filter(|(name, _)| is_name(name));
            let (path, value) = match named {
                Some((name, value)) if outer.is_empty() => (name.to_owned(), value),
                Some((name, value)) => (format!("{outer}.{name}"), value),
                None => {
                    *count += 1;
                    (format!("{outer}[{}]", *count - 1), line)
                }
            };
            if value.ends_with(['{', '(', '[']) {
                levels.push((path, 0));
            } else {
                portrait.push(path, value.to_owned());
            }
        }
        if !text.contains('\n') {
            portrait.push(String::new(), text);
        }
        portrait
    }

    /// Keeps a value, if there are not too many; whether it did.
    fn push(&mut self, path: String, mut value: String) -> bool {
        if self.values.len() >= VALUES {
            return false;
        }
        if value.len() > VALUE {
            let mut end = VALUE;
            while !value.is_char_boundary(end) {
                end -= 1;
            }
            value.truncate(end);
            value.push('…');
        }
        self.values.push((path, value));
        true
    }

    /// What is different in `after`, in its order; what is gone comes last. At most 32 changes.
    pub fn changes(self, after: Portrait) -> Vec<Change> {
        if self == after {
            return Vec::new();
        }
        let mut before: BTreeMap<String, String> = self.values.into_iter().collect();
        let mut changes = Vec::new();
        for (path, value) in after.values {
            let was = before.remove(&path);
            if was.as_ref() != Some(&value) {
                changes.push(Change {
                    path,
                    before: was,
                    after: Some(value),
                });
            }
        }
        let gone = before.into_iter().map(|(path, value)| Change {
            path,
            before: Some(value),
            after: None,
        });
        changes.extend(gone);
        changes.truncate(CHANGES);
        changes
    }
}

fn is_name(text: &str) -> bool {
    let is_part = |letter: char| letter.is_alphanumeric() || letter == '_';
    !text.is_empty() && text.chars().all(is_part)
}

/// A text of at most so many bytes; what follows is not even written.
pub(crate) fn text_of(value: &impl Debug, most: usize, pretty: bool) -> String {
    struct Bounded(String, usize);
    impl Write for Bounded {
        fn write_str(&mut self, text: &str) -> fmt::Result {
            let mut room = self.1.saturating_sub(self.0.len()).min(text.len());
            while !text.is_char_boundary(room) {
                room -= 1;
            }
            self.0.push_str(&text[..room]);
            match room == text.len() {
                true => Ok(()),
                false => Err(fmt::Error),
            }
        }
    }
    let mut bounded = Bounded(String::new(), most);
    let written = match pretty {
        true => write!(bounded, "{value:#?}"),
        false => write!(bounded, "{value:?}"),
    };
    if written.is_err() && !pretty {
        bounded.0.push('…');
    }
    bounded.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Clone, Debug, Default, Serialize)]
    struct Till {
        coins: u32,
        name: String,
        inner: Inner,
        list: Vec<(u8, Option<char>)>,
        by_name: BTreeMap<(u8, bool), Kind>,
    }

    #[derive(Clone, Debug, Default, Serialize)]
    struct Inner {
        open: bool,
        unit: (),
    }

    #[derive(Clone, Debug, Serialize)]
    enum Kind {
        One,
        Two(i8),
        Three { deep: f32 },
    }

    fn changes(before: Portrait, after: Portrait) -> Vec<String> {
        let changes = before.changes(after);
        changes.iter().map(ToString::to_string).collect()
    }

    fn two() -> (Till, Till) {
        let mut before = Till::default();
        before.list.push((1, Some('a')));
        before.list.push((2, None));
        before.by_name.insert((1, true), Kind::Two(-1));
        let mut after = before.clone();
        after.coins = 5;
        after.name = "main".into();
        after.inner.open = true;
        after.list[0].1 = None;
        after.list.pop();
        after.by_name.insert((1, true), Kind::Three { deep: 0.5 });
        after.by_name.insert((2, false), Kind::One);
        (before, after)
    }

    #[test]
    fn what_serializes_says_what_has_changed() {
        let (before, after) = two();
        let found = changes(
            Portrait::of_serialize(&before),
            Portrait::of_serialize(&after),
        );
        let expected = [
            "coins: 0 -> 5",
            "name: \"\" -> \"main\"",
            "inner.open: false -> true",
            "list[0][1]: 'a' -> None",
            "by_name[1 true].Three.deep: nothing -> 0.5",
            "by_name[2 false]: nothing -> One",
            "by_name[1 true].Two: -1 -> nothing",
            "list[1][0]: 2 -> nothing",
            "list[1][1]: None -> nothing",
        ];
        assert_eq!(found, expected);
    }

    #[test]
    fn what_prints_says_what_has_changed() {
        let (before, after) = two();
        let found = changes(Portrait::of_debug(&before), Portrait::of_debug(&after));
        let expected = [
            "coins: 0 -> 5",
            "name: \"\" -> \"main\"",
            "inner.open: false -> true",
        ];
        assert_eq!(found[..3], expected);
        assert!(found.len() > 5, "{found:?}");
        assert_eq!(
            changes(Portrait::of_debug(&1), Portrait::of_debug(&2)),
            ["1 -> 2"]
        );
    }

    #[test]
    fn large_data_is_cut_off() {
        let many: Vec<u32> = (0..1_000_000).collect();
        assert_eq!(Portrait::of_serialize(&many).values.len(), VALUES);
        assert_eq!(Portrait::of_debug(&many).values.len(), VALUES);
        let long = "ä".repeat(1_000);
        let [(_, value)] = &Portrait::of_serialize(&long).values[..] else {
            panic!("one value");
        };
        assert!(value.len() <= VALUE + 3, "{value}");
        assert!(text_of(&long, 9, false).len() <= 12);
        let other: Vec<u32> = (1..1_000_000).collect();
        let found = Portrait::of_serialize(&many).changes(Portrait::of_serialize(&other));
        assert_eq!(found.len(), CHANGES);
    }

    #[test]
    fn nothing_has_changed_in_what_is_the_same() {
        let (before, _) = two();
        let portrait = Portrait::of_serialize(&before);
        assert!(portrait.clone().changes(portrait).is_empty());
    }
}
