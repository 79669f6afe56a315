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
    #[receive(Push => second | stay)]
    pub mod first {
        #[receive(Pull => second | stay)]
        fn pull() {}
    }

    #[state]
    #[receive(Push | Pull => first)]
    pub mod second {}
}

fn main() {
    gate::Gate.start();
}
