//! Parents cannot go round in a circle, for they are nested; eventless transitions can.

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
    #[receive(Push => red)]
    #[receive(Coin)]
    pub mod locked {}

    #[state]
    #[always(=> green)]
    pub mod red {}

    #[state]
    #[always(=> red)]
    pub mod green {}
}

fn main() {
    gate::Gate.start();
}
