//! A turnstile: guards, a time-out, a question, and a function that chooses its target.

use wink::prelude::*;

/// A gate that opens for a coin.
#[machine(name = "turnstile/Turnstile")]
pub mod turnstile {
    /// What the gate remembers, whatever state it is in.
    #[data]
    #[derive(Default, Serialize, Deserialize)]
    pub struct Turnstile {
        /// The sum of all coins.
        pub coins: u32,
    }

    /// Everything the gate can be sent.
    #[messages]
    #[derive(Debug, Clone, Serialize, Deserialize)]
    pub enum Message {
        /// Somebody pays.
        Coin {
            /// What the coin is worth.
            value: u32,
        },
        /// Somebody pushes the bar.
        Push,
        /// How much has been paid so far?
        #[reply(u32)]
        Total,
    }

    #[receive(Total)]
    fn total(gate: &Turnstile) -> u32 {
        gate.coins
    }

    /// Nobody passes.
    #[state(initial)]
    pub mod locked {
        #[receive(Coin if value >= 2 => unlocked)]
        #[receive(Coin)]
        fn pay(gate: &mut Turnstile, value: u32) {
            gate.coins += value;
        }

        #[receive(Push)]
        fn refuse(cx: &mut Context) {
            cx.log("pay first");
        }
    }

    /// One person may pass.
    #[state]
    #[receive(Push => locked)]
    #[after("5s" => locked)]
    pub mod unlocked {
        #[entry]
        fn green(cx: &mut Context) {
            cx.log("the lamp is green");
        }

        #[exit]
        fn red(cx: &mut Context) {
            cx.log("the lamp is red");
        }

        #[receive(Coin => unlocked | locked)]
        fn extra(gate: &mut Turnstile, value: u32) -> Goto {
            gate.coins += value;
            if value > 10 {
                Goto::Unlocked
            } else {
                Goto::Locked
            }
        }
    }
}

wink::main!(turnstile::Turnstile);

#[cfg(test)]
mod tests {
    use super::turnstile::{Message, State, Turnstile};
    use wink::prelude::*;

    #[test]
    fn it_is_a_plain_value() {
        let mut gate = Turnstile::default().start();
        let outcome = gate.dispatch(Message::Coin { value: 5 });
        assert!(outcome.changed() && gate.is_in(State::Unlocked));
        assert_eq!(gate.ask(Message::total()).answer(), Some(5));
        gate.advance(gate.now() + Duration::from_secs(5));
        assert!(gate.is_in(State::Locked));
    }
}
