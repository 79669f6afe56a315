//! What a shell offers: commands, the machines of the node, and the messages that they take.

use crate::arguments;
use crate::node::{Asker, Node, Trouble};
use crate::out;
use clap_complete::engine::CompletionCandidate;
use std::ffi::OsStr;
use std::net::SocketAddr;
use std::path::PathBuf;
use wink_node::request::{Answer, Request};

/// The node of `WINK_NODE`, or the usual one: what stands on the line so far is not known here.
fn node() -> Node {
    let address = std::env::var("WINK_NODE").ok();
    let address = address.and_then(|text| arguments::node(&text).ok());
    let address = address.unwrap_or(SocketAddr::from(([127, 0, 0, 1], 42_000)));
    let keys = std::env::var_os("WINK_KEYS").map(PathBuf::from);
    Node::aside(address, Asker::User(keys))
}

fn candidates(
    typed: &OsStr,
    words: impl Iterator<Item = (String, String)>,
) -> Vec<CompletionCandidate> {
    let typed = typed.to_string_lossy();
    let mut words: Vec<(String, String)> = words
        .filter(|(word, _)| word.starts_with(&*typed))
        .collect();
    words.sort();
    words.dedup_by(|next, first| next.0 == first.0);
    let candidate =
        |(word, help): (String, String)| CompletionCandidate::new(word).help(Some(help.into()));
    words.into_iter().map(candidate).collect()
}

/// Machines that could be started.
pub fn machines(typed: &OsStr) -> Vec<CompletionCandidate> {
    let answers = node().all(&Request::Available).unwrap_or_default();
    let entries = answers.into_iter().filter_map(|answer| match answer {
        Answer::Entry { name, about, .. } => Some((name, about)),
        _ => None,
    });
    candidates(typed, entries)
}

/// Machines that run, by name and by address.
pub fn running(typed: &OsStr) -> Vec<CompletionCandidate> {
    let answers = node().all(&Request::List).unwrap_or_default();
    let rows = answers.into_iter().filter_map(|answer| match answer {
        Answer::Row(row) => Some([
            (row.name.clone(), row.address.clone()),
            (row.address, row.name),
        ]),
        _ => None,
    });
    candidates(typed, rows.flatten())
}

/// The messages of the machine that stands on the line; without one, of all that run.
pub fn messages(typed: &OsStr) -> Vec<CompletionCandidate> {
    let node = node();
    let words: Vec<String> = std::env::args().collect();
    let rows = node.all(&Request::List).unwrap_or_default();
    let is_meant = |name: &str, address: &str| {
        let port = address.rsplit_once(':').map(|(_, port)| format!(":{port}"));
        words
            .iter()
            .any(|word| word == name || word == address || Some(word) == port.as_ref())
    };
    let running: Vec<(String, bool)> = rows
        .into_iter()
        .filter_map(|answer| match answer {
            Answer::Row(row) => {
                let is_meant = is_meant(&row.name, &row.address);
                Some((row.name, is_meant))
            }
            _ => None,
        })
        .collect();
    let any = running.iter().any(|(_, is_meant)| *is_meant);
    let entries = node.all(&Request::Available).unwrap_or_default();
    let usages = entries.into_iter().filter_map(|answer| match answer {
        Answer::Entry { name, messages, .. } => {
            let takes = |(own, is_meant): &(String, bool)| *own == name && (*is_meant || !any);
            running.iter().any(takes).then_some(messages)
        }
        _ => None,
    });
    let words = usages.flatten().map(|usage| {
        let word = usage.split(' ').next().unwrap_or_default().to_owned();
        (word, usage)
    });
    candidates(typed, words)
}

/// Prints what the shell is to run.
pub fn script(shell: &str) -> Result<(), Trouble> {
    use clap_complete::env::Shells;
    let shells = Shells::builtins();
    let known = shells.completer(shell);
    let completer = known.ok_or_else(|| format!("no completion for `{shell}`"))?;
    let mut script = Vec::new();
    completer
        .write_registration("COMPLETE", "wink", "wink", "wink", &mut script)
        .map_err(|error| error.to_string())?;
    out::bytes(&script)
}
