//! Addresses inside of messages.

use serde::de::{self, Deserialize, Deserializer};
use serde::ser::{self, Serialize, SerializeTuple as _, Serializer};
use std::sync::Arc;

use super::codec::{self, Remote, Scope};
use crate::core::address::Address;
use crate::core::mailbox::Mailbox;
use crate::core::wire::frame::Machine;

const NO_LINK: &str = "an address can be written and read only in a message between two \
                       nodes: keep the machine's name instead";

/// In a message on its way to another node. The machine must be one whose messages can travel;
/// that node can send to it from then on. An address of a machine on a third node goes by way of
/// the node that sent it.
impl<M: Remote> Serialize for Address<M> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Some(Scope::Link(link)) = codec::scope() else {
            return Err(ser::Error::custom(NO_LINK));
        };
        let fingerprint = link
            .local()
            .fingerprint::<M>()
            .map_err(ser::Error::custom)?;
        let (is_theirs, machine) = match link.number_there(self) {
            Some(machine) => {
                let theirs = Machine {
                    machine,
                    number: 0,
                    window: 0,
                };
                (true, theirs)
            }
            None => (false, link.tell_of(self).map_err(ser::Error::custom)?),
        };
        let mut tuple = serializer.serialize_tuple(5)?;
        tuple.serialize_element(&is_theirs)?;
        tuple.serialize_element(&machine.machine)?;
        tuple.serialize_element(&machine.number)?;
        tuple.serialize_element(&machine.window)?;
        tuple.serialize_element(&fingerprint)?;
        tuple.end()
    }
}

impl<'de, M: Remote> Deserialize<'de> for Address<M> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let parts = <(bool, u64, u64, u32, u64)>::deserialize(deserializer)?;
        let (is_theirs, machine, number, window, fingerprint) = parts;
        let link = match codec::scope() {
            Some(Scope::Link(link)) => link,
            // Nobody sends to it.
            Some(Scope::Shape) => return Ok(Address::of(Arc::new(Mailbox::nowhere()))),
            None => return Err(de::Error::custom(NO_LINK)),
        };
        let own = link.local().fingerprint::<M>().map_err(de::Error::custom)?;
        if own != fingerprint {
            return Err(de::Error::custom(format_args!(
                "the address of a {} that takes other messages there than here",
                M::CHART.name
            )));
        }
        if is_theirs {
            // What is theirs there is ours here.
            let address = link.own(machine);
            return address.ok_or_else(|| {
                de::Error::custom(format_args!("no {} has number {machine}", M::CHART.name))
            });
        }
        let machine = Machine {
            machine,
            number,
            window: window.max(1),
        };
        link.enter(machine).map_err(de::Error::custom)
    }
}
