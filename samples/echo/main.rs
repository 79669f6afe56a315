//! Echo: a question with a typed answer. A machine without states is a plain server.

use wink::prelude::*;

/// Answers what it is told.
#[machine(name = "echo/Echo")]
pub mod echo {
    #[data]
    #[derive(Default)]
    pub struct Echo;

    #[messages]
    #[derive(Debug, Clone, Serialize, Deserialize)]
    pub enum Message {
        /// Say this, and hear it.
        #[reply(String)]
        Say {
            /// Any text.
            text: String,
        },
    }

    #[receive(Say)]
    fn repeat(text: String) -> String {
        text
    }
}

wink::main!(echo::Echo);
