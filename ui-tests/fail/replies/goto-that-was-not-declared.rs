use wink::prelude::*;

#[machine]
pub mod gate {
    #[data]
    #[derive(Default)]
    pub struct Gate;

    #[messages]
    pub enum Message {
        Push,
        Pull,
    }

    #[state(initial)]
    pub mod first {
        #[receive(Push => second | stay)]
        fn push() -> Goto {
            Goto::Third
        }

        #[receive(Pull)]
        fn pull() -> Goto {
            Goto::Stay
        }
    }

    #[state]
    #[receive(Push | Pull => third)]
    pub mod second {}

    #[state]
    #[receive(Push | Pull => first)]
    pub mod third {}
}

fn main() {
    gate::Gate.start();
}
