use wink::prelude::*;

#[machine]
pub mod gate {
    #[data]
    #[derive(Default)]
    pub struct Gate;

    #[messages]
    pub enum Message {
        Next,
    }

    #[state(initial)]
    #[receive(Next => second)]
    pub mod first {}

    #[state(initial)]
    #[receive(Next => first)]
    pub mod second {}
}

fn main() {
    gate::Gate.start();
}
