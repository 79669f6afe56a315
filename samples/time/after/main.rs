//! After: a state time-out, and a final state that ends the machine.

use wink::prelude::*;

/// Ends ten seconds after it began.
#[machine(name = "time/After")]
pub mod after {
    #[data]
    #[derive(Default)]
    pub struct After;

    #[messages]
    #[derive(Debug, Clone, Serialize, Deserialize)]
    pub enum Message {
        /// Start counting again.
        Again,
    }

    #[state(initial)]
    #[after("10s" => finished)]
    #[receive(Again => waiting)]
    pub mod waiting {}

    #[state(final)]
    pub mod finished {
        #[entry]
        fn ring(cx: &mut Context) {
            cx.log("ten seconds are over");
        }
    }
}

wink::main!(after::After);
