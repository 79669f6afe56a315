//! Legal Rust, and maybe a helper for later: a warning, made an error here to be seen.

#![deny(deprecated)]

use wink::prelude::*;

#[machine]
pub mod gate {
    #[data]
    #[derive(Default)]
    pub struct Gate;

    #[messages]
    pub enum Message {
        Coin { value: u32 },
        Push,
    }

    #[state(initial)]
    #[receive(Push)]
    #[receive(Coin)]
    pub mod locked {
        fn red(gate: &mut Gate) {
            let _ = gate;
        }
    }
}

fn main() {
    gate::Gate.start();
}
