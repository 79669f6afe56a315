//! Unruly: a machine that does what no machine should, for the tests of the node.

use std::process::{Command, Stdio};
use wink::prelude::*;

/// Misbehaves as its argument says.
#[machine(name = "tests/Unruly")]
pub mod unruly {
    use super::misbehave;

    /// Knows how.
    #[data]
    pub struct Unruly {
        /// What it does first.
        pub first: String,
    }

    #[messages]
    #[derive(Debug, Clone, Serialize, Deserialize)]
    pub enum Message {
        /// Do this.
        Do {
            /// What.
            what: String,
        },
        /// Is anybody there?
        #[reply(u32)]
        Process,
    }

    #[entry]
    fn begin(unruly: &Unruly, cx: &mut Context) {
        misbehave(&unruly.first);
        cx.log("begun");
    }

    #[exit]
    fn end(cx: &mut Context) {
        cx.log("ended in good order");
    }

    #[receive(Do)]
    fn act(cx: &mut Context, what: String) {
        match what.as_str() {
            "error" => cx.error("it broke"),
            "exit" => cx.exit(),
            what => misbehave(what),
        }
    }

    #[receive(Process)]
    fn process() -> u32 {
        std::process::id()
    }
}

fn misbehave(what: &str) {
    match what {
        "leave" => {
            eprintln!("I have had enough");
            std::process::exit(7);
        }
        "abort" => std::process::abort(),
        "hang" => loop {
            std::thread::park();
        },
        "flood" => {
            for number in 0..20_000 {
                println!("line {number} of a flood that goes on for a long time");
            }
        }
        // A process of its own, in its group.
        "help" => help(&mut Command::new("sleep")),
        // One that leaves the group, as daemons do.
        "daemon" => help(Command::new("setsid").arg("sleep")),
        _ => {}
    }
}

fn help(command: &mut Command) {
    let child = command.arg("1000").stdout(Stdio::null()).spawn();
    match child {
        Ok(child) => println!("helper {}", child.id()),
        Err(error) => eprintln!("no helper: {error}"),
    }
}

wink::main!(
    unruly::Unruly,
    |first: Option<String>, again: Option<u8>| {
        match again {
            Some(0) => Err("again must not be 0"),
            _ => Ok(unruly::Unruly {
                first: first.unwrap_or_default(),
            }),
        }
    }
);
