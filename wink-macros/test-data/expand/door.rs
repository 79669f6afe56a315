/// Two regions.
pub mod door {
    #[data]
    #[derive(Default)]
    pub struct Door {
        pub rings: u32,
    }

    #[messages]
    pub enum Message {
        Toggle,
        Ring(String),
        Break,
    }

    #[state(initial, parallel)]
    #[receive(Break => broken)]
    #[ignore(Toggle)]
    mod working {
        #[state]
        mod lamp {
            #[state(initial)]
            #[receive(Toggle => on)]
            mod off {}
            #[state]
            #[receive(Toggle => off)]
            mod on {
                #[entry]
                fn enter() -> u32 {
                    0
                }
            }
        }

        #[state]
        mod bell {
            #[receive(Ring if !text.is_empty())]
            #[ignore(Ring)]
            fn ring(door: &mut Door, text: String) {
                door.rings += text.len() as u32;
            }
        }
    }

    #[state]
    #[ignore(_)]
    #[allow(trap_state)]
    mod broken {}
}
