//! What a step wants done to the world: buffered until the step has completed.
//!
//! Must not know of: who performs effects. A step that panics leaves none.

use super::address::Mail;
use super::machine::{Machine, Messages};
use super::mailbox::Order;
use super::question::{Answer, ReplyPort};
use super::station::{Handle, Newborn};
use core::fmt;
use std::borrow::Cow;

/// The answers of a machine's questions.
pub type ReplyOf<M> = <<M as Machine>::Message as Messages>::Reply;

/// Something that a completed step asks of its driver.
///
/// Taken with [`Instance::poll_effect`](crate::Instance::poll_effect), in the order in which the
/// step's functions asked; the driver performs it before it steps the machine again.
#[non_exhaustive]
pub enum Effect<M: Machine> {
    /// Tell a person this line.
    Log(Cow<'static, str>),
    /// Deliver this message.
    Send(Mail),
    /// Start this machine; its address is known already.
    Spawn(Newborn),
    /// Tell this machine when that one ends. A link goes both ways: that one is told of this
    /// one's end too.
    Watch {
        /// The other machine.
        machine: Handle,
        /// A link, not only a monitor.
        linked: bool,
    },
    /// Ask this machine to end in good order.
    Stop(Handle),
    /// Start this machine again, bury it or kill it: it is a child that this one keeps.
    Order(Handle, Order),
    /// Give a caller the answer to the question that the step was about.
    Answer(ReplyPort<ReplyOf<M>>, ReplyOf<M>),
    /// Give a caller the answer to a question that an earlier step kept.
    Reply(Answer),
}

impl<M: Machine> fmt::Debug for Effect<M> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Effect::Log(line) => formatter.debug_tuple("Log").field(line).finish(),
            Effect::Send(mail) => mail.fmt(formatter),
            Effect::Spawn(newborn) => newborn.fmt(formatter),
            Effect::Watch { machine, linked } => formatter
                .debug_struct("Watch")
                .field("machine", machine)
                .field("linked", linked)
                .finish(),
            Effect::Stop(machine) => formatter.debug_tuple("Stop").field(machine).finish(),
            Effect::Order(machine, order) => formatter
                .debug_tuple("Order")
                .field(machine)
                .field(order)
                .finish(),
            Effect::Answer(..) => formatter.write_str("Answer"),
            Effect::Reply(_) => formatter.write_str("Reply"),
        }
    }
}
