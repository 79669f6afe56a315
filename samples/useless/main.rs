//! Useless: the machine that switches itself off.

use wink::prelude::*;

/// Ends as soon as it has begun.
#[machine(name = "useless/Useless")]
pub mod useless {
    #[data]
    #[derive(Default)]
    pub struct Useless;

    /// Nobody has the time to say anything.
    #[messages]
    #[derive(Debug, Clone, Serialize, Deserialize)]
    pub enum Message {}

    #[entry]
    fn leave(cx: &mut Context) {
        cx.exit();
    }
}

wink::main!(useless::Useless);
