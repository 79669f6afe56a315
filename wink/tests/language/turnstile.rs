//! The first machine of the language page.

use wink::prelude::*;
use wink::{Received, Status};

/// A gate that opens for a coin.
#[machine]
pub mod turnstile {
    /// What the gate remembers, whatever state it is in.
    #[data]
    #[derive(Default)]
    pub struct Turnstile {
        /// How much was paid.
        pub coins: u32,
    }

    /// Everything the gate can be sent.
    #[messages]
    #[derive(Debug, Clone, Serialize, Deserialize)]
    pub enum Message {
        /// Somebody pays.
        Coin {
            /// How much.
            value: u32,
        },
        /// Somebody pushes.
        Push,
        /// How much was paid?
        #[reply(u32)]
        Total,
    }

    #[receive(Total)]
    fn total(gate: &Turnstile) -> u32 {
        gate.coins
    }

    /// Nobody can pass.
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

    /// One person can pass.
    #[state]
    #[receive(Push => locked)]
    #[after("5s" => locked)]
    pub mod unlocked {
        #[entry]
        fn green(gate: &mut Turnstile) {
            gate.coins += 100;
        }
        #[exit]
        fn red(gate: &mut Turnstile) {
            gate.coins += 1000;
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

use turnstile::{Message, State, Turnstile};

#[test]
fn a_coin_opens_and_a_push_closes() {
    let mut gate = Turnstile::default().start();
    assert_eq!(gate.status(), Status::Running);
    assert!(gate.is_in(State::Locked));
    let outcome = gate.dispatch(Message::Coin { value: 1 });
    assert!(outcome.is_handled() && !outcome.changed());
    let outcome = gate.dispatch(Message::Coin { value: 2 });
    assert!(outcome.is_handled() && outcome.changed());
    assert!(gate.is_in(State::Unlocked));
    assert_eq!(gate.data().coins, 103);
    gate.dispatch(Message::Coin { value: 11 });
    assert!(gate.is_in(State::Unlocked));
    assert_eq!(gate.data().coins, 1214);
    assert_eq!(
        gate.dispatch(Message::Push).received(),
        Received::Handled(wink::RowId(4))
    );
    assert!(gate.is_in(State::Locked));
}
