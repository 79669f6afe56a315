//! Whoever answers questions of one type, whatever kind of machine it is.

use std::fmt;
use std::hash::{Hash, Hasher};
use std::sync::Arc;
use std::time::Duration;

use crate::core::address::{Address, Mail};
use crate::core::context::{Context, Hearer};
use crate::core::effect::{Effect, ReplyOf};
use crate::core::exit::{ExitReason, Identity, Sender};
use crate::core::machine::Machine;
use crate::core::question::{CallError, Open, Question, Settle, port_onward};
use crate::core::station::{BoxFuture, Handle};
use crate::link::Linkable;

/// The address of a machine as somebody who answers one type of question: what
/// [`Recipient`](crate::Recipient) is for messages. Several kinds of machine can be behind it.
///
/// Made by [`Address::respondent`]. Cheap to clone. Equal and hashed by the machine. As every
/// address it is weak: it does not keep its machine alive, and after the end it leads nowhere.
pub struct Respondent<Ask, Answer> {
    behind: Arc<dyn Behind<Ask, Answer>>,
}

/// A machine behind a respondent.
trait Behind<Ask, Answer>: Send + Sync {
    fn handle(&self) -> Handle;
    fn waiting(&self) -> usize;
    fn call(&self, ask: Ask) -> Answering<Answer>;
    fn call_within(&self, ask: Ask, limit: Duration) -> Answering<Answer>;
    fn mail(&self, ask: Ask, sender: Sender, hearer: Hearer<Answer>) -> Mail;
}

type Answering<Answer> = BoxFuture<'static, Result<Answer, CallError>>;

struct Wrapped<M: Machine, F> {
    address: Address<M>,
    wrap: F,
}

impl<M, F, Ask, Answer> Behind<Ask, Answer> for Wrapped<M, F>
where
    M: Machine + 'static,
    M::Message: Send,
    ReplyOf<M>: Send,
    F: Fn(Ask) -> Question<M::Message, Answer> + Send + Sync,
    Answer: 'static,
{
    fn handle(&self) -> Handle {
        self.address.handle()
    }

    fn waiting(&self) -> usize {
        self.address.waiting()
    }

    fn call(&self, ask: Ask) -> Answering<Answer> {
        Box::pin(self.address.call((self.wrap)(ask)))
    }

    fn call_within(&self, ask: Ask, limit: Duration) -> Answering<Answer> {
        Box::pin(self.address.call_within((self.wrap)(ask), limit))
    }

    fn mail(&self, ask: Ask, sender: Sender, hearer: Hearer<Answer>) -> Mail {
        let (message, open) = (self.wrap)(ask).into_parts();
        let handle = self.address.handle();
        let seal = move || port_onward(Heard::<M, Answer> { open, hearer }, handle);
        self.address.mail_sealed(message, sender, Box::new(seal))
    }
}

/// A question of a machine under way.
struct Heard<M: Machine, Answer> {
    open: Open<M::Message, Answer>,
    hearer: Hearer<Answer>,
}

impl<M: Machine, Answer> Settle<ReplyOf<M>> for Heard<M, Answer> {
    fn settle(self, settled: Result<ReplyOf<M>, CallError>) {
        // Generated code opens every answer that it makes; another one would be none.
        let answer = settled.and_then(|reply| (self.open)(reply).ok_or(CallError::Unanswered));
        self.hearer.hear(answer);
    }

    fn is_awaited(&self) -> bool {
        self.hearer.waits()
    }
}

impl<M> Address<M>
where
    M: Machine + 'static,
    M::Message: Send,
    ReplyOf<M>: Send,
{
    /// This machine as somebody who answers whatever `wrap` makes its question:
    /// `store.respondent(store::Message::price)`.
    pub fn respondent<Ask: 'static, Answer: 'static>(
        &self,
        wrap: impl Fn(Ask) -> Question<M::Message, Answer> + Send + Sync + 'static,
    ) -> Respondent<Ask, Answer> {
        let address = self.clone();
        let behind = Arc::new(Wrapped { address, wrap });
        Respondent { behind }
    }
}

impl<Ask, Answer> Respondent<Ask, Answer> {
    /// Asks and waits for the answer: see [`Address::call`].
    ///
    /// # Errors
    /// As those of [`Address::call`].
    pub fn call(&self, ask: Ask) -> BoxFuture<'static, Result<Answer, CallError>> {
        self.behind.call(ask)
    }

    /// As [`call`](Self::call), but gives up when `limit` has passed, on the clock of the
    /// machine's system.
    ///
    /// # Errors
    /// As [`call`](Self::call), and [`CallError::Late`].
    pub fn call_within(
        &self,
        ask: Ask,
        limit: Duration,
    ) -> BoxFuture<'static, Result<Answer, CallError>> {
        self.behind.call_within(ask, limit)
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

impl<Ask, Answer> Linkable for Respondent<Ask, Answer> {
    fn handle(&self) -> Handle {
        Respondent::handle(self)
    }
}

impl<Ask, Answer> Clone for Respondent<Ask, Answer> {
    fn clone(&self) -> Self {
        let behind = self.behind.clone();
        Self { behind }
    }
}

impl<Ask, Answer> PartialEq for Respondent<Ask, Answer> {
    fn eq(&self, other: &Self) -> bool {
        self.handle() == other.handle()
    }
}

impl<Ask, Answer> Eq for Respondent<Ask, Answer> {}

impl<Ask, Answer> Hash for Respondent<Ask, Answer> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.identity().id().hash(state);
    }
}

impl<Ask, Answer> fmt::Debug for Respondent<Ask, Answer> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.identity(), formatter)
    }
}

impl<Ask, Answer> fmt::Display for Respondent<Ask, Answer> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.identity(), formatter)
    }
}

/// Asking whoever answers it.
impl<M> Context<M>
where
    M: Machine + 'static,
    M::Message: Send,
    ReplyOf<M>: Send,
{
    /// As [`ask`](Context::ask), a machine of whatever kind:
    /// `cx.ask_of(&shop.prices, item, |price| Message::Priced { item, price })`.
    pub fn ask_of<Ask, Answer, W>(&mut self, whom: &Respondent<Ask, Answer>, ask: Ask, wrap: W)
    where
        Answer: 'static,
        W: FnOnce(Result<Answer, CallError>) -> M::Message + Send + 'static,
    {
        let hearer = self.hearer(None, wrap);
        let sender = self.mailbox().sender();
        self.push_effect(Effect::Send(whom.behind.mail(ask, sender, hearer)));
    }

    /// As [`ask_of`](Self::ask_of), with a deadline: see [`ask_within`](Context::ask_within).
    pub fn ask_of_within<Ask, Answer, W>(
        &mut self,
        whom: &Respondent<Ask, Answer>,
        ask: Ask,
        limit: Duration,
        wrap: W,
    ) where
        Answer: 'static,
        W: FnOnce(Result<Answer, CallError>) -> M::Message + Send + 'static,
    {
        let hearer = self.hearer(Some(limit), wrap);
        let sender = self.mailbox().sender();
        self.push_effect(Effect::Send(whom.behind.mail(ask, sender, hearer)));
    }
}
