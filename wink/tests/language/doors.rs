//! One language, two doors: the attribute and the block, under one name in one module.

use wink::{Received, machine, prelude::*};

/// Opened by the attribute.
#[machine(name = "doors/Attribute")]
pub mod attribute {
    /// Nothing to remember.
    #[data]
    #[derive(Default)]
    pub struct Door;

    /// What a door hears.
    #[messages]
    pub enum Message {
        /// Open or close.
        Push,
    }

    #[state(initial)]
    #[receive(Push => open)]
    pub mod closed {}

    #[state]
    #[receive(Push => closed)]
    pub mod open {}
}

machine! {
    /// Opened by the block.
    #[machine(name = "doors/Block")]
    pub mod block {
        /// Nothing to remember.
        #[data]
        #[derive(Default)]
        pub struct Door;

        /// What a door hears.
        #[messages]
        pub enum Message {
            /// Open or close.
            Push,
        }

        #[state(initial)]
        #[receive(Push => open)]
        pub mod closed {}

        #[state]
        #[receive(Push => closed)]
        pub mod open {}
    }
}

/// A machine whose parts come from a macro of the user's: fragments arrive in invisible groups.
macro_rules! door {
    ($visibility:vis $name:ident, $time:literal, $count:ty) => {
        machine! {
            $visibility mod $name {
                #[data]
                #[derive(Default)]
                pub struct Door { pub pushed: $count }

                #[messages]
                pub enum Message { Push { force: $count } }

                #[state(initial)]
                pub mod closed {
                    #[receive(Push if force > 2 => open)]
                    #[receive(Push)]
                    fn push(door: &mut Door, force: $count) { door.pushed += force; }
                }

                #[state]
                #[ignore(Push)]
                #[after($time => closed)]
                pub mod open {}
            }
        }
    };
}

door!(pub made, "5s", u16);

#[test]
fn both_doors_lead_to_the_same_machine() {
    let mut attribute = attribute::Door.start();
    let mut block = block::Door.start();
    assert!(matches!(
        attribute.dispatch(attribute::Message::Push).received(),
        Received::Handled(_)
    ));
    assert!(matches!(
        block.dispatch(block::Message::Push).received(),
        Received::Handled(_)
    ));
    assert!(attribute.is_in(attribute::State::Open));
    assert!(block.is_in(block::State::Open));
    assert_eq!(
        <attribute::Door as wink::Machine>::CHART.name,
        "doors/Attribute"
    );
    assert_eq!(<block::Door as wink::Machine>::CHART.name, "doors/Block");
}

#[test]
fn a_machine_can_be_written_by_a_macro() {
    let mut made = made::Door::default().start();
    made.dispatch(made::Message::Push { force: 1 });
    assert!(made.is_in(made::State::Closed));
    made.dispatch(made::Message::Push { force: 3 });
    assert!(made.is_in(made::State::Open));
    assert_eq!(made.data().pushed, 4);
}
