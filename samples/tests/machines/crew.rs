//! The crew's machines: types that several programs share.

use wink::prelude::*;

/// Counts what it is given, and is killed now and then.
#[machine(name = "tests/Worker")]
pub mod worker {
    #[data]
    #[derive(Default)]
    pub struct Worker {
        numbers: Vec<u64>,
    }

    #[messages]
    #[derive(Debug, Clone, Serialize, Deserialize)]
    pub enum Message {
        /// One number more.
        Add {
            /// Which.
            number: u64,
        },
        /// All numbers, in the order in which they came.
        #[reply(Vec<u64>)]
        Numbers,
        /// Which process is it?
        #[reply(u32)]
        Process,
        /// Is never answered.
        #[reply(u64)]
        #[allow(never_received)]
        Never,
        /// Fail.
        Fail {
            /// Why.
            why: String,
        },
    }

    #[state(initial)]
    #[defer(Never)]
    pub mod working {
        #[receive(Add)]
        fn add(worker: &mut Worker, number: u64) {
            worker.numbers.push(number);
        }

        #[receive(Numbers)]
        fn numbers(worker: &Worker) -> Vec<u64> {
            worker.numbers.clone()
        }

        #[receive(Process)]
        fn process() -> u32 {
            std::process::id()
        }

        #[receive(Fail)]
        fn fail(cx: &mut Context, why: String) {
            cx.error(why);
        }
    }
}
