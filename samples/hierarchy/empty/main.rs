//! Empty: no state at all. Everything is answered by the machine's own rows.

use wink::prelude::*;

/// A tree without a leaf.
#[machine(name = "hierarchy/Empty")]
pub mod empty {
    #[data]
    #[derive(Default)]
    pub struct Empty;

    #[messages]
    #[derive(Debug, Clone, Serialize, Deserialize)]
    pub enum Message {
        /// Handled by nobody in particular.
        Test,
        /// Something else.
        Other,
    }

    #[receive(_)]
    fn anything(cx: &mut Context, message: &Message) {
        cx.log(format!("the machine received {message:?}"));
    }
}

wink::main!(empty::Empty);
