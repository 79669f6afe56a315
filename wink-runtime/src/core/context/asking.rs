//! What a machine asks another one: what comes of it is a message.
//!
//! Must not know of: how questions travel between loops, clocks.

use core::time::Duration;
use std::sync::{Arc, Mutex, PoisonError};

use super::Context;
use crate::core::address::Address;
use crate::core::effect::{Effect, ReplyOf};
use crate::core::event_loop::home::What;
use crate::core::event_loop::panic::catch;
use crate::core::event_loop::post::Post;
use crate::core::machine::Machine;
use crate::core::mailbox::Mailbox;
use crate::core::question::{CallError, Open, Question, Settle, port_onward, port_onward_in};
use crate::core::station::Station;
use crate::core::timers::Overdue;

/// What functions of a machine ask of other machines.
impl<M> Context<M>
where
    M: Machine + 'static,
    M::Message: Send,
    ReplyOf<M>: Send,
{
    /// Asks a machine a question, and goes on. What comes of it arrives later as a message of
    /// this machine, which `wrap` makes: the answer, or why there is none.
    ///
    /// ```text
    /// #[receive(Order)]
    /// fn order(shop: &Shop, cx: &mut Context, item: String) {
    ///     let question = store::Message::price(item.clone());
    ///     cx.ask(&shop.store, question, |price| Message::Priced { item, price });
    /// }
    ///
    /// #[receive(Priced)]
    /// fn priced(shop: &mut Shop, item: String, price: Result<u32, CallError>) { … }
    /// ```
    ///
    /// The question leaves when this step has completed; of a step that fails none leaves, and
    /// nothing comes. For each that leaves one message comes, unless this machine has ended: also
    /// when the other machine ends first, and however full this one's mailbox is. It comes in no
    /// order with other mail. There is no deadline: see [`ask_within`](Self::ask_within). A
    /// machine that is started again in the meantime gets it all the same, as all of its mail.
    ///
    /// `wrap` runs where the answer is given. When it panics, this machine fails.
    pub fn ask<N, T, W>(&mut self, to: &Address<N>, question: Question<N::Message, T>, wrap: W)
    where
        N: Machine + 'static,
        N::Message: Send,
        ReplyOf<N>: Send,
        T: 'static,
        W: FnOnce(Result<T, CallError>) -> M::Message + Send + 'static,
    {
        self.ask_with(to, question, Wrap::Own(wrap));
    }

    /// As [`ask`](Self::ask), but when `limit` has passed without an answer the message comes
    /// with [`CallError::Late`], and an answer after that is not heard. A machine that waits so
    /// cannot be saved.
    pub fn ask_within<N, T, W>(
        &mut self,
        to: &Address<N>,
        question: Question<N::Message, T>,
        limit: Duration,
        wrap: W,
    ) where
        N: Machine + 'static,
        N::Message: Send,
        ReplyOf<N>: Send,
        T: 'static,
        W: FnOnce(Result<T, CallError>) -> M::Message + Send + 'static,
    {
        let wrap = self.wrap_within(Some(limit), wrap);
        self.ask_with(to, question, wrap);
    }

    /// What makes the message; at that deadline, if there is one and nothing else has come.
    fn wrap_within<T, W>(&mut self, limit: Option<Duration>, wrap: W) -> Wrap<W>
    where
        W: FnOnce(Result<T, CallError>) -> M::Message + Send + 'static,
    {
        let Some(limit) = limit else {
            return Wrap::Own(wrap);
        };
        let wrap = Arc::new(Mutex::new(Some(wrap)));
        let late = Late {
            wrap: wrap.clone(),
            make: |wrap: W| wrap(Err(CallError::Late)),
        };
        let deadline = self.now() + limit;
        self.extra().timers.arm_late(deadline, Box::new(late));
        Wrap::Shared(wrap)
    }

    /// The way back to this machine for the answer to a question that leaves it with this step.
    pub(crate) fn hearer<T, W>(&mut self, limit: Option<Duration>, wrap: W) -> Hearer<T>
    where
        T: 'static,
        W: FnOnce(Result<T, CallError>) -> M::Message + Send + 'static,
    {
        let wrap = self.wrap_within(limit, wrap);
        let asker = self.mailbox().clone();
        Hearer(Box::new(Waiting { asker, wrap }))
    }

    fn ask_with<N, T, W>(
        &mut self,
        to: &Address<N>,
        question: Question<N::Message, T>,
        wrap: Wrap<W>,
    ) where
        N: Machine + 'static,
        N::Message: Send,
        ReplyOf<N>: Send,
        T: 'static,
        W: FnOnce(Result<T, CallError>) -> M::Message + Send + 'static,
    {
        let (message, open) = question.into_parts();
        let asker = self.mailbox().clone();
        let sender = asker.sender();
        let handle = to.handle();
        let asking = Asking::<M, N, T, W> { asker, open, wrap };
        // What went before as an effect arrives before.
        if !self.phase.is_dirty()
            && let Some(post) = &mut self.post
        {
            let spare = post.spare(to.mailbox());
            let desk = match post.desk(to) {
                Some(desk) => Some(desk),
                None => match post.grow(to) {
                    true => post.desk(to),
                    false => None,
                },
            };
            if let Some(desk) = desk {
                let port = port_onward_in(spare, asking, handle);
                return desk.put_question(message, sender, port);
            }
            if let Some((by, bag)) = post.bag_of_one(to) {
                bag.put_question(to, message, (by, sender), port_onward(asking, handle));
                return self.phase.owe();
            }
        }
        let seal = move || port_onward(asking, handle);
        let mail = to.mail_sealed(message, sender, Box::new(seal));
        self.push_effect(Effect::Send(mail));
    }
}

/// What makes a message of what comes of a question.
enum Wrap<W> {
    Own(W),
    /// There is a deadline, which may come first.
    Shared(Arc<Mutex<Option<W>>>),
}

impl<W> Wrap<W> {
    fn take(self) -> Option<W> {
        match self {
            Wrap::Own(wrap) => Some(wrap),
            Wrap::Shared(wrap) => take(&wrap),
        }
    }

    fn is_taken(&self) -> bool {
        match self {
            Wrap::Own(_) => false,
            Wrap::Shared(wrap) => is_taken(wrap),
        }
    }
}

fn take<W>(wrap: &Mutex<Option<W>>) -> Option<W> {
    wrap.lock().unwrap_or_else(PoisonError::into_inner).take()
}

fn is_taken<W>(wrap: &Mutex<Option<W>>) -> bool {
    let wrap = wrap.lock().unwrap_or_else(PoisonError::into_inner);
    wrap.is_none()
}

/// A question under way. Whoever takes `wrap` says what came of it.
struct Asking<M: Machine, N: Machine, T, W> {
    asker: Arc<Mailbox<M>>,
    open: Open<N::Message, T>,
    wrap: Wrap<W>,
}

impl<M, N, T, W> Asking<M, N, T, W>
where
    M: Machine + 'static,
    M::Message: Send,
    ReplyOf<M>: Send,
    N: Machine,
    W: FnOnce(Result<T, CallError>) -> M::Message,
{
    /// Says what came of it, by the mail of the asker's loop where that is at hand.
    fn tell(self, settled: Result<ReplyOf<N>, CallError>, own: Option<&mut Post>) {
        let Some(wrap) = self.wrap.take() else { return };
        // Generated code opens every answer that it makes; another one would be none.
        let answer = settled.and_then(|reply| (self.open)(reply).ok_or(CallError::Unanswered));
        tell(&self.asker, wrap, answer, own);
    }
}

impl<M, N, T, W> Settle<ReplyOf<N>> for Asking<M, N, T, W>
where
    M: Machine + 'static,
    M::Message: Send,
    ReplyOf<M>: Send,
    N: Machine,
    W: FnOnce(Result<T, CallError>) -> M::Message + Send + 'static,
{
    fn settle(self, settled: Result<ReplyOf<N>, CallError>) {
        self.tell(settled, None);
    }

    fn answer_here(self, reply: ReplyOf<N>, post: &mut Post) {
        let own = post.leading_to(self.asker.home().number());
        self.tell(Ok(reply), own);
    }

    fn is_awaited(&self) -> bool {
        !self.wrap.is_taken() && self.asker.ended().is_none()
    }
}

/// The machine that answers must not fail for what the one that asks has written.
fn tell<M, T, W>(asker: &Mailbox<M>, wrap: W, answer: Result<T, CallError>, own: Option<&mut Post>)
where
    M: Machine + 'static,
    M::Message: Send,
    ReplyOf<M>: Send,
    W: FnOnce(Result<T, CallError>) -> M::Message,
{
    match catch(|| wrap(answer)) {
        Ok(message) => match own {
            Some(post) => asker.put_asked(message, post),
            None => asker.push_asked(message),
        },
        Err(error) => asker.tell(What::Fail(error)),
    }
}

/// A machine that waits for the answer to a question, whatever kind of machine it is.
pub(crate) struct Hearer<T>(Box<dyn Hear<T> + Send>);

trait Hear<T> {
    fn hear(self: Box<Self>, answer: Result<T, CallError>);
    fn waits(&self) -> bool;
}

struct Waiting<M: Machine, W> {
    asker: Arc<Mailbox<M>>,
    wrap: Wrap<W>,
}

impl<M, T, W> Hear<T> for Waiting<M, W>
where
    M: Machine + 'static,
    M::Message: Send,
    ReplyOf<M>: Send,
    W: FnOnce(Result<T, CallError>) -> M::Message,
{
    fn hear(self: Box<Self>, answer: Result<T, CallError>) {
        if let Some(wrap) = self.wrap.take() {
            tell(&self.asker, wrap, answer, None);
        }
    }

    fn waits(&self) -> bool {
        !self.wrap.is_taken() && self.asker.ended().is_none()
    }
}

impl<T> Hearer<T> {
    /// Tells it the answer, or why there is none.
    pub(crate) fn hear(self, answer: Result<T, CallError>) {
        self.0.hear(answer);
    }

    /// Whether it still waits.
    pub(crate) fn waits(&self) -> bool {
        self.0.waits()
    }
}

/// The deadline of a question.
struct Late<W, Message> {
    wrap: Arc<Mutex<Option<W>>>,
    make: fn(W) -> Message,
}

impl<W: Send, Message> Overdue<Message> for Late<W, Message> {
    fn is_over(&self) -> bool {
        is_taken(&self.wrap)
    }

    fn expire(&self) -> Option<Message> {
        take(&self.wrap).map(self.make)
    }
}
