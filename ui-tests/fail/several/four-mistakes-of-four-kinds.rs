use wink::prelude::*;

#[machine]
pub mod gate {
    #[data]
    #[derive(Default)]
    pub struct Gate {
        coins: u64,
    }

    #[messages]
    pub enum Message {
        Coin { value: u64 },
        Push,
        #[reply(u32)]
        Total,
    }

    #[receive(Total)]
    fn total(gate: &Gate) -> u64 {
        gate.coins
    }

    #[state(initial)]
    pub mod locked {
        #[receive(Coin if value >= 2 => unlokced)]
        #[receive(Coin)]
        fn pay(gate: &mut Gate, valeu: u64) {
            gate.coins += valeu;
        }
    }

    #[state]
    #[receive(Push => locked)]
    #[ignore(Coin)]
    pub mod unlocked {
        #[entry]
        fn green() {}

        #[exit]
        #[receive(Push)]
        fn red() {}
    }
}

fn main() {
    let mut gate = gate::Gate::default().start();
    let _ = gate.dispatch(gate::Message::Push);
    let _ = gate.is_in(gate::State::Locked);
}
