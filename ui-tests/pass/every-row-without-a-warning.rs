//! What is generated raises no lint in the crate of the user.

#![deny(warnings, missing_docs, unused, clippy::all)]
#![deny(unused_qualifications, unreachable_pub, single_use_lifetimes, missing_debug_implementations)]

use wink::prelude::*;

/// A gate with every kind of row.
#[machine(name = "ui/Gate")]
pub mod gate {
    /// What it remembers.
    #[data]
    #[derive(Debug, Default)]
    pub struct Gate {
        /// All that was paid.
        pub coins: u32,
        /// How often a child has failed.
        pub failures: u32,
    }

    /// What it can be sent.
    #[messages]
    #[derive(Debug, Clone)]
    pub enum Message {
        /// A coin.
        Coin {
            /// Its value.
            value: u32,
        },
        /// A note, and what is printed on it.
        Note(u32, String),
        /// Somebody pushes.
        Push,
        /// How much is in it?
        #[reply(u32)]
        Total,
        /// How much will be in it?
        #[reply(u32)]
        Forecast,
        /// Out of order.
        Break,
    }

    #[entry]
    fn start(cx: &mut Context) {
        cx.log("hello");
    }

    #[exit]
    fn end(gate: &mut Gate) {
        gate.coins = 0;
    }

    #[receive(Total)]
    fn total(gate: &Gate) -> u32 {
        gate.coins
    }

    #[receive(Forecast)]
    fn forecast(gate: &Gate, cx: &mut Context, reply: Reply<u32>) {
        cx.reply(reply, gate.coins * 2);
    }

    #[child(errored)]
    fn failed(gate: &mut Gate, child: &Child, error: &Error) {
        let _ = (child, error);
        gate.failures += 1;
    }

    #[child(started)]
    #[child(exited)]
    fn lives(child: &Child) {
        let _ = child;
    }

    #[down]
    fn gone(down: &Down) {
        let _ = down;
    }

    /// It turns.
    #[state(initial)]
    #[receive(Break => broken)]
    pub mod working {
        /// It waits for coins.
        #[state(initial)]
        #[defer(Push)]
        pub mod locked {
            #[receive(Coin if value >= 2 => unlocked)]
            #[receive(Coin)]
            fn pay(gate: &mut Gate, value: u32) {
                gate.coins += value;
            }

            #[receive(Note if value > 100 => unlocked | stay)]
            #[ignore(Note)]
            fn change(gate: &mut Gate, value: u32, text: &str) -> Goto {
                gate.coins += value;
                if text.is_empty() { Goto::Stay } else { Goto::Unlocked }
            }
        }

        /// It lets one through.
        #[state]
        #[after("5s" => locked)]
        pub mod unlocked {
            /// How often somebody pushed while it was open.
            #[derive(Debug)]
            pub struct Pushes(u32);

            #[entry]
            fn open() -> Pushes {
                Pushes(0)
            }

            #[receive(Push)]
            fn push(pushes: &mut Pushes) {
                pushes.0 += 1;
            }

            #[receive(Total)]
            fn total(gate: &Gate, pushes: &Pushes) -> u32 {
                gate.coins + pushes.0
            }

            #[receive(Forecast)]
            fn forecast() -> u32 {
                0
            }

            #[receive(_)]
            fn thank(message: &Message, cx: &mut Context) {
                cx.log(format!("thank you for {message:?}"));
            }
        }
    }

    /// It does not turn.
    #[state]
    #[ignore(Coin | Note | Break)]
    #[always(if data.failures > 3 => over)]
    pub mod broken {
        #[receive(Push => history(working), reenter)]
        fn kick() {}
    }

    /// It will never turn again.
    #[state(final)]
    pub mod over {}
}

/// Two regions, and what is theirs.
#[machine]
pub mod room {
    /// What it remembers.
    #[data]
    #[derive(Debug, Default)]
    pub struct Room {
        /// How often the lamp was lit.
        pub lit: u32,
    }

    /// What it can be sent.
    #[messages]
    #[derive(Debug, Clone)]
    pub enum Message {
        /// The lamp's switch.
        Flip,
        /// The bell's button.
        Ring {
            /// How often.
            times: u32,
        },
        /// Does it shine?
        #[reply(bool)]
        Shines,
    }

    /// Lamp and bell.
    #[state(initial, parallel)]
    #[done(=> dark)]
    pub mod parts {
        /// What shines.
        #[state]
        pub mod lamp {
            #[receive(Shines)]
            fn shines(cx: &Context) -> bool {
                cx.is_in(State::On)
            }

            /// It does not shine.
            #[state(initial)]
            #[receive(Flip => on)]
            pub mod off {}

            /// It shines.
            #[state]
            pub mod on {
                #[entry]
                fn shine(room: &mut Room) {
                    room.lit += 1;
                }

                #[receive(Flip => off | burnt)]
                fn flip(room: &Room) -> Goto {
                    if room.lit > 100 { Goto::Burnt } else { Goto::Off }
                }
            }

            /// It will not shine again.
            #[state(final)]
            pub mod burnt {}
        }

        /// What rings.
        #[state]
        #[ignore(Flip | Ring)]
        pub mod bell {
            /// It does not ring.
            #[state(initial)]
            pub mod silent {
                #[receive(Ring if times > 0 => ringing)]
                fn ring(times: u32) {
                    let _ = times;
                }
            }

            /// It rings.
            #[state]
            #[receive(Ring => worn)]
            #[after("1s" => silent)]
            pub mod ringing {}

            /// It will not ring again.
            #[state(final)]
            pub mod worn {}
        }
    }

    /// Nothing is left.
    #[state]
    #[receive(Flip => parts)]
    #[ignore(Ring)]
    pub mod dark {
        #[receive(Shines)]
        fn shines() -> bool {
            false
        }
    }
}

fn main() {
    let mut gate = gate::Gate::default().start();
    let _ = gate.dispatch(gate::Message::Coin { value: 2 });
    let _ = gate.dispatch(gate::Message::Push);
    assert!(gate.is_in(gate::State::Unlocked));
    let mut room = room::Room::default().start();
    let _ = room.dispatch(room::Message::Flip);
    assert!(room.is_in(room::State::On));
    assert!(room.is_in(room::State::Silent));
}
