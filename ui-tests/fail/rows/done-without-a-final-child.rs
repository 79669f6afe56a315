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
    #[done(=> away)]
    #[receive(Go => away)]
    pub mod working {
        #[state(initial)]
        pub mod part {}
    }

    #[state]
    #[done(=> working)]
    #[receive(Go => working)]
    pub mod away {}
}

fn main() {
    gate::Gate.start();
}
