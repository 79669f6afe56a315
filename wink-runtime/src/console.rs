//! Any machine as a program: `wink::main!(turnstile::Turnstile);`.
//!
//! The program reads messages as text, one a line, from a terminal or a pipe, and prints what the
//! machine does. What can be typed comes from the machine's description.
//!
//! Must not know of: any particular machine.

mod arguments;
mod input;
mod screen;
mod session;
mod terminal;
mod text;
mod watcher;

use crate::core::drive::Drive;
use crate::core::machine::{FromFields, Messages};
use arguments::{Arguments, Order};
use serde::Serialize;
use std::io::Write;
use std::process::ExitCode;

pub use text::{Line, Mistake, parse};

/// A machine that can be run on the console.
///
/// Every machine can whose messages' fields can be read from text and whose answers can be
/// written: their types implement serde's `Deserialize` and `Serialize`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be run on the console",
    label = "its messages cannot be read from text, or its answers cannot be written",
    note = "the fields of its messages must implement `Deserialize`, its answers `Serialize`, \
            and all of it must be `Send`"
)]
pub trait Typed: Drive<Message: FromFields + Messages<Reply: Serialize>> {}

impl<M: Drive<Message: FromFields + Messages<Reply: Serialize>>> Typed for M {}

/// Declares the program's `main`: it runs one machine on the console.
///
/// - `wink::main!(turnstile::Turnstile);`: the data's `Default` is the machine's beginning.
/// - `wink::main!(at::At, now());`: that expression makes the data.
/// - `wink::main!(ticker::Ticker, |arguments| from_arguments(arguments));`: a function of the
///   program's arguments (`&[String]`) makes it; its `Err` is printed, and the exit code is 2.
///
/// The program's exit code is 0 when the machine ended or was stopped, 1 when it errored, 2 when
/// the arguments were wrong.
#[macro_export]
macro_rules! main {
    ($machine:ty) => {
        fn main() -> ::std::process::ExitCode {
            $crate::console::run::<$machine>(|arguments| {
                $crate::console::no_arguments(arguments)?;
                Ok(<$machine as ::core::default::Default>::default())
            })
        }
    };
    ($machine:ty, |$arguments:ident| $make:expr) => {
        fn main() -> ::std::process::ExitCode {
            $crate::console::run::<$machine>(|$arguments: &[::std::string::String]| $make)
        }
    };
    ($machine:ty, $make:expr) => {
        fn main() -> ::std::process::ExitCode {
            $crate::console::run::<$machine>(|arguments| {
                $crate::console::no_arguments(arguments)?;
                Ok($make)
            })
        }
    };
}

/// Refuses arguments, for a machine that takes none.
///
/// # Errors
/// When there is one.
pub fn no_arguments(arguments: &[String]) -> Result<(), String> {
    match arguments {
        [] => Ok(()),
        [first, ..] => Err(format!(
            "unexpected argument `{first}`: this machine takes none"
        )),
    }
}

/// Runs a machine on the console until it ends or its input does; [`main!`](crate::main) calls
/// it.
///
/// `make` makes the machine's data from those arguments of the program that are not the
/// console's own (see `--help`).
pub fn run<M: Typed>(make: impl FnOnce(&[String]) -> Result<M, String>) -> ExitCode {
    let program = std::env::args().next().unwrap_or_default();
    let arguments = match Arguments::read(std::env::args_os().skip(1)) {
        Ok(arguments) => arguments,
        Err(problem) => return usage_error(&program, &problem),
    };
    let chart = M::CHART;
    let text = match arguments.order {
        Order::Describe => wink_chart::export::json(chart),
        Order::Diagram(format) => format.write(chart),
        Order::Help => arguments::help(chart, &program),
        Order::Version => format!("{} {}\n", chart.name, chart.version),
        Order::Run => {
            return match make(&arguments.rest) {
                Ok(data) => session::run(data, arguments.virtual_time),
                Err(problem) => usage_error(&program, &problem),
            };
        }
    };
    // A closed pipe is no error: somebody has seen enough.
    let _ = std::io::stdout().write_all(text.as_bytes());
    ExitCode::SUCCESS
}

fn usage_error(program: &str, problem: &str) -> ExitCode {
    eprintln!("error: {problem}\nhelp: `{program} --help` says what is possible");
    ExitCode::from(2)
}
