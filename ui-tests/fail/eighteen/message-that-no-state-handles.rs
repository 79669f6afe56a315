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
    pub mod locked {}

    #[state]
    #[receive(Push => locked)]
    pub mod unlocked {}
}

fn main() {
    gate::Gate.start();
}
