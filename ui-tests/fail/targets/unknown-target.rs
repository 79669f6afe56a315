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
    #[receive(Open => opend)]
    #[ignore(Close)]
    pub mod closed {}

    #[state]
    #[receive(Close => shut)]
    #[ignore(Open)]
    pub mod opened {}
}

fn main() {
    gate::Gate.start();
}
