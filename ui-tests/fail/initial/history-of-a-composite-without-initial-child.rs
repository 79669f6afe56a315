use wink::prelude::*;

#[machine]
pub mod gate {
    #[data]
    #[derive(Default)]
    pub struct Gate;

    #[messages]
    pub enum Message {
        Break,
        Resume,
    }

    #[state(initial)]
    #[receive(Break => broken)]
    #[receive(Resume => right)]
    pub mod working {
        #[state]
        pub mod left {}
        #[state]
        pub mod right {}
        #[after("1s" => left)]
        fn swing() {}
    }

    #[state]
    #[ignore(Break)]
    #[receive(Resume => history(working))]
    pub mod broken {}
}

fn main() {
    gate::Gate.start();
}
