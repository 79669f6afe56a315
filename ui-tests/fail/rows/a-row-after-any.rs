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
    pub mod only {
        #[receive(_)]
        fn anything() {}

        #[receive(Close)]
        fn close() {}
    }
}

fn main() {
    gate::Gate.start();
}
