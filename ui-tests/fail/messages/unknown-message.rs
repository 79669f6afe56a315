use wink::prelude::*;

#[machine]
pub mod gate {
    #[data]
    #[derive(Default)]
    pub struct Gate;

    #[messages]
    pub enum Message {
        Open,
        Close,
    }

    #[state(initial)]
    #[receive(Opne => open)]
    #[ignore(Close)]
    pub mod closed {}

    #[state]
    #[receive(Close => closed)]
    #[ignore(Open | Knock)]
    pub mod open {}
}

fn main() {
    gate::Gate.start();
}
