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
        Knock,
    }

    #[state(initial)]
    #[receive(Open => open)]
    #[receive(Knock)]
    #[ignore(Close)]
    pub mod closed {}

    #[state]
    #[receive(Close => closed)]
    pub mod open {}
}

fn main() {
    gate::Gate.start();
}
