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
    pub mod open {
        #[state(initial)]
        pub mod closed {}
    }
}

fn main() {
    gate::Gate.start();
}
