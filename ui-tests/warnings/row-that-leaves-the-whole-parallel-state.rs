#![deny(deprecated, dead_code)]

use wink::prelude::*;

#[machine]
pub mod gate {
    #[data]
    #[derive(Default)]
    pub struct Gate;

    #[messages]
    pub enum Message {
        Flip,
        Leave,
    }

    #[state(initial, parallel)]
    #[ignore(Leave)]
    pub mod room {
        #[state]
        pub mod lamp {
            #[state(initial)]
            #[receive(Flip => on)]
            pub mod off {}
            #[state]
            #[receive(Flip => lamp)]
            #[receive(Leave => outside)]
            pub mod on {}
        }
        #[state]
        pub mod bell {}
    }

    #[state]
    #[receive(Flip | Leave => room)]
    pub mod outside {}
}

fn main() {
    gate::Gate.start();
}
