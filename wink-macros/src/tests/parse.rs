//! What is written, and what is said about its form.

mod functions;
mod machines;
mod places;
mod rows;

use super::fixture::{check_form, with_machine};

/// The example of the guide.
pub const TURNSTILE: &str = r#"
    /// A gate that opens for a coin.
    #[machine]
    pub mod turnstile {
        /// What the gate remembers, whatever state it is in.
        #[data]
        #[derive(Default)]
        pub struct Turnstile { pub coins: u32 }

        /// Everything the gate can be sent.
        #[messages]
        #[derive(Debug, Clone, Serialize, Deserialize)]
        pub enum Message {
            Coin { value: u32 },
            Push,
            #[reply(u32)]
            Total,
        }

        #[receive(Total)]
        fn total(gate: &Turnstile) -> u32 { gate.coins }

        #[state(initial)]
        pub mod locked {
            #[receive(Coin if value >= 2 => unlocked)]
            #[receive(Coin)]
            fn pay(gate: &mut Turnstile, value: u32) { gate.coins += value; }

            #[receive(Push)]
            fn refuse(cx: &mut Context) { cx.log("pay first"); }
        }

        #[state]
        #[receive(Push => locked)]
        #[after("5s" => locked)]
        pub mod unlocked {
            #[entry] fn green(gate: &mut Turnstile) {}
            #[exit]  fn red(gate: &mut Turnstile) {}

            #[receive(Coin => unlocked | locked)]
            fn extra(gate: &mut Turnstile, value: u32) -> Goto {
                gate.coins += value;
                if value > 10 { Goto::Unlocked } else { Goto::Locked }
            }
        }
    }
"#;

#[test]
fn the_turnstile_is_read_without_a_word() {
    check_form(TURNSTILE);
}

#[test]
fn a_row_keeps_what_was_written() {
    with_machine(TURNSTILE, |_, machine| {
        let locked = &machine.body.states[0];
        let row = &locked.body.functions[0].rows[0];
        assert_eq!(
            row.guard.as_ref().expect("a guard").tokens.to_string(),
            "value >= 2"
        );
        let after = &machine.body.states[1].body.rows[1];
        assert_eq!(
            after.delay.as_ref().expect("a delay").nanoseconds,
            5_000_000_000
        );
    });
}
