//! A door: two regions that are active together, and a history that finds the way back.

use wink::prelude::*;

/// A door with a leaf and a bolt, which can be taken out of service.
#[machine(name = "door/Door")]
pub mod door {
    /// How often somebody went through.
    #[data]
    #[derive(Default)]
    pub struct Door {
        passages: u32,
    }

    #[messages]
    #[derive(Debug, Clone, Serialize, Deserialize)]
    pub enum Message {
        /// Open the leaf, unless the bolt is out.
        Open,
        /// Close the leaf.
        Close,
        /// Push the bolt out, whatever the leaf does.
        Bolt,
        /// Draw the bolt back.
        Unbolt,
        /// The painters come.
        Repair,
        /// The painters have left: everything as it was.
        Resume,
        /// How often has it been opened?
        #[reply(u32)]
        Passages,
    }

    #[receive(Passages)]
    fn passages(door: &Door) -> u32 {
        door.passages
    }

    /// Both regions live here.
    #[state(initial)]
    #[receive(Repair => repair)]
    #[ignore(Resume)]
    pub mod service {
        /// Leaf and bolt, side by side.
        #[state(initial, parallel)]
        pub mod parts {
            /// What one can walk through.
            #[state]
            #[ignore(Open | Close)]
            pub mod leaf {
                #[state(initial)]
                pub mod closed {
                    #[receive(Open if !cx.is_in(State::Bolted) => open)]
                    fn swing(door: &mut Door, cx: &Context) {
                        door.passages += 1;
                    }
                }

                #[state]
                #[receive(Close => closed)]
                pub mod open {}
            }

            /// What keeps it shut.
            #[state]
            #[ignore(Bolt | Unbolt)]
            pub mod bolt {
                #[state(initial)]
                #[receive(Bolt => bolted)]
                pub mod drawn {}

                #[state]
                #[receive(Unbolt => drawn)]
                pub mod bolted {
                    #[entry]
                    fn clack(cx: &mut Context) {
                        cx.log("clack");
                    }
                }
            }
        }
    }

    /// Wet paint. What was open stays open in memory.
    #[state]
    #[receive(Resume => deep_history(service))]
    #[ignore(Open | Close | Bolt | Unbolt | Repair)]
    pub mod repair {}
}

wink::main!(door::Door);
