//! What makes a type a machine: its messages, its states' names, its description.
//!
//! Must not know of: how a step is carried out, timers, drivers.

use super::snapshot::RestoreError;
use super::store::Store;
use super::time::Time;
use wink_chart::{Chart, MessageId, StateId};

/// A type that is a machine: what `#[data]` marks in a machine's module.
///
/// Implemented by `#[machine]`, never by hand. The chart is the one description that
/// diagrams, snapshots, inspection and the parallel engine read.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a machine",
    label = "not the `#[data]` struct of a `#[machine]` module",
    note = "a machine is known by its data struct, for example `Address<Turnstile>`"
)]
pub trait Machine: Sized {
    /// Everything that the machine can be sent.
    type Message: Messages;
    /// Where the machine is: its configuration and its recorded histories.
    type Store: Store;
    /// The data of the states that are active; `()` when no entry function returns any.
    type Locals: Default;
    /// The machine's description.
    const CHART: &'static Chart;

    /// Whether something may have to be done when nothing is eventless or raised any more: then
    /// [`Steps::eventless`](super::steps::Steps::eventless) is asked though no row is eventless.
    #[doc(hidden)]
    const SETTLED: bool = false;

    /// The machine is about to be saved: it is that time now.
    #[doc(hidden)]
    fn saved(&self, now: Time) {
        let _ = now;
    }

    /// The machine comes out of a snapshot: it is that time now.
    ///
    /// # Errors
    /// When a machine inside its data does not fit its chart.
    #[doc(hidden)]
    fn restored(&mut self, now: Time) -> Result<(), RestoreError> {
        let _ = now;
        Ok(())
    }

    /// Whether what `state`'s entry function returns is there; `true` for a state without such.
    /// A snapshot is asked this before it becomes a machine.
    #[doc(hidden)]
    fn holds(locals: &Self::Locals, state: StateId) -> bool {
        let _ = (locals, state);
        true
    }
}

/// A machine that takes messages of that type: every machine its own messages enum, and whatever
/// else it says.
///
/// Written by hand, it lets several kinds of machine be behind one
/// [`Recipient`](crate::Recipient):
///
/// ```text
/// impl Takes<Tick> for Clock {
///     fn message(tick: Tick) -> clock::Message {
///         clock::Message::Tick { at: tick.at }
///     }
/// }
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not take `{Message}`",
    label = "this machine is sent messages of another type",
    note = "a machine takes the enum that is marked with `#[messages]` in its own module"
)]
pub trait Takes<Message>: Machine {
    /// The message as the machine's own.
    fn message(message: Message) -> Self::Message;

    /// The message back from the machine's own, for a sender that could not be rid of it;
    /// `None` when that cannot be told.
    fn original(message: Self::Message) -> Option<Message> {
        drop(message);
        None
    }
}

#[diagnostic::do_not_recommend]
impl<M, Message> Takes<Message> for M
where
    M: Machine<Message = Message>,
    Message: Messages,
{
    fn message(message: Message) -> Message {
        message
    }

    fn original(message: Message) -> Option<Message> {
        Some(message)
    }
}

/// Nothing. With a second candidate the compiler does not take the first for granted, and says
/// in the words of [`Takes`] what is wrong with a message.
#[doc(hidden)]
pub enum Impossible {}

#[doc(hidden)]
#[diagnostic::do_not_recommend]
impl<M: Machine> Takes<Impossible> for M {
    fn message(message: Impossible) -> M::Message {
        match message {}
    }
}

/// The enum of everything that a machine can be sent: what `#[messages]` marks.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not the messages enum of a machine",
    label = "not marked with `#[messages]` in a `#[machine]` module"
)]
pub trait Messages: Sized {
    /// The answers to this enum's questions, one variant a question.
    type Reply;

    /// Which variant this is.
    fn id(&self) -> MessageId;

    /// Makes another message like one, for a repeated timer that comes out of a snapshot;
    /// nothing when the enum is not known to be `Clone`.
    #[doc(hidden)]
    fn copier() -> Option<fn(&Self) -> Self> {
        None
    }
}

/// The generated enum of a machine's states.
pub trait StateName: Copy + Eq + core::fmt::Debug + 'static {
    /// The machine itself.
    const ROOT: Self;

    /// The state's index in the chart.
    fn id(self) -> StateId;

    /// The state of that index; `None` when the chart has no such state.
    fn from_id(id: StateId) -> Option<Self>;
}

/// Builds a message from its parts as text formats give them: one deserializer a field.
///
/// Implemented by `#[machine]` for messages whose fields can all be deserialized.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be built from text",
    label = "some field of this messages enum is not `Deserialize`",
    note = "derive `Deserialize` for the types of the messages' fields"
)]
pub trait FromFields: Messages {
    /// The message of that index, from its fields in source order.
    ///
    /// # Errors
    /// When a field does not accept what its deserializer holds, or when the number of fields
    /// is wrong.
    fn from_fields<'de, D: serde::Deserializer<'de>>(
        message: MessageId,
        fields: Vec<D>,
    ) -> Result<Self, D::Error>;
}

/// Builds an answer from its bytes, for a question that is known.
///
/// Implemented by `#[machine]` for answers that can all be deserialized.
pub trait ReadReply: Sized {
    /// The answer to the question of that index.
    ///
    /// # Errors
    /// When the deserializer holds something else, or when that message is no question.
    fn read_reply<'de, D: serde::Deserializer<'de>>(
        question: MessageId,
        answer: D,
    ) -> Result<Self, D::Error>;
}
