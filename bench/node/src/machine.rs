//! The smallest machine that can be started: what is measured is everything around it.

use wink::prelude::*;

/// Rests.
#[machine(name = "bench/Rest")]
pub mod rest {
    #[data]
    #[derive(Default)]
    pub struct Rest;

    #[messages]
    #[derive(Debug, Clone, Serialize, Deserialize)]
    pub enum Message {
        /// Does nothing.
        Nothing,
    }

    #[state(initial)]
    pub mod resting {
        #[receive(Nothing)]
        fn nothing() {}
    }
}

wink::main!(rest::Rest);

/// The program as a machine.
pub fn run() -> std::process::ExitCode {
    main()
}
