//! The `wink` program.

mod arguments;
mod binary;
mod new;

use arguments::{Arguments, Command};
use clap::Parser;
use std::process::ExitCode;

fn main() -> ExitCode {
    let result = match Arguments::parse().command {
        Command::New { directory, wink } => new::run(&directory, wink.as_deref()),
        Command::Describe { binary } => binary::relay(&binary, "--describe"),
        Command::Diagram { binary, format } => {
            binary::relay(&binary, &format!("--diagram={format}"))
        }
        Command::Version => {
            println!("wink {}", env!("CARGO_PKG_VERSION"));
            Ok(())
        }
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(problem) => {
            eprintln!("error: {problem}");
            ExitCode::FAILURE
        }
    }
}
