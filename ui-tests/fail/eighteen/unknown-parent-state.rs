//! A parent that is no state. Here a state's parent is the state around it, so there is no name
//! to misspell; who looks for one is told.

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
    #[receive(Push => unlocked)]
    #[receive(Coin)]
    pub mod locked {}

    #[state(parent = "opened")]
    #[receive(Push => locked)]
    #[receive(Coin)]
    pub mod unlocked {}
}

fn main() {
    gate::Gate.start();
}
