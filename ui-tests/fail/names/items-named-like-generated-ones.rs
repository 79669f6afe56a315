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

    pub enum State {
        Mine,
    }

    pub struct Context;

    #[state(initial)]
    #[receive(Next => second)]
    pub mod first {}

    #[state]
    #[receive(Next => first)]
    pub mod second {}
}

fn main() {
    let _ = gate::Gate;
}
