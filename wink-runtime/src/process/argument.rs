//! Arguments of a machine's program, typed: `wink::main!(Ticker, |every: Duration| …)`.

use super::node::Node;
use std::borrow::Cow;
use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;
use std::time::Duration;
use wink_chart::Field;

/// Something that a machine's program takes as an argument.
///
/// A required one is one word. `Option<T>` may be missing, `Vec<T>` takes all words that are
/// left; both stand last. A type of your own needs [`read`](Self::read) alone.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be read from an argument of the program",
    note = "numbers, `bool`, `char`, `String`, `Duration`, addresses and paths can, and \
            `Option<T>` and `Vec<T>` of these; for a type of your own, implement \
            `wink::process::Argument`"
)]
pub trait Argument: Sized {
    /// Whether it is written on the command line at all.
    const IS_WORD: bool = true;

    /// Reads it from one word.
    ///
    /// # Errors
    /// What is wrong with the word, to stand behind it: `is not a u32`.
    fn read(word: &str) -> Result<Self, String>;

    /// Takes it from the words that are left; `None` when there is none for it.
    ///
    /// # Errors
    /// When a word cannot be read.
    fn take(words: &mut Words<'_>) -> Result<Option<Self>, String> {
        let Some(word) = words.next() else {
            return Ok(None);
        };
        let read = Self::read(word);
        read.map(Some).map_err(|what| format!("`{word}` {what}"))
    }
}

macro_rules! from_str {
    ($($type:ty: $what:literal;)*) => {
        $(
            impl Argument for $type {
                fn read(word: &str) -> Result<Self, String> {
                    word.parse().map_err(|_| format!("is not {}", $what))
                }
            }
        )*
    };
}

from_str! {
    u8: "a whole number from 0 to 255";
    u16: "a whole number from 0 to 65535";
    u32: "a whole number from 0 to 4294967295";
    u64: "a whole number of at most 64 bits";
    u128: "a whole number of at most 128 bits";
    usize: "a whole number, zero or more";
    i8: "a whole number from -128 to 127";
    i16: "a whole number from -32768 to 32767";
    i32: "a whole number of 32 bits";
    i64: "a whole number of 64 bits";
    i128: "a whole number of 128 bits";
    isize: "a whole number";
    f32: "a number";
    f64: "a number";
    char: "one character";
    bool: "`true` or `false`";
    String: "a text";
    PathBuf: "a path";
    IpAddr: "an IP address";
    SocketAddr: "an address as 127.0.0.1:43000";
}

impl Argument for Duration {
    fn read(word: &str) -> Result<Self, String> {
        match wink_chart::parse_duration(word) {
            Ok(nanoseconds) => Ok(Duration::from_nanos(nanoseconds)),
            Err(why) => Err(format!("is not a time as `5s`: {why}")),
        }
    }
}

impl<T: Argument> Argument for Option<T> {
    const IS_WORD: bool = T::IS_WORD;

    fn read(word: &str) -> Result<Self, String> {
        T::read(word).map(Some)
    }

    fn take(words: &mut Words<'_>) -> Result<Option<Self>, String> {
        T::take(words).map(Some)
    }
}

impl<T: Argument> Argument for Vec<T> {
    fn read(word: &str) -> Result<Self, String> {
        T::read(word).map(|one| vec![one])
    }

    fn take(words: &mut Words<'_>) -> Result<Option<Self>, String> {
        let mut all = Vec::new();
        while let Some(one) = T::take(words)? {
            all.push(one);
        }
        Ok(Some(all))
    }
}

impl Argument for Node {
    const IS_WORD: bool = false;

    fn read(_: &str) -> Result<Self, String> {
        Err("cannot be a node: that is where the program runs".to_owned())
    }

    fn take(words: &mut Words<'_>) -> Result<Option<Self>, String> {
        Ok(words.node.clone())
    }
}

/// What is in an option's type, as it is written.
fn optional(type_name: &str) -> Option<&str> {
    let inner = type_name.strip_prefix("Option<")?.strip_suffix('>')?;
    Some(inner.trim())
}

/// The words of a command line, as they are taken one after the other.
#[derive(Debug)]
pub struct Words<'a> {
    words: std::slice::Iter<'a, String>,
    taken: usize,
    node: Option<Node>,
}

impl<'a> Words<'a> {
    /// All words; and the node under which the program runs.
    pub fn new(words: &'a [String], node: Option<Node>) -> Self {
        Words {
            words: words.iter(),
            taken: 0,
            node,
        }
    }

    /// The next argument, of this name and type.
    ///
    /// # Errors
    /// When it is missing or cannot be read.
    pub fn argument<T: Argument>(&mut self, name: &str, type_name: &str) -> Result<T, String> {
        match T::take(self) {
            Ok(Some(argument)) => Ok(argument),
            Ok(None) if !T::IS_WORD => Err(format!(
                "this machine runs only under a node: start it with `wink start` (`{name}`)"
            )),
            Ok(None) => Err(format!("argument <{name}: {type_name}> is missing")),
            Err(problem) => Err(match optional(type_name) {
                // As the list of machines shows it.
                Some(type_name) => format!("argument [<{name}: {type_name}>]: {problem}"),
                None => format!("argument <{name}: {type_name}>: {problem}"),
            }),
        }
    }

    /// Says that no more is taken.
    ///
    /// # Errors
    /// When there is more.
    pub fn finish(mut self) -> Result<(), String> {
        let taken = self.taken;
        match (self.next(), taken) {
            (None, _) => Ok(()),
            (Some(word), 0) => Err(format!(
                "unexpected argument `{word}`: this machine takes none"
            )),
            (Some(word), taken) => Err(format!(
                "unexpected argument `{word}`: this machine takes {taken} at most"
            )),
        }
    }
}

impl<'a> Iterator for Words<'a> {
    type Item = &'a str;

    fn next(&mut self) -> Option<&'a str> {
        let word = self.words.next()?;
        self.taken += 1;
        Some(word)
    }
}

/// What the expression in `wink::main!` may be: the machine's data, or a `Result` of it.
pub trait Begin<M> {
    /// The data, or why there is none.
    ///
    /// # Errors
    /// When there is none.
    fn begin(self) -> Result<M, String>;
}

impl<M: crate::Machine> Begin<M> for M {
    fn begin(self) -> Result<M, String> {
        Ok(self)
    }
}

impl<M: crate::Machine, E: std::fmt::Display> Begin<M> for Result<M, E> {
    fn begin(self) -> Result<M, String> {
        self.map_err(|problem| format!("{problem:#}"))
    }
}

/// A parameter as the description has it; `None` when it is no word of the command line.
pub const fn parameter<T: Argument>(name: &'static str, type_name: &'static str) -> Option<Field> {
    if !T::IS_WORD {
        return None;
    }
    Some(Field {
        name: Cow::Borrowed(name),
        type_name: Cow::Borrowed(type_name),
        documentation: Cow::Borrowed(""),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(words: &[&str]) -> Vec<String> {
        words.iter().map(|&word| word.to_owned()).collect()
    }

    #[test]
    fn arguments_are_read_by_their_types() {
        let given = words(&["1500ms", "7", "x", "1", "2"]);
        let mut taken = Words::new(&given, None);
        assert_eq!(
            taken.argument::<Duration>("every", "Duration"),
            Ok(Duration::from_millis(1500))
        );
        assert_eq!(
            taken.argument::<Option<u8>>("count", "Option<u8>"),
            Ok(Some(7))
        );
        assert_eq!(taken.argument::<char>("letter", "char"), Ok('x'));
        assert_eq!(
            taken.argument::<Vec<i32>>("rest", "Vec<i32>"),
            Ok(vec![1, 2])
        );
        assert_eq!(taken.argument::<Option<u8>>("more", "Option<u8>"), Ok(None));
        assert_eq!(taken.finish(), Ok(()));
    }

    #[test]
    fn mistakes_name_the_argument() {
        let given = words(&["soon"]);
        let read = |given: &[String]| {
            let mut taken = Words::new(given, None);
            let every = taken.argument::<u32>("every", "u32")?;
            taken.finish().map(|()| every)
        };
        assert_eq!(
            read(&given),
            Err(
                "argument <every: u32>: `soon` is not a whole number from 0 to 4294967295"
                    .to_owned()
            )
        );
        assert_eq!(
            read(&[]),
            Err("argument <every: u32> is missing".to_owned())
        );
        assert_eq!(
            read(&words(&["1", "2"])),
            Err("unexpected argument `2`: this machine takes 1 at most".to_owned())
        );
        let alone = Words::new(&[], None).argument::<Node>("node", "Node");
        assert!(alone.unwrap_err().contains("only under a node"));
        let optional = Words::new(&[], None).argument::<Option<Node>>("node", "Option<Node>");
        assert!(optional.unwrap().is_none());
    }
}
