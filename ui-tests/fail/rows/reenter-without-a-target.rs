use wink::prelude::*;

#[machine]
pub mod gate {
    #[data]
    #[derive(Default)]
    pub struct Gate;

    #[messages]
    pub enum Message {
        Go,
    }

    #[state(initial)]
    pub mod only {
        #[receive(Go => stay, reenter)]
        fn go() {}
    }
}

fn main() {
    gate::Gate.start();
}
