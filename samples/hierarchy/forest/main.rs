//! Forest: several trees, thirteen states. A walk through all of them, leaf by leaf.

use wink::prelude::*;

/// Three trees in one machine.
#[machine(name = "hierarchy/Forest")]
pub mod forest {
    #[data]
    #[derive(Default)]
    pub struct Forest;

    #[messages]
    #[derive(Debug, Clone, Serialize, Deserialize)]
    pub enum Message {
        /// Somebody on the way up knows what to do.
        Test,
        /// On to the next leaf.
        Next,
    }

    #[receive(Test)]
    fn test(cx: &mut Context) {
        cx.log("the forest received Test");
    }

    #[state(initial)]
    pub mod oak {
        #[receive(Test)]
        fn test(cx: &mut Context) {
            cx.log("oak received Test");
        }

        #[state(initial)]
        pub mod oak_branch {
            #[state(initial)]
            #[receive(Next => oak_leaf2)]
            pub mod oak_leaf1 {}

            #[state]
            #[receive(Next => oak_leaf3)]
            pub mod oak_leaf2 {
                #[receive(Test)]
                fn test(cx: &mut Context) {
                    cx.log("oak_leaf2 received Test");
                }
            }
        }

        #[state]
        #[receive(Next => elm)]
        pub mod oak_leaf3 {}
    }

    #[state]
    pub mod elm {
        #[state(initial)]
        pub mod elm_branch {
            #[receive(Test)]
            fn test(cx: &mut Context) {
                cx.log("elm_branch received Test");
            }

            #[state(initial)]
            #[receive(Next => elm_leaf2)]
            pub mod elm_leaf1 {}

            #[state]
            #[receive(Next => ash)]
            pub mod elm_leaf2 {}
        }
    }

    #[state]
    pub mod ash {
        #[state(initial)]
        #[receive(Next => ash_leaf2)]
        pub mod ash_leaf1 {}

        #[state]
        pub mod ash_leaf2 {
            #[receive(Next => ash_twig)]
            fn snap(cx: &mut Context) {
                cx.log("snap");
            }

            #[state]
            #[receive(Next => oak)]
            pub mod ash_twig {}
        }
    }
}

wink::main!(forest::Forest);
