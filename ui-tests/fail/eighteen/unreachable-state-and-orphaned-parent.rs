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
    #[receive(Push)]
    #[receive(Coin)]
    pub mod locked {}

    #[state]
    #[receive(Push => locked)]
    #[receive(Coin)]
    pub mod unlocked {}

    #[state]
    #[receive(Push | Coin)]
    pub mod broken {
        #[state(initial)]
        pub mod rusty {}
    }
}

fn main() {
    gate::Gate.start();
}
