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
    pub mod first {
        #[receive(Next => second | stay | second)]
        fn next() -> Goto {
            Goto::Second
        }
    }

    #[state]
    #[receive(Next => first)]
    pub mod second {}
}

fn main() {
    gate::Gate.start();
}
