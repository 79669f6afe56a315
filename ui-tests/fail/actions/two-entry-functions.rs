use wink::prelude::*;

#[machine]
pub mod gate {
    #[data]
    #[derive(Default)]
    pub struct Gate;

    #[messages]
    pub enum Message {
        Push,
    }

    #[state(initial)]
    #[receive(Push)]
    pub mod only {
        #[entry]
        fn light() {}

        #[entry]
        fn warm() {}
    }
}

fn main() {
    gate::Gate.start();
}
