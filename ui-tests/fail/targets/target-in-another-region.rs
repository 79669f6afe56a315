use wink::prelude::*;

#[machine]
pub mod gate {
    #[data]
    #[derive(Default)]
    pub struct Gate;

    #[messages]
    pub enum Message {
        Flip,
        Ring,
    }

    #[state(initial, parallel)]
    #[ignore(Ring)]
    pub mod room {
        #[state]
        pub mod lamp {
            #[state(initial)]
            #[receive(Flip => on)]
            pub mod off {}
            #[state]
            #[receive(Flip => off)]
            #[receive(Ring => ringing)]
            pub mod on {}
        }
        #[state]
        pub mod bell {
            #[state(initial)]
            #[after("1h" => ringing)]
            pub mod silent {}
            #[state]
            #[after("1s" => silent)]
            pub mod ringing {}
        }
    }
}

fn main() {
    gate::Gate.start();
}
