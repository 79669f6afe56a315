#![deny(warnings)]

use wink::prelude::*;

#[machine]
pub mod gate {
    #[data]
    #[derive(Default)]
    pub struct Gate {
        pub coins: u32,
    }

    #[messages]
    pub enum Message {
        Coin { value: u32 },
    }

    #[state(initial)]
    pub mod only {
        #[receive(Coin if value >= 2)]
        #[ignore(Coin)]
        fn pay(gate: &mut Gate, value: u32) {
            gate.coins += value;
        }
    }
}

fn main() {
    let mut gate = gate::Gate::default().start();
    let _ = gate.dispatch(gate::Message::Coin { value: 1 });
    assert_eq!(gate.data().coins, 0);
    let _ = gate.dispatch(gate::Message::Coin { value: 2 });
    assert_eq!(gate.data().coins, 2);
}
