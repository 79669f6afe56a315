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

    #[state]
    #[receive(Next => second)]
    pub mod first {}

    #[state]
    #[receive(Next => first)]
    pub mod second {}
}

fn main() {
    gate::Gate.start();
}
