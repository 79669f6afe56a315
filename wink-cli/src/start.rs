//! `wink start`: a machine as a process, and what happens to it.

use crate::node::{Node, Trouble, runtime};
use crate::out;
use crate::show;
use std::net::SocketAddr;
use wink_node::request::{Answer, Request};

/// Starts a machine; with `follow`, tells of it until it has ended.
pub fn run(node: &Node, name: String, rest: Vec<String>, follow: bool) -> Result<(), Trouble> {
    runtime()?.block_on(self::follow(node, name, rest, follow))
}

/// The same, while something else goes on.
pub async fn follow(
    node: &Node,
    name: String,
    mut rest: Vec<String>,
    follow: bool,
) -> Result<(), Trouble> {
    let address = rest.first().is_some_and(|word| is_address(word));
    let address = address.then(|| rest.remove(0));
    let request = Request::Start {
        name,
        address,
        arguments: rest,
        follow,
    };
    let progress = show::Progress::begin("starting");
    node.each(&request, |answer| {
        progress.end();
        match answer {
            Answer::Started {
                name,
                address,
                pid,
                log,
                ..
            } => {
                let started = format!("started {name} at {address} (process {pid})");
                out::line(format_args!("{started}\nlog {log}"))
            }
            Answer::Event {
                machine,
                kind,
                text,
            } => out::line(show::event(&machine, kind, &text)),
            _ => Ok(()),
        }
    })
    .await
}

/// Whether a word is meant as an address: `:43000`, `127.0.0.1:43000`.
fn is_address(word: &str) -> bool {
    word.starts_with(':') || word.parse::<SocketAddr>().is_ok()
}
