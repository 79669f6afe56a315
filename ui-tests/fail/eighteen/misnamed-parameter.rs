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
    #[receive(Push)]
    pub mod locked {
        #[receive(Coin)]
        fn pay(valeu: u32) {
            let _ = valeu;
        }
    }
}

fn main() {
    gate::Gate.start();
}
