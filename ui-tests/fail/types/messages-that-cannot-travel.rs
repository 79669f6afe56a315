//! A machine on another node is sent bytes: its messages must be able to become some.

use wink::prelude::*;
use wink::remote::Node;

#[machine]
pub mod gate {
    pub struct Ticket;

    #[data]
    #[derive(Default)]
    pub struct Gate;

    #[messages]
    pub enum Message {
        Show(Ticket),
    }

    #[state(initial)]
    pub mod closed {
        #[receive(Show)]
        fn show(ticket: Ticket) {
            drop(ticket);
        }
    }
}

pub fn publish(node: &Node, gate: &Address<gate::Gate>) {
    let _ = node.publish("gate", gate);
}

pub async fn reach(node: &Node) {
    let _ = node.reach::<gate::Gate>("gate", "127.0.0.1:42000").await;
}

fn main() {}
