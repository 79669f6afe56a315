#![deny(deprecated, dead_code)]

use wink::prelude::*;

#[machine]
pub mod gate {
    #[data]
    #[derive(Default)]
    pub struct Gate;

    #[messages]
    pub enum Message {
        Coin { value: u32 },
    }

    #[state(initial)]
    pub mod only {
        #[receive(Coin if value >= 2)]
        fn pay(value: u32) {
            let _ = value;
        }
    }
}

fn main() {
    gate::Gate.start();
}
