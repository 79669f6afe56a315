//! Fails in every way that a machine can; for the tests of the console.

use wink::prelude::*;

/// Handle with care.
#[machine(name = "tests/Fragile")]
pub mod fragile {
    #[data]
    #[derive(Default)]
    pub struct Fragile {
        held: Vec<Reply<u8>>,
    }

    #[messages]
    #[derive(Debug)]
    pub enum Message {
        Panic,
        Error {
            reason: String,
        },
        Spin,
        Finish,
        /// Is never answered.
        #[reply(u8)]
        Hold,
        /// Is kept until something changes.
        #[allow(never_received)]
        Later,
    }

    #[receive(Panic => cracked)]
    fn panic(_cx: &mut Context) {
        panic!("dropped on the floor");
    }

    #[receive(Error)]
    fn error(cx: &mut Context, reason: String) {
        cx.error(reason);
    }

    #[receive(Hold)]
    fn hold(fragile: &mut Fragile, reply: Reply<u8>) {
        fragile.held.push(reply);
    }

    #[state(initial)]
    #[receive(Spin => cracked)]
    #[receive(Finish => gone)]
    #[defer(Later)]
    pub mod whole {
        #[exit]
        fn pack(cx: &mut Context) {
            cx.log("packed");
        }
    }

    #[state]
    #[always(if true => cracked)]
    #[ignore(Spin | Finish | Later)]
    pub mod cracked {}

    #[state(final)]
    pub mod gone {}
}

wink::main!(fragile::Fragile);
