#![deny(deprecated, dead_code)]

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
    #[receive(Go => history(working))]
    pub mod idle {}

    #[state]
    #[receive(Go => idle)]
    pub mod working {
        #[state(initial)]
        #[after("1s" => right)]
        pub mod left {}
        #[state]
        pub mod right {}
    }
}

fn main() {
    gate::Gate.start();
}
