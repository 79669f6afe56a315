use wink::prelude::*;

#[machine]
pub mod gate {
    #[data]
    #[derive(Default)]
    pub struct Gate;

    #[messages]
    pub enum Message {
        Push,
        Pull,
    }

    #[state(initial)]
    pub mod only {
        #[receive(Push)]
        fn push() -> bool {
            true
        }

        #[receive(Pull)]
        fn pull(reply: Reply<bool>) {
            let _ = reply;
        }
    }
}

fn main() {
    gate::Gate.start();
}
