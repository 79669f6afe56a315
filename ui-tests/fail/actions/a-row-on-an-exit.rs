use wink::prelude::*;

#[machine]
pub mod gate {
    #[data]
    #[derive(Default)]
    pub struct Gate;

    #[messages]
    pub enum Message {
        Push,
    }

    #[state(initial)]
    pub mod only {
        #[exit]
        #[receive(Push)]
        fn darken() {}
    }
}

fn main() {
    gate::Gate.start();
}
