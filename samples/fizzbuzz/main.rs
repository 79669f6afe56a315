//! FizzBuzz: rows of a parent serve all its children, and a state is entered again.

use wink::prelude::*;

/// Says Fizz, Buzz, FizzBuzz or the number.
#[machine(name = "fizzbuzz/FizzBuzz")]
pub mod fizzbuzz {
    #[data]
    #[derive(Default)]
    pub struct FizzBuzz;

    #[messages]
    #[derive(Debug, Clone, Serialize, Deserialize)]
    pub enum Message {
        /// The next number.
        Number {
            /// Any natural number.
            value: u64,
        },
    }

    /// The rows below are inherited by the three children. The first guard that holds wins.
    #[state(initial)]
    #[receive(Number if value % 15 == 0 => fizz_buzz)]
    #[receive(Number if value % 5 == 0 => buzz)]
    #[receive(Number if value % 3 == 0 => fizz)]
    pub mod counting {
        #[receive(Number)]
        fn say(cx: &mut Context, value: u64) {
            cx.log(value.to_string());
        }

        #[state]
        pub mod fizz {
            #[entry]
            fn say(cx: &mut Context) {
                cx.log("Fizz");
            }
        }

        #[state]
        pub mod buzz {
            #[entry]
            fn say(cx: &mut Context) {
                cx.log("Buzz");
            }
        }

        #[state]
        pub mod fizz_buzz {
            #[entry]
            fn say(cx: &mut Context) {
                cx.log("FizzBuzz");
            }
        }
    }
}

wink::main!(fizzbuzz::FizzBuzz);
