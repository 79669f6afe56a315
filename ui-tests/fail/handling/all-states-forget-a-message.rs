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
        #[reply(u32)]
        Visitors,
    }

    #[state(initial)]
    #[receive(Open => open)]
    #[ignore(Close)]
    pub mod closed {}

    #[state]
    #[receive(Close => closed)]
    #[ignore(Open)]
    pub mod open {}
}

fn main() {
    gate::Gate.start();
}
