//! What can be typed after `wink`.

use clap::{Parser, Subcommand};
use std::path::PathBuf;

/// State machines that the compiler proves.
#[derive(Parser)]
#[command(name = "wink", version, disable_help_subcommand = false)]
pub struct Arguments {
    #[command(subcommand)]
    pub command: Command,
}

#[derive(Subcommand)]
pub enum Command {
    /// Make a project with a machine, its test and its diagram.
    New {
        /// The folder to make; its name becomes the package's.
        directory: PathBuf,
        /// Use the wink in this folder. Without it, a program that was built in a clone of wink
        /// uses that clone, and any other the published crate.
        #[arg(long, value_name = "FOLDER")]
        wink: Option<PathBuf>,
    },
    /// Print a built machine's description as JSON.
    Describe {
        /// A program whose main is `wink::main!(…)`.
        binary: PathBuf,
    },
    /// Print a built machine's diagram.
    Diagram {
        /// A program whose main is `wink::main!(…)`.
        binary: PathBuf,
        /// mermaid, dot, plantuml, scxml, xstate, markdown, json or svg.
        #[arg(long, default_value = "mermaid")]
        format: String,
    },
    /// Print the version.
    Version,
}
