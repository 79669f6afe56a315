#![deny(deprecated, dead_code)]

use wink::prelude::*;

#[machine]
pub mod gate {
    #[data]
    #[derive(Default)]
    pub struct Gate;

    #[messages]
    pub enum Message {
        Go,
    }

    #[state(initial)]
    #[receive(Go => second)]
    pub mod first {}

    #[state]
    #[receive(Go)]
    pub mod second {}
}

fn main() {
    gate::Gate.start();
}
