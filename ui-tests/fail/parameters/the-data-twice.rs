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
    pub mod only {
        #[receive(Push)]
        fn push(gate: &mut Gate, other: &Gate) {
            let _ = (gate, other);
        }
    }
}

fn main() {
    gate::Gate.start();
}
