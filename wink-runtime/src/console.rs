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
#[cfg(unix)]
use crate::process::{self, Under};
use crate::process::{Node, Publish};
use arguments::{Arguments, Order};
use serde::Serialize;
use std::io::{ErrorKind, Write};
use std::process::ExitCode;

pub use crate::process::{Argument, Begin, Words, parameter};
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

/// Declares the program's `main`: it runs one machine, on the console or under a node.
///
/// - `wink::main!(turnstile::Turnstile);`: the data's `Default` is the machine's beginning.
/// - `wink::main!(at::At, now());`: that expression makes the data.
/// - `wink::main!(ticker::Ticker, |every: Duration, count: Option<u32>| …);`: it is made of the
///   program's arguments, each read as its type says
///   ([`Argument`](crate::process::Argument)); the description names them.
/// - `wink::main!(ticker::Ticker, |arguments| from_arguments(arguments));`: a function of the
///   program's arguments (`&[String]`) makes a `Result` of it.
///
/// An `Err` is printed, and the exit code is 2. Otherwise it is 0 when the machine ended or was
/// stopped, and 1 when it errored.
///
/// The machine's description stands in a section of the program, where others read it without
/// running anything: see [`section`](crate::private::section).
#[macro_export]
macro_rules! main {
    ($machine:ty) => {
        $crate::__main!($machine, [], |arguments| {
            $crate::console::no_arguments(arguments.rest)?;
            Ok(<$machine as ::core::default::Default>::default())
        });
    };
    ($machine:ty, |$arguments:ident| $make:expr) => {
        $crate::__main!(
            $machine,
            [$crate::console::parameter::<::std::vec::Vec<::std::string::String>>(
                "arguments",
                "Vec<String>"
            )],
            |$arguments| {
                let $arguments: &[::std::string::String] = $arguments.rest;
                $make
            }
        );
    };
    ($machine:ty, |$($name:ident: $type:ty),+ $(,)?| $make:expr) => {
        $crate::__main!(
            $machine,
            [$($crate::console::parameter::<$type>(
                ::core::stringify!($name),
                ::core::stringify!($type)
            )),+],
            |arguments| {
                let mut words = arguments.words();
                $(let $name: $type = words.argument(
                    ::core::stringify!($name),
                    ::core::stringify!($type),
                )?;)+
                words.finish()?;
                $crate::console::Begin::<$machine>::begin($make)
            }
        );
    };
    ($machine:ty, $make:expr) => {
        $crate::__main!($machine, [], |arguments| {
            $crate::console::no_arguments(arguments.rest)?;
            Ok($make)
        });
    };
}

/// Without the feature `remote` no machine's messages travel.
#[cfg(not(all(unix, feature = "remote")))]
#[doc(hidden)]
#[macro_export]
macro_rules! __travels {
    ($machine:ty) => {
        ::core::option::Option::None
    };
}

#[doc(hidden)]
#[macro_export]
macro_rules! __main {
    ($machine:ty, [$($parameter:expr),*], |$arguments:ident| $make:expr) => {
        fn main() -> ::std::process::ExitCode {
            const CHART: &$crate::Chart = <$machine as $crate::Machine>::CHART;
            const PARAMETERS: &[::core::option::Option<$crate::private::Field>] =
                &[$($parameter),*];
            const LENGTH: usize = $crate::private::section::length(CHART, PARAMETERS);
            // SAFETY: the name is no section that a linker, a loader or a runtime knows; what
            // stands in it is plain data that nobody but its readers looks for.
            #[used]
            #[cfg_attr(target_vendor = "apple", unsafe(link_section = "__DATA,__wink"))]
            #[cfg_attr(not(target_vendor = "apple"), unsafe(link_section = ".wink"))]
            static DESCRIPTION: [u8; LENGTH] = $crate::private::section::bytes(CHART, PARAMETERS);
            $crate::console::run::<$machine>(
                &DESCRIPTION,
                $crate::__travels!($machine),
                |$arguments: $crate::console::Given<'_>| $make,
            )
        }
    };
}

/// The machine's own arguments, as `make` of [`run`] gets them.
#[derive(Debug)]
pub struct Given<'a> {
    /// As they were typed.
    pub rest: &'a [String],
    node: Option<Node>,
}

impl<'a> Given<'a> {
    /// To be taken one after the other.
    pub fn words(self) -> Words<'a> {
        Words::new(self.rest, self.node)
    }
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

/// Runs a machine until it ends: under a node when one started the program, otherwise on the
/// console until its input ends; [`main!`](crate::main) calls it.
///
/// `description` is the program's own section: what is used here, the linker keeps. `publish` lets
/// machines of other processes reach this one. `make` makes the machine's data from those arguments
/// of the program that are not the console's own (see `--help`).
pub fn run<M: Typed>(
    description: &'static [u8],
    publish: Option<Publish<M>>,
    make: impl FnOnce(Given<'_>) -> Result<M, String>,
) -> ExitCode {
    std::hint::black_box(description);
    let _ = &publish;
    #[cfg(unix)]
    if let Some(under) = Under::detect() {
        let rest = under.rest.clone();
        let node = Some(under.node.clone());
        return match make(Given { rest: &rest, node }) {
            Ok(data) => process::run(data, under, publish),
            Err(problem) => under.refuse(problem),
        };
    }
    let program = std::env::args().next().unwrap_or_default();
    let arguments = match Arguments::read(std::env::args_os().skip(1)) {
        Ok(arguments) => arguments,
        Err(problem) => return usage_error(&program, &problem),
    };
    let chart = M::CHART;
    let text = match arguments.order {
        Order::Describe => wink_chart::export::json(chart),
        Order::Diagram(format) => format.write(chart),
        Order::Help => arguments::help(chart, &usage(description), &program),
        Order::Version => format!("{} {}\n", chart.name, chart.version),
        Order::Run => {
            let given = Given {
                rest: &arguments.rest,
                node: None,
            };
            return match make(given) {
                Ok(data) => session::run(data, arguments.virtual_time),
                Err(problem) => usage_error(&program, &problem),
            };
        }
    };
    show(&text)
}

/// Prints what was asked for. A closed pipe is no error: somebody has seen enough.
fn show(text: &str) -> ExitCode {
    let mut out = std::io::stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => {
            eprintln!("error: the output cannot be written: {error}");
            ExitCode::FAILURE
        }
        _ => ExitCode::SUCCESS,
    }
}

/// The machine's own arguments, as `--help` shows them.
fn usage(description: &[u8]) -> String {
    let program = wink_chart::section::read(description);
    program.map_or_else(|_| String::new(), |program| program.usage())
}

fn usage_error(program: &str, problem: &str) -> ExitCode {
    eprintln!("error: {problem}\nhelp: `{program} --help` says what is possible");
    ExitCode::from(2)
}
