//! Whoever takes messages of one type, whatever kind of machine it is.

use std::cmp::Ordering;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::marker::PhantomData;
use std::sync::Arc;

use crate::core::address::{Address, Mail, SendError, TrySendError};
use crate::core::context::Context;
use crate::core::effect::{Effect, ReplyOf};
use crate::core::exit::{ExitReason, Identity, Sender};
use crate::core::machine::{Machine, Takes};
use crate::core::question::{Forward, Question, Reply, port_onward};
use crate::core::station::{BoxFuture, Handle};
use crate::link::Linkable;

/// The address of a machine as somebody who takes one type of message: several kinds of machine
/// can be behind it.
///
/// Made by [`Address::recipient`], for what the machine [`Takes`], or by
/// [`Address::recipient_with`], for anything that can be made its message. Cheap to clone. Equal,
/// ordered and hashed by the machine. As every address it is weak: it does not keep its machine
/// alive, and after the end it leads nowhere.
pub struct Recipient<Message> {
    behind: Arc<dyn Behind<Message>>,
}

/// A machine behind a recipient.
trait Behind<Message>: Send + Sync {
    fn handle(&self) -> Handle;
    fn waiting(&self) -> usize;
    fn send(&self, message: Message) -> BoxFuture<'static, Sent<Message>>;
    fn try_send(&self, message: Message) -> Result<(), TrySendError<Option<Message>>>;
    fn mail(&self, message: Message, sender: Sender) -> Mail;
}

type Sent<Message> = Result<(), SendError<Option<Message>>>;

/// Turns a message into the machine's own, and back.
trait Adapt<M: Machine, Message>: Send + Sync {
    fn message(&self, message: Message) -> M::Message;
    fn original(message: M::Message) -> Option<Message>;
}

struct Behaved<M: Machine, A> {
    address: Address<M>,
    adapter: A,
}

/// By the machine's `Takes`.
struct ByType<M>(PhantomData<fn(M)>);

impl<M: Takes<Message>, Message> Adapt<M, Message> for ByType<M> {
    fn message(&self, message: Message) -> M::Message {
        M::message(message)
    }

    fn original(message: M::Message) -> Option<Message> {
        M::original(message)
    }
}

/// By a function. There is no way back.
struct ByFunction<F>(F);

impl<M, Message, F> Adapt<M, Message> for ByFunction<F>
where
    M: Machine,
    F: Fn(Message) -> M::Message + Send + Sync,
{
    fn message(&self, message: Message) -> M::Message {
        (self.0)(message)
    }

    fn original(message: M::Message) -> Option<Message> {
        drop(message);
        None
    }
}

impl<M, Message, A> Behind<Message> for Behaved<M, A>
where
    M: Machine + 'static,
    M::Message: Send,
    ReplyOf<M>: Send,
    A: Adapt<M, Message>,
    Message: 'static,
{
    fn handle(&self) -> Handle {
        self.address.handle()
    }

    fn waiting(&self) -> usize {
        self.address.waiting()
    }

    fn send(&self, message: Message) -> BoxFuture<'static, Sent<Message>> {
        let (address, message) = (self.address.clone(), self.adapter.message(message));
        Box::pin(async move {
            address.send(message).await.map_err(|error| SendError {
                message: A::original(error.message),
                reason: error.reason,
            })
        })
    }

    fn try_send(&self, message: Message) -> Result<(), TrySendError<Option<Message>>> {
        let sent = self.address.try_send(self.adapter.message(message));
        sent.map_err(|error| match error {
            TrySendError::Full(message) => TrySendError::Full(A::original(message)),
            TrySendError::Closed(message, reason) => {
                TrySendError::Closed(A::original(message), reason)
            }
        })
    }

    fn mail(&self, message: Message, sender: Sender) -> Mail {
        self.address.mail(self.adapter.message(message), sender)
    }
}

impl<M> Address<M>
where
    M: Machine + 'static,
    M::Message: Send,
    ReplyOf<M>: Send,
{
    /// This machine as somebody who takes messages of that type.
    pub fn recipient<Message: 'static>(&self) -> Recipient<Message>
    where
        M: Takes<Message>,
    {
        self.behind(ByType(PhantomData))
    }

    /// This machine as somebody who takes whatever `wrap` makes its message:
    /// `clock.recipient_with(clock::Message::Tick)`. A message that could not be sent is not
    /// given back, since there is no way back through `wrap`.
    pub fn recipient_with<Message: 'static>(
        &self,
        wrap: impl Fn(Message) -> M::Message + Send + Sync + 'static,
    ) -> Recipient<Message> {
        self.behind(ByFunction(wrap))
    }

    fn behind<Message: 'static>(
        &self,
        adapter: impl Adapt<M, Message> + 'static,
    ) -> Recipient<Message> {
        let address = self.clone();
        let behind = Arc::new(Behaved { address, adapter });
        Recipient { behind }
    }
}

impl<Message> Recipient<Message> {
    /// Sends a message, waiting while the mailbox is full: see [`Address::send`]. Dropping the
    /// future before it is ready sends nothing.
    ///
    /// # Errors
    /// When the machine has ended, with the reason, and the message where there is a way back to
    /// it.
    pub fn send(
        &self,
        message: Message,
    ) -> BoxFuture<'static, Result<(), SendError<Option<Message>>>> {
        self.behind.send(message)
    }

    /// Sends a message if there is room now.
    ///
    /// # Errors
    /// When there is no room or when the machine has ended; with the message where there is a way
    /// back to it.
    pub fn try_send(&self, message: Message) -> Result<(), TrySendError<Option<Message>>> {
        self.behind.try_send(message)
    }

    /// Who it is.
    pub fn identity(&self) -> Identity {
        self.handle().identity()
    }

    /// The machine's address without any type.
    pub fn handle(&self) -> Handle {
        self.behind.handle()
    }

    /// Why the machine ended; `None` while it runs.
    pub fn ended(&self) -> Option<ExitReason> {
        self.handle().ended()
    }

    /// How many messages wait in its mailbox.
    pub fn waiting(&self) -> usize {
        self.behind.waiting()
    }
}

impl<Message> Linkable for Recipient<Message> {
    fn handle(&self) -> Handle {
        Recipient::handle(self)
    }
}

impl<Message> Clone for Recipient<Message> {
    fn clone(&self) -> Self {
        let behind = self.behind.clone();
        Self { behind }
    }
}

impl<Message> PartialEq for Recipient<Message> {
    fn eq(&self, other: &Self) -> bool {
        self.handle() == other.handle()
    }
}

impl<Message> Eq for Recipient<Message> {}

impl<Message> PartialOrd for Recipient<Message> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl<Message> Ord for Recipient<Message> {
    fn cmp(&self, other: &Self) -> Ordering {
        self.handle().key().cmp(&other.handle().key())
    }
}

impl<Message> Hash for Recipient<Message> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.identity().id().hash(state);
    }
}

impl<Message> fmt::Debug for Recipient<Message> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.identity(), formatter)
    }
}

impl<Message> fmt::Display for Recipient<Message> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.identity(), formatter)
    }
}

/// Sending to whoever takes it, and handing questions on.
impl<M: Machine> Context<M> {
    /// As [`send`](Context::send), to a machine of whatever kind.
    pub fn send_to<Message>(&mut self, to: &Recipient<Message>, message: Message) {
        let sender = self.mailbox().sender();
        self.push_effect(Effect::Send(to.behind.mail(message, sender)));
    }

    /// Hands a question on: whoever waits for `reply` gets that machine's answer to `question`,
    /// or hears why it has none. This machine has nothing more to do with it, and may end.
    ///
    /// ```text
    /// #[receive(Price)]
    /// fn ask_the_store(desk: &Desk, cx: &mut Context, item: String, reply: Reply<u32>) {
    ///     cx.forward(reply, &desk.store, store::Message::price(item));
    /// }
    /// ```
    ///
    /// As everything that leaves a machine, the question goes out when the step has completed;
    /// when the step fails, the asker hears of that.
    pub fn forward<N, T>(
        &mut self,
        reply: Reply<T>,
        to: &Address<N>,
        question: Question<N::Message, T>,
    ) where
        N: Machine + 'static,
        N::Message: Send,
        ReplyOf<N>: Send,
        T: 'static,
    {
        let sender = self.mailbox().sender();
        let (message, open) = question.into_parts();
        let onward = Forward::<N::Message, T>::new(open, reply);
        let mail = to.mail_with(message, sender, Some(port_onward(onward, to.handle())));
        self.push_effect(Effect::Send(mail));
    }
}
