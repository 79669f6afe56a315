//! Stopwatch: what only one state needs to know lives in that state, and is gone when it is left.

use wink::prelude::*;

/// Measures the time between `start` and `stop`.
#[machine(name = "time/Stopwatch")]
pub mod stopwatch {
    #[data]
    #[derive(Default)]
    pub struct Stopwatch;

    #[messages]
    #[derive(Debug, Clone, Serialize, Deserialize)]
    pub enum Message {
        /// Begin, or begin again.
        Start,
        /// How many milliseconds was it? Zero when it was not running.
        #[reply(u64)]
        Stop,
    }

    /// `timing` lies in here, so `Start` works in both.
    #[state(initial)]
    #[receive(Start => timing)]
    pub mod idle {
        #[receive(Stop)]
        fn nothing() -> u64 {
            0
        }

        #[state]
        pub mod timing {
            /// When it was started.
            pub struct Started(Time);

            #[entry]
            fn begin(cx: &Context) -> Started {
                Started(cx.now())
            }

            #[receive(Stop => idle)]
            fn stop(started: &mut Started, cx: &Context) -> u64 {
                cx.now().since(started.0).as_millis() as u64
            }
        }
    }
}

wink::main!(stopwatch::Stopwatch);
