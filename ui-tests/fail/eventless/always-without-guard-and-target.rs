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
    #[receive(Go)]
    pub mod only {
        #[always]
        fn spin() {}
    }
}

fn main() {
    gate::Gate.start();
}
