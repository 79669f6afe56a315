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

    #[state]
    #[receive(Push => unlocked)]
    #[receive(Coin)]
    pub mod locked {}

    #[state]
    #[receive(Push => locked)]
    #[receive(Coin)]
    pub mod unlocked {}
}

fn main() {
    gate::Gate.start();
}
