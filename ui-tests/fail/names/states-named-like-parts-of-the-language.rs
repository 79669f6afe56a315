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
    pub mod stay {}

    #[state]
    #[receive(Next => r#loop)]
    pub mod second {
        #[state(initial)]
        pub mod history {}
    }

    #[state]
    #[receive(Next => second)]
    pub mod r#loop {}
}

fn main() {
    gate::Gate.start();
}
