//! What the program prints. Who has seen enough closes the pipe, and that ends a command without a
//! word; anything else that keeps what was asked for from arriving is told.

use crate::node::Trouble;
use std::fmt::Display;
use std::io::{ErrorKind, Write};

/// Prints a line.
pub fn line(text: impl Display) -> Result<(), Trouble> {
    bytes(format!("{text}\n").as_bytes())
}

/// Prints just that.
pub fn bytes(bytes: &[u8]) -> Result<(), Trouble> {
    let mut out = std::io::stdout().lock();
    let written = out.write_all(bytes).and_then(|()| out.flush());
    written.map_err(|error| match error.kind() {
        ErrorKind::BrokenPipe => Trouble::new(0, ""),
        _ => Trouble::new(
            1,
            format!("what was asked for cannot be printed: the standard output: {error}"),
        ),
    })
}
