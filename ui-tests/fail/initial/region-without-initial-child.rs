use wink::prelude::*;

#[machine]
pub mod gate {
    #[data]
    #[derive(Default)]
    pub struct Gate;

    #[messages]
    pub enum Message {
        Flip,
    }

    #[state(initial, parallel)]
    pub mod room {
        #[state]
        pub mod lamp {
            #[state]
            #[receive(Flip => on)]
            pub mod off {}
            #[state]
            #[receive(Flip => off)]
            pub mod on {}
        }
        #[state(initial)]
        pub mod bell {}
    }
}

fn main() {
    gate::Gate.start();
}
