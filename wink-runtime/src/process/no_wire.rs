//! Without wink's feature `remote` a process reaches nobody and is reached by nobody but its node.

use super::link::Link;
use super::node::Node;
use super::protocol::Issued;
use super::publish::Publish;
use crate::core::address::Address;
use crate::driver::System;
use std::net::UdpSocket;
use std::time::Duration;

/// A place on the wire. There is none.
pub enum Open {}

pub fn ask(_: &Link) {}

/// Says why, here, and to whoever knocks at that socket.
pub async fn open(
    _: &mut Link,
    _: &System,
    socket: &UdpSocket,
    _: Duration,
) -> Result<Open, String> {
    if let Ok(socket) = socket.try_clone() {
        #[allow(
            clippy::disallowed_methods,
            reason = "without the feature there is no other way to hear of packets"
        )]
        std::thread::spawn(move || super::refusal::refuse(&socket));
    }
    Err(
        "its program was built without wink's feature `remote`: in its Cargo.toml, write \
         `wink = { version = \"…\", features = [\"console\", \"remote\"] }`"
            .to_owned(),
    )
}

impl Open {
    pub fn publish<M: crate::Machine>(
        &self,
        _: &Address<M>,
        _: Option<Publish<M>>,
    ) -> Result<(), String> {
        match *self {}
    }

    pub fn attend(&self, _: &Link, _: &Node) {
        match *self {}
    }

    pub fn ended(&self, _: &str, _: &str) {
        match *self {}
    }

    pub fn refuse(&self, _: String) {
        match *self {}
    }

    pub fn renewal(&self) -> Duration {
        match *self {}
    }

    pub fn renew(&mut self, _: Result<Issued, String>) -> Result<(), String> {
        match *self {}
    }
}

pub fn tell(_: &Node, _: &Result<Open, String>) {}

pub async fn close(_: &Node, _: Option<Open>) {}
