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
        Knock,
    }

    #[state(initial)]
    #[receive(Go)]
    #[ignore(Knock)]
    pub mod only {}
}

fn main() {
    gate::Gate.start();
}
