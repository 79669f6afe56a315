//! Where no node can start a program: nobody is told anything.

use super::protocol::FromMachine;

/// Where frames to a node would go. There is none, so this is never made.
#[derive(Clone, Debug)]
pub enum Out {}

impl Out {
    pub fn send(&self, _: &FromMachine) {
        match *self {}
    }
}
