//! The words of a command line, put in the order in which they are read.
//!
//! A machine's arguments and messages are words of any kind, so that everything behind the first
//! one of them would be the machine's: also `--node`, when somebody writes that last. Options of
//! wink's own are therefore taken out and put before; what stands behind `--` is left alone.

use crate::arguments::Arguments;
use clap::{Arg, ArgAction, Command, CommandFactory};
use std::collections::VecDeque;
use std::ffi::OsString;

/// Commands that hand words on to a machine.
const HANDING_ON: [&str; 4] = ["start", "send", "call", "serve"];

/// The words so that options stand before what is a machine's.
pub fn in_order(words: impl Iterator<Item = OsString>) -> Vec<OsString> {
    let mut words: VecDeque<OsString> = words.collect();
    let whole = Arguments::command();
    let mut sorted: Vec<OsString> = words.pop_front().into_iter().collect();
    // Options before the command, which are those of all commands.
    while let Some(option) = words.front().and_then(|word| option(&whole, &[], word)) {
        take(option, &mut words, &mut sorted);
    }
    let name = words.front().and_then(|word| word.to_str());
    let known = name.filter(|name| HANDING_ON.contains(name));
    let Some(command) = known.and_then(|name| whole.find_subcommand(name)) else {
        sorted.extend(words);
        return sorted;
    };
    let serves = command.get_name() == "serve";
    // What it is followed by are the words of a machine.
    let kept: &[&str] = if serves { &["follow"] } else { &[] };
    sorted.extend(words.pop_front());
    let mut handed = VecDeque::new();
    while let Some(word) = words.front().filter(|word| *word != "--") {
        let own = option(command, kept, word).or_else(|| option(&whole, kept, word));
        match own {
            Some(own) => take(own, &mut words, &mut sorted),
            None => handed.extend(words.pop_front()),
        }
    }
    let is_follow = |word: &OsString| word == "-f" || word == "--follow";
    if let Some(end) = words.pop_front() {
        match serves {
            true if handed.iter().any(is_follow) => {}
            true => handed.push_back(end),
            // Behind the machine: what follows is its own.
            false => {
                sorted.extend(handed.pop_front());
                sorted.push(end);
            }
        }
    }
    sorted.extend(handed);
    sorted.extend(words);
    sorted
}

/// Moves an option, with its value when that is the next word.
fn take(has_value: bool, words: &mut VecDeque<OsString>, sorted: &mut Vec<OsString>) {
    let count = if has_value { 2 } else { 1 };
    sorted.extend(words.drain(..count.min(words.len())));
}

/// Whether that word is an option of the command; then whether its value is the next word.
fn option(command: &Command, kept: &[&str], word: &OsString) -> Option<bool> {
    let word = word.to_str()?;
    let (name, value) = match word.split_once('=') {
        Some((name, _)) => (name, true),
        None => (word, false),
    };
    let is_it = |argument: &&Arg| {
        let long = argument.get_long();
        let short = argument.get_short().map(String::from);
        !kept.contains(&argument.get_id().as_str())
            && (name
                .strip_prefix("--")
                .is_some_and(|name| Some(name) == long)
                || name
                    .strip_prefix('-')
                    .is_some_and(|name| Some(name) == short.as_deref()))
    };
    let argument = command.get_arguments().find(is_it)?;
    let takes = matches!(argument.get_action(), ArgAction::Set | ArgAction::Append);
    Some(takes && !value)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sorted(line: &str) -> String {
        let words = line.split(' ').map(OsString::from);
        let sorted = in_order(words).into_iter();
        let sorted: Vec<String> = sorted.map(|word| word.into_string().unwrap()).collect();
        sorted.join(" ")
    }

    #[test]
    fn options_may_stand_last() {
        for (typed, read) in [
            (
                "wink start a/B 1s 2 --node :1 -f",
                "wink start --node :1 -f a/B 1s 2",
            ),
            (
                "wink --keys k start a/B -5 --node=:1",
                "wink --keys k start --node=:1 a/B -5",
            ),
            (
                "wink send a/B coin 5 --node :1",
                "wink send --node :1 a/B coin 5",
            ),
            (
                "wink call a/B add 1 --deadline 1s",
                "wink call --deadline 1s a/B add 1",
            ),
            // Other words that look so are the machine's.
            ("wink send a/B say --loud -f", "wink send a/B say --loud -f"),
            // And so is all that stands behind this.
            (
                "wink start a/B 1s -f -- --node :1",
                "wink start -f a/B -- 1s --node :1",
            ),
            ("wink start a/B -- -f", "wink start a/B -- -f"),
            (
                "wink serve d --follow a/B 1s --address :1 --node :2",
                "wink serve --address :1 --node :2 d --follow a/B 1s",
            ),
            (
                "wink serve d --follow a/B -- --address",
                "wink serve d --follow a/B --address",
            ),
            // Commands that hand nothing on are read as they are.
            ("wink logs a/B -f", "wink logs a/B -f"),
            ("wink start a/B --node", "wink start --node a/B"),
        ] {
            assert_eq!(sorted(typed), read);
        }
    }
}
