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

    #[messages]
    pub enum Other {
        Knock,
    }

    #[state(initial)]
    #[receive(Coin | Push)]
    pub mod locked {}
}

fn main() {
    gate::Gate.start();
}
