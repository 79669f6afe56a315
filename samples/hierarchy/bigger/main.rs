//! Bigger: three levels. Exits run from the inside outwards, entries from the outside in.

use wink::prelude::*;

/// One parent, two children, a leaf in each.
#[machine(name = "hierarchy/Bigger")]
pub mod bigger {
    #[data]
    #[derive(Default)]
    pub struct Bigger;

    #[messages]
    #[derive(Debug, Clone, Serialize, Deserialize)]
    pub enum Message {
        /// The leaf on the left and the child on the right know what to do.
        Test,
        /// Cross over.
        Swap,
        /// Nobody knows; the parent takes it.
        Other,
    }

    #[state(initial)]
    pub mod parent {
        #[receive(_)]
        fn anything(cx: &mut Context, message: &Message) {
            cx.log(format!("parent received {message:?}"));
        }

        #[state(initial)]
        #[receive(Swap => right)]
        pub mod left {
            #[state(initial)]
            pub mod left_leaf {
                #[receive(Test)]
                fn test(cx: &mut Context) {
                    cx.log("left_leaf received Test");
                }
            }
        }

        #[state]
        #[receive(Swap => left)]
        pub mod right {
            #[receive(Test)]
            fn test(cx: &mut Context) {
                cx.log("right received Test");
            }

            #[state(initial)]
            pub mod right_leaf {}
        }
    }
}

wink::main!(bigger::Bigger);
