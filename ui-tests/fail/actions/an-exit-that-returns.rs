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
    #[receive(Push)]
    pub mod only {
        #[exit]
        fn darken() -> u32 {
            0
        }
    }
}

fn main() {
    gate::Gate.start();
}
