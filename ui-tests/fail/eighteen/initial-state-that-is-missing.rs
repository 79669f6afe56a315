use wink::prelude::*;

#[machine(initial = "lockd")]
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
    #[receive(Push)]
    #[receive(Coin)]
    pub mod locked {}
}

fn main() {
    gate::Gate.start();
}
