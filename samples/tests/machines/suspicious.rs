//! Compiles, and has everything that `wink check` finds; for its test.

use wink::prelude::*;

/// Look at it twice.
#[machine(name = "tests/Suspicious")]
pub mod suspicious {
    #[data]
    #[derive(Default)]
    pub struct Suspicious {
        ready: bool,
    }

    #[messages]
    pub enum Message {
        Step,
        Trap,
        #[allow(never_received)]
        Keep,
        Spin,
    }

    /// Keeps what nobody takes afterwards.
    #[state(initial)]
    #[receive(Step => inner)]
    #[receive(Trap => trapped)]
    #[receive(Spin => left)]
    #[defer(Keep)]
    pub mod waiting {}

    /// Its own row for `Step` never has its turn.
    #[state]
    #[receive(Step => behind)]
    #[receive(Trap => trapped)]
    #[ignore(Spin)]
    #[defer(Keep)]
    pub mod inner {
        #[state(initial)]
        #[receive(Step)]
        pub mod first {}
    }

    /// Only the row that has no turn leads here.
    #[state]
    #[receive(Step => waiting)]
    #[ignore(Trap | Spin)]
    #[defer(Keep)]
    pub mod behind {}

    /// Nothing leads out.
    #[allow(trap_state)]
    #[state]
    #[ignore(Step | Trap | Spin)]
    #[defer(Keep)]
    pub mod trapped {}

    /// Back and forth, while it is ready.
    #[state]
    #[always(if data.ready => right)]
    #[receive(Step => waiting)]
    #[ignore(Trap | Spin)]
    #[defer(Keep)]
    pub mod left {}

    #[state]
    #[always(if data.ready => left)]
    #[receive(Step => waiting)]
    #[ignore(Trap | Spin)]
    #[defer(Keep)]
    pub mod right {}
}

wink::main!(suspicious::Suspicious);
