//! Constructors for broken rules and for lints, one family a file.
//!
//! Must not know of: the model (call sites hand in names and spans).

mod functions;
mod lints;
mod rows;
mod structure;

pub use lints::{LINTS, lint};

/// "`a`, `b` and `c`"; `word` is what stands before the last.
pub fn listed<T: AsRef<str>>(names: &[T], word: &str) -> String {
    match names {
        [] => String::new(),
        [only] => format!("`{}`", only.as_ref()),
        [front @ .., last] => {
            let front: Vec<_> = front
                .iter()
                .map(|name| format!("`{}`", name.as_ref()))
                .collect();
            format!("{} {word} `{}`", front.join(", "), last.as_ref())
        }
    }
}

/// "A | B", as a pattern or as targets are written.
pub fn alternatives<T: AsRef<str>>(names: &[T]) -> String {
    names
        .iter()
        .map(AsRef::as_ref)
        .collect::<Vec<_>>()
        .join(" | ")
}
