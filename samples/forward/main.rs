//! Forward: spawns another machine and hands every message on to it.

use wink::prelude::*;

/// Writes down what it is sent.
#[machine(name = "forward/Receiver")]
pub mod receiver {
    #[data]
    #[derive(Default)]
    pub struct Receiver;

    #[messages]
    #[derive(Debug, Clone, Serialize, Deserialize)]
    pub enum Message {
        /// A text from somebody.
        Text {
            /// Any text.
            text: String,
        },
    }

    #[receive(Text)]
    fn write(cx: &mut Context, text: String) {
        cx.log(format!("received {text:?}"));
    }
}

/// Sends everything to its destination.
#[machine(name = "forward/Forward")]
pub mod forward {
    use super::receiver::{self, Receiver};

    /// Knows where everything goes.
    #[data]
    #[derive(Default)]
    pub struct Forward {
        destination: Option<Address<Receiver>>,
    }

    #[messages]
    #[derive(Debug, Clone, Serialize, Deserialize)]
    pub enum Message {
        /// Hand this on.
        Text {
            /// Any text.
            text: String,
        },
    }

    #[entry]
    fn find_destination(forward: &mut Forward, cx: &mut Context) {
        forward.destination = Some(cx.spawn(Receiver));
    }

    #[receive(Text)]
    fn hand_on(forward: &Forward, cx: &mut Context, text: String) {
        if let Some(destination) = &forward.destination {
            cx.send(destination, receiver::Message::Text { text });
        }
    }

    #[child(started)]
    fn greet(child: &Child, cx: &mut Context) {
        cx.log(format!("{} has started", child.name()));
    }
}

wink::main!(forward::Forward);
