//! A switch: `on` lies inside `off` and inherits both of its rows.

use wink::prelude::*;

/// A lamp's switch, off at first.
#[machine(name = "switch/Switch")]
pub mod switch {
    /// Nothing to remember: the state says it all.
    #[data]
    #[derive(Default)]
    pub struct Switch;

    /// What a finger can do.
    #[messages]
    #[derive(Debug, Clone, Serialize, Deserialize)]
    pub enum Message {
        /// Press the upper half.
        On,
        /// Press the lower half.
        Off,
    }

    /// Dark. Rests in itself, since its child is not marked initial.
    #[state(initial)]
    #[receive(On => on)]
    #[receive(Off => off)]
    pub mod off {
        #[entry]
        fn dark(cx: &mut Context) {
            cx.log("Switch is OFF");
        }

        /// Light. Has no row of its own: what it is sent, `off` answers.
        #[state]
        pub mod on {
            #[entry]
            fn light(cx: &mut Context) {
                cx.log("Switch is ON");
            }
        }
    }
}

wink::main!(switch::Switch);
