//! Forward: hands every message on, to a machine that it spawns or to one in another process.

use wink::prelude::*;
use wink::process::Node;

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
    use super::{Node, Process};

    /// Knows where everything goes.
    #[data]
    #[derive(Default)]
    pub struct Forward {
        /// To another one like this, in a process of its own.
        pub destination: Option<Process>,
        /// Otherwise to its own child.
        pub receiver: Option<Address<Receiver>>,
        /// The other one, once it was reached.
        pub next: Option<Address<Forward>>,
    }

    #[messages]
    #[derive(Debug, Clone, Serialize, Deserialize)]
    pub enum Message {
        /// Hand this on.
        Text {
            /// Any text.
            text: String,
        },
        /// Hand this on for others.
        Onward {
            /// Their text.
            text: String,
            /// Whose hands it has been in.
            way: Vec<String>,
        },
    }

    #[entry]
    fn find_destination(forward: &mut Forward, cx: &mut Context) {
        if forward.destination.is_none() {
            forward.receiver = Some(cx.spawn(Receiver));
        }
    }

    #[receive(Text)]
    fn hand_on(forward: &mut Forward, cx: &mut Context, text: String) {
        match &forward.receiver {
            Some(receiver) => cx.send(receiver, receiver::Message::Text { text }),
            None => {
                let way = Vec::new();
                let own = cx.address();
                cx.send(&own, Message::Onward { text, way });
            }
        }
    }

    #[receive(Onward)]
    async fn hand_on_for_others(
        forward: &mut Forward,
        cx: &mut Context,
        text: String,
        mut way: Vec<String>,
    ) {
        let Some(Process { node, own, address }) = forward.destination.clone() else {
            if let Some(receiver) = &forward.receiver {
                cx.send(receiver, receiver::Message::Text { text });
            }
            return;
        };
        if way.contains(&own) {
            let way = way.join(", ");
            return cx.log(format!("{text:?} goes in a circle: {way}, and here again"));
        }
        way.push(own);
        let next = match forward.next.take().filter(|next| next.ended().is_none()) {
            Some(next) => next,
            None => match node.reach::<Forward>(&address).await {
                Ok(next) => next,
                Err(error) => return cx.log(format!("{text:?} stays here: {error}")),
            },
        };
        cx.log(format!("{text:?} goes to {address}"));
        cx.send(&next, Message::Onward { text, way });
        forward.next = Some(next);
    }

    #[child(started)]
    fn greet(child: &Child, cx: &mut Context) {
        cx.log(format!("{} has started", child.name()));
    }

    impl Forward {
        /// One that sends to the process at that address.
        pub fn to(node: Node, address: String) -> Forward {
            let own = format!("process {} of {}", std::process::id(), node.address());
            let destination = Some(Process { node, own, address });
            Forward {
                destination,
                ..Forward::default()
            }
        }
    }
}

/// Where another machine is, and what this one calls itself.
#[derive(Clone)]
pub struct Process {
    node: Node,
    own: String,
    address: String,
}

wink::main!(
    forward::Forward,
    |node: Option<Node>, destination: Option<String>| match (node, destination) {
        (Some(node), Some(address)) => Ok(forward::Forward::to(node, address)),
        (None, Some(_)) => Err("alone it reaches nobody: a node has to start it"),
        (_, None) => Ok(forward::Forward::default()),
    }
);
