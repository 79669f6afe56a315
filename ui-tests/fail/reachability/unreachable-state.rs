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
    #[receive(Open => open)]
    #[ignore(Close)]
    pub mod closed {}

    #[state]
    #[receive(Close => closed)]
    #[ignore(Open)]
    pub mod open {}

    #[state]
    #[receive(Open => open)]
    #[ignore(Close)]
    pub mod broken {}
}

fn main() {
    gate::Gate.start();
}
