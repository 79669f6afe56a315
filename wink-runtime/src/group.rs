//! Process groups: several machines under one name, all of them sent the same.

use std::fmt;
use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::task::Poll;

use crate::core::address::TrySendError;
use crate::core::context::Context;
use crate::core::exit::{ExitReason, Identity};
use crate::core::link::ties::Ties;
use crate::core::machine::Machine;
use crate::core::station::{BoxFuture, Handle, StationKey, Tie};
use crate::link::ear;
use crate::recipient::Recipient;

/// Machines, of whatever kind, that take messages of one type: they join and leave, and leave by
/// themselves at the moment in which they end.
///
/// A value: clones are the same group. It is given to those who are to use it, or kept in a
/// [`Registry`](crate::Registry) under a name.
pub struct Group<Message> {
    inner: Arc<Inner<Message>>,
}

struct Inner<Message> {
    members: Mutex<Ties<StationKey, Member<Message>>>,
}

struct Member<Message> {
    recipient: Recipient<Message>,
    /// What hears of its end.
    ear: Handle,
}

impl<Message> Inner<Message> {
    fn lock(&self) -> MutexGuard<'_, Ties<StationKey, Member<Message>>> {
        // Nothing that can panic runs under the lock but the allocator.
        self.members.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn remove(&self, key: StationKey) -> Option<Member<Message>> {
        self.lock().remove(key)
    }
}

impl<Message> Drop for Inner<Message> {
    fn drop(&mut self) {
        let members = std::mem::take(
            self.members
                .get_mut()
                .unwrap_or_else(PoisonError::into_inner),
        );
        for member in members.into_values() {
            member.recipient.handle().unwatch(&member.ear);
        }
    }
}

impl<Message: 'static> Group<Message> {
    /// A group without members.
    pub fn new() -> Self {
        let members = Mutex::new(Ties::default());
        let inner = Arc::new(Inner { members });
        Self { inner }
    }

    /// Adds a member. Whether it is new: a member is one once, and who has ended is none.
    pub fn join(&self, member: &Recipient<Message>) -> bool {
        let handle = member.handle();
        let key = handle.key();
        let group: Weak<Inner<Message>> = Arc::downgrade(&self.inner);
        let leave = move |_: &_| {
            if let Some(group) = group.upgrade() {
                drop(group.remove(key));
            }
        };
        let ear = ear("group", leave);
        {
            let mut members = self.inner.lock();
            if members.get_mut(key).is_some() {
                return false;
            }
            let recipient = member.clone();
            let listening = ear.clone();
            members.get_or_insert(key, || Member {
                recipient,
                ear: listening,
            });
        }
        // Tells at once when the member has ended, and it is gone again.
        handle.watch(ear, Tie::Monitor);
        handle.ended().is_none()
    }

    /// Takes a member out. Whether it was one.
    pub fn leave(&self, member: &Recipient<Message>) -> bool {
        let handle = member.handle();
        match self.inner.remove(handle.key()) {
            Some(member) => {
                handle.unwatch(&member.ear);
                true
            }
            None => false,
        }
    }

    /// The members, those who joined first first.
    pub fn members(&self) -> Vec<Recipient<Message>> {
        self.inner
            .lock()
            .values()
            .map(|member| member.recipient.clone())
            .collect()
    }

    /// How many members there are.
    pub fn len(&self) -> usize {
        self.inner.lock().len()
    }

    /// Whether there is no member.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

impl<Message: Clone + 'static> Group<Message> {
    /// Sends a message to every member, waiting for room in the mailboxes that are full, in all
    /// of them at a time. Every member gets what one sender broadcasts in the order in which that
    /// waited for it. Dropping the future leaves those without it that had no room yet.
    pub async fn broadcast(&self, message: Message) -> Delivery {
        let mut delivery = Delivery::default();
        let mut waiting: Vec<(Identity, Sending<Message>)> = Vec::new();
        for member in self.members() {
            let who = member.identity();
            match member.try_send(message.clone()) {
                Ok(()) => delivery.reached += 1,
                Err(TrySendError::Full(_)) => {
                    waiting.push((who, member.send(message.clone())));
                }
                Err(TrySendError::Closed(_, reason)) => delivery.ended(who, reason),
            }
        }
        poll_fn(|context| {
            waiting.retain_mut(|(who, sending)| match Pin::new(sending).poll(context) {
                Poll::Pending => true,
                Poll::Ready(Ok(())) => {
                    delivery.reached += 1;
                    false
                }
                Poll::Ready(Err(error)) => {
                    delivery.ended(*who, error.reason);
                    false
                }
            });
            if waiting.is_empty() {
                Poll::Ready(())
            } else {
                Poll::Pending
            }
        })
        .await;
        delivery
    }

    /// Sends a message to every member that has room for it now; who has none is in the report.
    pub fn try_broadcast(&self, message: Message) -> Delivery {
        let mut delivery = Delivery::default();
        for member in self.members() {
            match member.try_send(message.clone()) {
                Ok(()) => delivery.reached += 1,
                Err(TrySendError::Full(_)) => delivery.missed.push(Missed {
                    member: member.identity(),
                    why: MissedWhy::Full,
                }),
                Err(TrySendError::Closed(_, reason)) => delivery.ended(member.identity(), reason),
            }
        }
        delivery
    }
}

type Sending<Message> =
    BoxFuture<'static, Result<(), crate::core::address::SendError<Option<Message>>>>;

impl<Message: 'static> Default for Group<Message> {
    fn default() -> Self {
        Self::new()
    }
}

impl<Message> Clone for Group<Message> {
    fn clone(&self) -> Self {
        let inner = self.inner.clone();
        Self { inner }
    }
}

impl<Message> PartialEq for Group<Message> {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.inner, &other.inner)
    }
}

impl<Message> Eq for Group<Message> {}

impl<Message: 'static> fmt::Debug for Group<Message> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_tuple("Group")
            .field(&self.members())
            .finish()
    }
}

/// What became of a message to many.
#[derive(Clone, Debug, Default, PartialEq)]
#[must_use = "some may not have got the message"]
pub struct Delivery {
    reached: usize,
    missed: Vec<Missed>,
}

impl Delivery {
    /// How many have it in their mailbox.
    pub fn reached(&self) -> usize {
        self.reached
    }

    /// Who has not, and why.
    pub fn missed(&self) -> &[Missed] {
        &self.missed
    }

    /// Whether nobody missed it.
    pub fn is_complete(&self) -> bool {
        self.missed.is_empty()
    }

    fn ended(&mut self, member: Identity, reason: ExitReason) {
        let why = MissedWhy::Ended(reason);
        self.missed.push(Missed { member, why });
    }
}

/// A member that a message to many did not reach.
#[derive(Clone, Debug, PartialEq)]
pub struct Missed {
    /// Who.
    pub member: Identity,
    /// Why.
    pub why: MissedWhy,
}

/// Why a member missed a message.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum MissedWhy {
    /// Its mailbox was full, and nobody waited.
    Full,
    /// It had ended, for this reason.
    Ended(ExitReason),
}

impl fmt::Display for Missed {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.why {
            MissedWhy::Full => write!(formatter, "{}: its mailbox is full", self.member),
            MissedWhy::Ended(reason) => {
                write!(formatter, "{}: it has ended: {reason:#}", self.member)
            }
        }
    }
}

/// Sending to many.
impl<M: Machine> Context<M> {
    /// Sends a message to every member that the group has now. It leaves when this step has
    /// completed. What does not fit into a member's mailbox waits, and this machine takes no
    /// further message until it fits; that a member has ended is in the system's events.
    pub fn broadcast<Message: Clone + 'static>(
        &mut self,
        group: &Group<Message>,
        message: Message,
    ) {
        for member in group.members() {
            self.send_to(&member, message.clone());
        }
    }
}
