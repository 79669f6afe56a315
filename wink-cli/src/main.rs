//! The `wink` program.

mod arguments;
mod check;
mod complete;
mod describe;
mod identity;
mod list;
#[cfg(feature = "live")]
mod live;
mod logs;
mod man;
mod new;
mod node;
mod out;
mod serve;
mod show;
mod start;
mod words;

use arguments::{Arguments, Command};
use clap::{CommandFactory, Parser};
use describe::Output;
use node::{Asker, Node, Trouble};
use std::process::ExitCode;
use wink_chart::export::Format;
use wink_node::request::{Invite, Request};

fn main() -> ExitCode {
    clap_complete::CompleteEnv::with_factory(Arguments::command).complete();
    match run(Arguments::parse_from(words::in_order(std::env::args_os()))) {
        Ok(()) => ExitCode::SUCCESS,
        Err(trouble) if trouble.text.is_empty() => trouble.code,
        Err(trouble) => {
            let (first, rest) = trouble.text.split_once('\n').unwrap_or((&trouble.text, ""));
            eprintln!("error: {first}");
            rest.lines().for_each(|line| eprintln!("{line}"));
            trouble.code
        }
    }
}

fn run(arguments: Arguments) -> Result<(), Trouble> {
    let node = Node::at(arguments.node, Asker::User(arguments.keys.clone()));
    match arguments.command {
        Command::Serve(options) => serve::run(options, arguments.node, arguments.keys),
        Command::Start {
            follow,
            machine,
            rest,
        } => start::run(&node, machine, rest, follow),
        Command::Stop(what) => stop(&node, what),
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
        Command::Describe { machine } => describe::run(&node, machine, Output::Text(Format::Json)),
        Command::Check { machine, paths } => check::run(&machine, paths),
        #[cfg(feature = "live")]
        Command::Diagram {
            live: true,
            page,
            machine,
            ..
        } => live::run(node, machine, page),
        Command::Diagram {
            machine, format, ..
        } => describe::run(&node, machine, format),
        Command::Init { directory } => identity::init(directory.or(arguments.keys)),
        Command::Token {
            kind,
            may,
            name,
            expires,
        } => node.ask(&Request::Invite(Invite {
            name,
            is_node: kind == "node",
            roles: may,
            valid: expires.as_secs(),
        })),
        Command::Withdraw { name } => withdraw(&node, name),
        Command::Join { address, token } => identity::join(address, &token, arguments.keys),
        Command::New { directory, wink } => new::run(&directory, wink.as_deref()),
        Command::Completion { shell } => complete::script(&shell),
        Command::Man { directory } => Ok(man::run(&directory)?),
        Command::Version => version(&Node::aside(arguments.node, Asker::User(arguments.keys))),
    }
}

fn stop(node: &Node, what: arguments::Stop) -> Result<(), Trouble> {
    let _progress = show::Progress::begin("stopping");
    match what.machine {
        Some(target) => node.ask(&Request::Stop { target }),
        None => node.shut_down(),
    }
}

/// What was done is said with the name as it was given: a node keeps no list of whom it gave keys
/// to, so that nobody but a reader can see that it is misspelt.
fn withdraw(node: &Node, name: String) -> Result<(), Trouble> {
    node.ask(&Request::Withdraw { name: name.clone() })?;
    out::line(format_args!(
        "nobody is let in any more with a credential of the name `{name}`"
    ))?;
    Ok(())
}

fn version(node: &Node) -> Result<(), Trouble> {
    out::line(format_args!("wink {}", env!("CARGO_PKG_VERSION")))?;
    node.version()
}
