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
    #[receive(Go => over)]
    pub mod first {}

    #[state(final)]
    #[receive(Go => first)]
    pub mod over {
        #[state]
        pub mod inside {}
    }
}

fn main() {
    gate::Gate.start();
}
