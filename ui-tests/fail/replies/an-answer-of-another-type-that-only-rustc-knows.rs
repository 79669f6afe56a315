use wink::prelude::*;

#[machine]
pub mod gate {
    #[data]
    #[derive(Default)]
    pub struct Gate;

    #[messages]
    pub enum Message {
        #[reply(Celsius)]
        Warmth,
    }

    pub struct Celsius(pub f64);

    #[state(initial)]
    pub mod only {
        #[receive(Warmth)]
        fn warmth() -> f64 {
            21.5
        }
    }
}

fn main() {
    gate::Gate.start();
}
