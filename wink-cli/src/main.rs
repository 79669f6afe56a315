//! The `wink` program.

mod arguments;
mod check;
mod complete;
mod describe;
mod list;
mod logs;
mod man;
mod new;
mod node;
mod serve;
mod show;
mod start;

use arguments::{Arguments, Command};
use clap::{CommandFactory, Parser};
use node::{Node, Trouble};
use std::process::ExitCode;
use wink_chart::export::Format;
use wink_node::request::Request;

fn main() -> ExitCode {
    clap_complete::CompleteEnv::with_factory(Arguments::command).complete();
    match run(Arguments::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(trouble) => {
            let (first, rest) = trouble.text.split_once('\n').unwrap_or((&trouble.text, ""));
            eprintln!("error: {first}");
            rest.lines().for_each(|line| eprintln!("{line}"));
            trouble.code
        }
    }
}

fn run(arguments: Arguments) -> Result<(), Trouble> {
    let node = Node::at(arguments.node);
    match arguments.command {
        Command::Serve(options) => serve::run(options, arguments.node),
        Command::Start {
            follow,
            machine,
            rest,
        } => start::run(&node, machine, rest, follow),
        Command::Stop { machine, .. } => node.ask(&match machine {
            Some(target) => Request::Stop { target },
            None => Request::Shutdown,
        }),
        Command::Send { machine, message } => node.ask(&Request::Send {
            target: machine,
            text: message.join(" "),
        }),
        Command::Call {
            deadline,
            machine,
            question,
        } => node.ask(&Request::Call {
            target: machine,
            text: question.join(" "),
            deadline: deadline.as_millis().try_into().unwrap_or(u64::MAX),
        }),
        Command::List {
            available: true,
            json,
        } => list::available(&node, json),
        Command::List { json, .. } => list::running(&node, json),
        Command::Tree => list::tree(&node),
        Command::Logs {
            follow,
            lines,
            json,
            machine,
        } => logs::run(&node, machine, follow, lines, json),
        Command::Describe { machine } => describe::run(&node, machine, Format::Json),
        Command::Check { machine, paths } => Ok(check::run(&machine, paths)?),
        Command::Diagram { machine, format } => describe::run(&node, machine, format),
        Command::New { directory, wink } => Ok(new::run(&directory, wink.as_deref())?),
        Command::Completion { shell } => Ok(complete::script(&shell)?),
        Command::Man { directory } => Ok(man::run(&directory)?),
        Command::Version => {
            println!("wink {}", env!("CARGO_PKG_VERSION"));
            node.version();
            Ok(())
        }
    }
}
