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
        #[receive(Pull => stay)]
        fn choose() -> Goto {
            Goto::Stay
        }
    }

    #[state]
    #[receive(Push | Pull => first)]
    pub mod second {}
}

fn main() {
    gate::Gate.start();
}
