use wink::prelude::*;

#[machine]
pub mod gate {
    #[data]
    #[derive(Default)]
    pub struct Gate;

    #[messages]
    pub enum Message {
        Coin { value: u32 },
        Push,
    }

    #[state(initial)]
    pub mod locked {
        #[receive(Push)]
        fn push(gate: Gate, cx: Context) {
            let _ = (gate, cx);
        }

        #[receive(Coin)]
        fn pay(message: Message) {
            let _ = message;
        }
    }
}

fn main() {
    gate::Gate.start();
}
