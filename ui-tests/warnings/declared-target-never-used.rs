#![deny(deprecated, dead_code)]

use wink::prelude::*;

#[machine]
pub mod gate {
    #[data]
    #[derive(Default)]
    pub struct Gate;

    #[messages]
    pub enum Message {
        Push,
    }

    #[state(initial)]
    pub mod first {
        #[receive(Push => second | third)]
        fn push() -> Goto {
            Goto::Second
        }
    }

    #[state]
    #[receive(Push => third)]
    pub mod second {}

    #[state]
    #[receive(Push => first)]
    pub mod third {}
}

fn main() {
    gate::Gate.start();
}
