#![deny(warnings)]

use wink::prelude::*;

#[machine]
pub mod gate {
    #[data]
    #[derive(Default)]
    pub struct Gate;

    #[messages]
    pub enum Message {
        Coin { value: u32 },
        Go,
        #[allow(never_received)]
        Knock,
    }

    #[state(initial)]
    #[ignore(Knock)]
    #[receive(Go => second)]
    pub mod first {
        #[allow(guard_leaves_unhandled)]
        #[receive(Coin if value >= 2)]
        fn pay(value: u32) {
            let _ = value;
        }
    }

    #[state]
    #[allow(trap_state)]
    #[ignore(Knock | Coin | Go)]
    pub mod second {}

    #[state]
    #[allow(unreachable)]
    #[receive(_ => first)]
    pub mod kept {}
}

fn main() {
    gate::Gate.start();
}
