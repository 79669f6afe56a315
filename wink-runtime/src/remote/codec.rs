//! Messages and answers as bytes, in postcard's format, and on which link they are.

use std::cell::{Cell, RefCell};
use std::sync::Arc;

use postcard::de_flavors::Slice;
use postcard::ser_flavors::Flavor;
use serde::Serialize;
use serde::de::{Deserialize as _, DeserializeOwned};
use wink_chart::MessageId;

use super::link::Link;
use crate::core::effect::ReplyOf;
use crate::core::event_loop::panic;
use crate::core::machine::{Machine, Messages, ReadReply};
use crate::core::wire::schema::{Schema, SchemaError};

/// A machine whose messages can travel: they, what is in them and the answers to its questions
/// are [`Serialize`] and [`Deserialize`](serde::Deserialize).
///
/// Every such machine is one; nobody writes this by hand.
#[diagnostic::on_unimplemented(
    message = "the messages of `{Self}` cannot travel to another process",
    label = "this machine can be reached in its own process only",
    note = "derive `Serialize` and `Deserialize` for its messages enum, for what is in the \
            messages, and for the answers to its questions"
)]
pub trait Remote: Machine<Message: Travels> + 'static {}

#[diagnostic::do_not_recommend]
impl<M: Machine<Message: Travels> + 'static> Remote for M {}

/// A messages enum that can travel, with its answers.
#[doc(hidden)]
pub trait Travels:
    Messages<Reply: Serialize + ReadReply + Send + 'static>
    + Serialize
    + DeserializeOwned
    + Send
    + 'static
{
}

#[diagnostic::do_not_recommend]
impl<Msg> Travels for Msg where
    Msg: Messages<Reply: Serialize + ReadReply + Send + 'static>
        + Serialize
        + DeserializeOwned
        + Send
        + 'static
{
}

/// What is being written or read on this thread.
#[derive(Clone)]
pub(super) enum Scope {
    /// A message on its way over this link.
    Link(Arc<Link>),
    /// No message: only its shape is wanted.
    Shape,
}

thread_local! {
    /// serde hands nothing down to the parts of a message, so it lies beside them for as long
    /// as one message is written or read.
    static SCOPE: RefCell<Option<Scope>> = const { RefCell::new(None) };
    /// Whether a message is being written or read: between two of them the scope may stay.
    static IS_OPEN: Cell<bool> = const { Cell::new(false) };
}

/// Puts things back as they were, also after a panic.
struct Restore {
    /// `None` when the scope was there already.
    scope: Option<Option<Scope>>,
    is_open: bool,
}

impl Drop for Restore {
    fn drop(&mut self) {
        IS_OPEN.set(self.is_open);
        if let Some(scope) = self.scope.take() {
            let own = SCOPE.replace(scope);
            // The last of a link may be dropped here: not while the scope is borrowed.
            drop(own);
        }
    }
}

/// Runs `body`, in which addresses know where they go or come from.
fn within<T>(scope: Scope, body: impl FnOnce() -> T) -> T {
    let _restore = Restore {
        scope: Some(SCOPE.replace(Some(scope))),
        is_open: IS_OPEN.replace(true),
    };
    body()
}

/// As [`within`], on a link: at little cost when [`keep`] has been called with the same one.
#[inline]
fn on_link<T>(link: &Arc<Link>, body: impl FnOnce() -> T) -> T {
    let is_kept = SCOPE
        .with_borrow(|scope| matches!(scope, Some(Scope::Link(kept)) if Arc::ptr_eq(kept, link)));
    if !is_kept {
        return within(Scope::Link(link.clone()), body);
    }
    let _restore = Restore {
        scope: None,
        is_open: IS_OPEN.replace(true),
    };
    body()
}

/// Runs `body`, which writes or reads many messages on that link.
pub(super) fn keep<T>(link: &Arc<Link>, body: impl FnOnce() -> T) -> T {
    let _restore = Restore {
        scope: Some(SCOPE.replace(Some(Scope::Link(link.clone())))),
        is_open: IS_OPEN.replace(false),
    };
    body()
}

/// On what the message is that is being written or read.
pub(super) fn scope() -> Option<Scope> {
    match IS_OPEN.get() {
        true => SCOPE.with_borrow(Option::clone),
        false => None,
    }
}

/// The schema of a machine's messages.
///
/// # Errors
/// When they cannot travel.
pub(super) fn schema<M: Remote>() -> Result<Schema, SchemaError> {
    within(Scope::Shape, || Schema::of::<M::Message>(M::CHART))
}

/// Appends to a vector.
struct Append<'a>(&'a mut Vec<u8>);

impl Flavor for Append<'_> {
    type Output = ();

    #[inline]
    fn try_push(&mut self, byte: u8) -> postcard::Result<()> {
        self.0.push(byte);
        Ok(())
    }

    #[inline]
    fn try_extend(&mut self, bytes: &[u8]) -> postcard::Result<()> {
        self.0.extend_from_slice(bytes);
        Ok(())
    }

    fn finalize(self) -> postcard::Result<()> {
        Ok(())
    }
}

/// Appends a value that goes over that link.
///
/// # Errors
/// What its type says, or that it panicked.
#[inline]
pub(super) fn write<T: Serialize>(
    link: &Arc<Link>,
    value: &T,
    bytes: &mut Vec<u8>,
) -> Result<(), String> {
    let written = panic::catch(|| {
        on_link(link, || {
            postcard::serialize_with_flavor(value, Append(bytes))
        })
    });
    match written {
        Ok(Ok(())) => Ok(()),
        Ok(Err(error)) => Err(error.to_string()),
        Err(error) => Err(error.to_string()),
    }
}

/// Reads a value that has come over that link, to its last byte.
fn read<'de, T>(
    link: &Arc<Link>,
    bytes: &'de [u8],
    read: impl FnOnce(&mut postcard::Deserializer<'de, Slice<'de>>) -> postcard::Result<T>,
) -> Result<T, String> {
    let mut deserializer = postcard::Deserializer::from_bytes(bytes);
    let value = panic::catch(|| {
        on_link(link, || {
            let value = read(&mut deserializer)?;
            Ok((value, deserializer.finalize()?.len()))
        })
    });
    match value {
        Ok(Ok((value, 0))) => Ok(value),
        Ok(Ok((_, extra))) => Err(format!("{extra} bytes follow its end")),
        Ok(Err(error)) => {
            let error: postcard::Error = error;
            Err(error.to_string())
        }
        Err(error) => Err(error.to_string()),
    }
}

/// Reads a message.
///
/// # Errors
/// When the bytes are none.
#[inline]
pub(super) fn read_message<M: Remote>(
    link: &Arc<Link>,
    bytes: &[u8],
) -> Result<M::Message, String> {
    read(link, bytes, |deserializer| {
        M::Message::deserialize(deserializer)
    })
}

/// Reads the answer to a question.
///
/// # Errors
/// When the bytes are none.
#[inline]
pub(super) fn read_reply<M: Remote>(
    link: &Arc<Link>,
    question: MessageId,
    bytes: &[u8],
) -> Result<ReplyOf<M>, String> {
    read(link, bytes, |deserializer| {
        ReplyOf::<M>::read_reply(question, deserializer)
    })
}
