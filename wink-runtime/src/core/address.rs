//! Addresses: how anything outside a machine reaches it.
//!
//! Must not know: what a machine does with its mail, any executor, any clock but the one that
//! a driver lends.

mod batch;
mod call;
mod errors;
mod mail;
mod sending;
mod weak;

use std::collections::VecDeque;
use std::fmt;
use std::future::{Future, poll_fn};
use std::hash::{Hash, Hasher};
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use super::effect::ReplyOf;
use super::event_loop::home::Seat;
use super::exit::{Child, ExitReason, Identity, Sender};
use super::inspect::MachineView;
use super::machine::{Machine, Takes};
use super::mailbox::{Envelope, Mailbox, Posting, Refused};
use super::question::{CallError, Question, ReplyPort};
use super::station::Handle;

use batch::Batch;
pub use call::Call;
pub use errors::{SendError, StopError, TrySendError};
pub use mail::Mail;
use mail::Parcel;
pub(crate) use mail::Undelivered;
pub use sending::Sending;
pub use weak::WeakAddress;

/// The address of a machine: typed by the machine, so that only its own messages can be sent.
///
/// Cheap to clone. Two addresses are equal when they lead to the same machine; after the
/// machine has ended they lead nowhere, never to a later one. An address does not keep its
/// machine alive, and a machine does not end because nobody has its address any more.
///
/// Prints as name and number, `samples/Switch#7`; with `{:?}` also as the place where the machine
/// is: `samples/Switch#7 at loop 0`, or the address of another node.
pub struct Address<M: Machine> {
    mailbox: Arc<Mailbox<M>>,
}

impl<M: Machine> Address<M> {
    /// The address of the machine that has that mailbox.
    pub(crate) fn of(mailbox: Arc<Mailbox<M>>) -> Self {
        Self { mailbox }
    }

    #[inline(always)]
    pub(crate) fn mailbox(&self) -> &Arc<Mailbox<M>> {
        &self.mailbox
    }

    /// Where the machine sits: its loop's number, and its seat there.
    pub(crate) fn place(&self) -> (u32, Seat) {
        (self.mailbox.door().number, self.mailbox.seat())
    }

    /// Who the machine is, without its type.
    pub fn identity(&self) -> Identity {
        self.mailbox.identity()
    }

    /// Sends a message, waiting while the mailbox is full. Senders that wait are served in the
    /// order in which they came. Dropping the future before it is ready sends nothing. The future
    /// borrows the address; a task that is to outlive it has a clone of its own.
    ///
    /// That the message was sent does not say that it is handled: the machine may end before
    /// it has read it. Use a question where you must know.
    ///
    /// # Errors
    /// When the machine has ended. The error gives the message back and says why it ended.
    #[inline]
    pub fn send<Message>(&self, message: Message) -> Sending<'_, M>
    where
        M: Takes<Message>,
    {
        Sending {
            mailbox: &self.mailbox,
            message: Some(M::message(message)),
            waiting: None,
        }
    }

    /// Sends a message if there is room now.
    ///
    /// # Errors
    /// [`Full`](TrySendError::Full) when there is no room, or when others wait for room;
    /// [`Closed`](TrySendError::Closed) when the machine has ended. Both give the message back.
    pub fn try_send<Message>(&self, message: Message) -> Result<(), TrySendError<M::Message>>
    where
        M: Takes<Message>,
    {
        let mut message = Some(M::message(message));
        if self.mailbox.push_now(&mut message) {
            return Ok(());
        }
        let Some(message) = message else {
            return Ok(());
        };
        self.mailbox
            .try_push(Envelope::new(message), false)
            .map_err(|refused| match refused {
                Refused::Full(envelope) => TrySendError::Full(envelope.message),
                Refused::Closed(envelope, reason) => TrySendError::Closed(envelope.message, reason),
            })
    }

    /// Asks a question and waits for the answer: `gate.call(Message::total()).await` is a `u32`
    /// where the machine says `#[reply(u32)] Total`. Waits for room as [`send`](Self::send).
    ///
    /// There is no deadline, unless the machine's system has one for all calls
    /// (`SystemBuilder::answer_within`): a machine that keeps the reply for ever keeps the caller
    /// for ever. See [`call_within`](Self::call_within).
    ///
    /// # Errors
    /// At once when the machine does not receive the question, drops the reply, or ends; the
    /// error says which, and why it ended. And [`CallError::Late`] at that deadline.
    #[inline]
    pub fn call<T>(&self, question: Question<M::Message, T>) -> Call<M, T> {
        Call::new(self.mailbox.clone(), question)
    }

    /// As [`call`](Self::call), but gives up when `limit` has passed, on the clock of the
    /// machine's system.
    ///
    /// # Errors
    /// As [`call`](Self::call), and [`CallError::Late`]. The machine may then still handle the
    /// question; a [`Reply`](crate::Reply) that it keeps tells it that nobody waits.
    pub fn call_within<T>(
        &self,
        question: Question<M::Message, T>,
        limit: Duration,
    ) -> impl Future<Output = Result<T, CallError>> + use<M, T> {
        let call = self.call(question).patient();
        let late = self.mailbox.site().sleep(limit);
        async move {
            let mut call = pin!(call);
            let mut late = late;
            poll_fn(|context| match call.as_mut().poll(context) {
                Poll::Ready(answer) => Poll::Ready(answer),
                Poll::Pending => late.as_mut().poll(context).map(|()| Err(CallError::Late)),
            })
            .await
        }
    }

    /// Waits until the machine has ended; at once when it has. Ready with the reason.
    pub fn closed(&self) -> impl Future<Output = ExitReason> + use<M> {
        Ended::new(self.mailbox.clone())
    }

    /// Why the machine ended; `None` while it runs.
    pub fn ended(&self) -> Option<ExitReason> {
        self.mailbox.ended()
    }

    /// How many messages wait, those of senders that wait for room included.
    pub fn waiting(&self) -> usize {
        self.mailbox.len()
    }

    /// Whether the machine has dealt with everything that reached it: nothing waits, and no step
    /// is under way. A machine that has ended does not rest.
    pub fn is_resting(&self) -> bool {
        self.mailbox.is_resting()
    }
}

impl<M> Address<M>
where
    M: Machine + 'static,
    M::Message: Send,
    ReplyOf<M>: Send,
{
    /// The same address without the machine's type.
    pub fn handle(&self) -> Handle {
        Handle(self.mailbox.clone())
    }

    /// What the machine is like now: see [`Handle::inspect`].
    pub async fn inspect(&self) -> Option<MachineView> {
        self.handle().inspect().await
    }

    /// Asks the machine to end in good order: its children first, then its exit actions. It
    /// takes no more mail. See [`closed`](Self::closed) for when that is over.
    ///
    /// A machine elsewhere that this program has only reached is asked to when its credential
    /// allows that; otherwise the refusal is reported, as an event of the system, and nothing
    /// happens. [`try_stop`](Self::try_stop) says so to the caller.
    pub fn stop(&self) {
        self.handle().stop();
    }

    /// As [`stop`](Self::stop), and says when it comes to nothing.
    ///
    /// # Errors
    /// When the machine lives elsewhere and is not this program's to stop.
    pub fn try_stop(&self) -> Result<(), StopError> {
        let site = self.mailbox.home().site();
        if let Some(why) = site.refuses_to_stop() {
            let (machine, why) = (self.identity(), why.to_owned());
            return Err(StopError { machine, why });
        }
        self.stop();
        Ok(())
    }

    /// As [`stop`](Self::stop), after the mail that the machine has accepted by now: see
    /// [`Handle::drain`].
    pub fn drain(&self) {
        self.handle().drain();
    }

    /// A message on its way from a step, for the driver to deliver.
    pub(crate) fn mail(&self, message: M::Message, sender: Sender) -> Mail {
        self.mail_with(message, sender, None)
    }

    /// As [`mail`](Self::mail), with the way back for the answer, which is made when it is
    /// delivered.
    pub(crate) fn mail_sealed(
        &self,
        message: M::Message,
        sender: Sender,
        seal: mail::Seal<ReplyOf<M>>,
    ) -> Mail {
        let mut parcel = self.parcel(message, sender, None);
        parcel.seal = Some(seal);
        Mail {
            from: sender,
            parcel: Box::new(parcel),
        }
    }

    /// As [`mail`](Self::mail), with the way back for the answer.
    pub(crate) fn mail_with(
        &self,
        message: M::Message,
        sender: Sender,
        port: Option<ReplyPort<ReplyOf<M>>>,
    ) -> Mail {
        Mail {
            from: sender,
            parcel: Box::new(self.parcel(message, sender, port)),
        }
    }

    /// As [`mail`](Self::mail), for many messages of one sender, none of them a question.
    pub(crate) fn mail_of_many(&self, messages: VecDeque<M::Message>, sender: Sender) -> Mail {
        let to = self.clone();
        Mail {
            from: sender,
            parcel: Box::new(Batch {
                to,
                from: sender,
                messages,
                first: None,
            }),
        }
    }

    /// As [`mail`](Self::mail), with all that goes with the message.
    pub(crate) fn mail_of_envelope(&self, envelope: Envelope<M>, sender: Sender) -> Mail {
        Mail {
            from: sender,
            parcel: Box::new(self.parcel(envelope.message, sender, envelope.port)),
        }
    }

    fn parcel(
        &self,
        message: M::Message,
        sender: Sender,
        port: Option<ReplyPort<ReplyOf<M>>>,
    ) -> Parcel<M> {
        let envelope = Envelope {
            message,
            sender: Some(sender),
            port,
        };
        Parcel {
            to: self.clone(),
            envelope: Some(envelope),
            seal: None,
        }
    }
}

impl<M: Machine> Address<M> {
    /// Sends a message with whatever goes with it, as [`send`](Self::send) does. All of it comes
    /// back when the machine has ended.
    pub(crate) fn post(
        &self,
        envelope: Envelope<M>,
    ) -> impl Future<Output = Result<(), (Envelope<M>, ExitReason)>> + use<M> {
        Posting::new(self.mailbox.clone(), envelope)
    }
}

impl<M: Machine> Clone for Address<M> {
    fn clone(&self) -> Self {
        Self {
            mailbox: self.mailbox.clone(),
        }
    }
}

impl<M: Machine> PartialEq for Address<M> {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.mailbox, &other.mailbox)
    }
}

impl<M: Machine> Eq for Address<M> {}

impl<M: Machine> Hash for Address<M> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.identity().id().hash(state);
    }
}

impl<M: Machine> PartialEq<Address<M>> for Identity {
    /// Whether it is that machine; both must be of one system.
    fn eq(&self, address: &Address<M>) -> bool {
        *self == address.identity()
    }
}

impl<M: Machine> PartialEq<Address<M>> for Child {
    /// Whether the child is that machine.
    fn eq(&self, address: &Address<M>) -> bool {
        self.identity() == address.identity()
    }
}

impl<M: Machine> fmt::Display for Address<M> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.identity(), formatter)
    }
}

impl<M: Machine> fmt::Debug for Address<M> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let home = self.mailbox.home();
        write!(formatter, "{self} at {}", home.site().place_of(home))
    }
}

/// Waits for the end of a mailbox.
struct Ended<M: Machine> {
    mailbox: Arc<Mailbox<M>>,
    key: Option<u64>,
}

impl<M: Machine> Ended<M> {
    fn new(mailbox: Arc<Mailbox<M>>) -> Self {
        Self { mailbox, key: None }
    }
}

impl<M: Machine> Future for Ended<M> {
    type Output = ExitReason;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<ExitReason> {
        let this = self.get_mut();
        this.mailbox.poll_closed(&mut this.key, context)
    }
}

impl<M: Machine> Drop for Ended<M> {
    fn drop(&mut self) {
        if let Some(key) = self.key {
            self.mailbox.forget_closed(key);
        }
    }
}
