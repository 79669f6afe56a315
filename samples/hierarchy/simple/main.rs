//! Simple: a parent and two leaves. What a leaf does not receive, its parent does.

use wink::prelude::*;

/// One parent, two leaves.
#[machine(name = "hierarchy/Simple")]
pub mod simple {
    #[data]
    #[derive(Default)]
    pub struct Simple;

    #[messages]
    #[derive(Debug, Clone, Serialize, Deserialize)]
    pub enum Message {
        /// The first leaf knows what to do.
        Test,
        /// Go to the other leaf.
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

        #[state]
        #[receive(Swap => second)]
        pub mod first {
            #[receive(Test)]
            fn test(cx: &mut Context) {
                cx.log("first received Test");
            }
        }

        #[state(initial)]
        #[receive(Swap => first)]
        pub mod second {}
    }
}

wink::main!(simple::Simple);
