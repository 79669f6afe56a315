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

    #[state(initial "play" !!)]
    #[receive(Push -> unlocked)]
    #[receive(Coin)]
    pub mod locked {}

    #[state]
    #[receive(Push locked)]
    #[ignore(Coin,)]
    #[after(5 => locked)]
    pub mod unlocked {}
}

fn main() {
    gate::Gate.start();
}
