//! Publish and subscribe by type: whoever has subscribed to events of a type gets every one.

use std::any::{Any, TypeId};
use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use crate::core::context::Context;
use crate::core::machine::Machine;
use crate::group::{Delivery, Group};
use crate::recipient::Recipient;

/// Events by their type, and who has subscribed to which.
///
/// A value: clones are the same. Each type of event is a [`Group`] of its own, so subscribers are
/// reached as members are: nothing is dropped, a subscriber with a full mailbox is waited for, and
/// who was not reached is in the report. A subscriber that ends is one no longer.
#[derive(Clone, Default)]
pub struct Topics {
    groups: Arc<Mutex<BTreeMap<TypeId, Box<dyn Any + Send + Sync>>>>,
}

impl Topics {
    /// Nobody has subscribed to anything.
    pub fn new() -> Self {
        Self::default()
    }

    /// The subscribers to events of that type.
    pub fn topic<Event: Send + Sync + 'static>(&self) -> Group<Event> {
        let mut groups = self.groups.lock().unwrap_or_else(PoisonError::into_inner);
        let group = groups
            .entry(TypeId::of::<Event>())
            .or_insert_with(|| Box::new(Group::<Event>::new()));
        match group.downcast_ref::<Group<Event>>() {
            Some(group) => group.clone(),
            None => unreachable!("a type's group is of that type"),
        }
    }

    /// Has a machine get every event of that type that is published from now on. Whether that is
    /// new.
    pub fn subscribe<Event: Send + Sync + 'static>(&self, subscriber: &Recipient<Event>) -> bool {
        self.topic::<Event>().join(subscriber)
    }

    /// Takes a subscription back. Whether there was one.
    pub fn unsubscribe<Event: Send + Sync + 'static>(&self, subscriber: &Recipient<Event>) -> bool {
        self.topic::<Event>().leave(subscriber)
    }

    /// Gives an event to everybody who has subscribed, waiting for those whose mailbox is full.
    pub async fn publish<Event: Clone + Send + Sync + 'static>(&self, event: Event) -> Delivery {
        self.topic::<Event>().broadcast(event).await
    }

    /// Gives an event to everybody who has subscribed and has room for it now.
    pub fn try_publish<Event: Clone + Send + Sync + 'static>(&self, event: Event) -> Delivery {
        self.topic::<Event>().try_broadcast(event)
    }
}

impl fmt::Debug for Topics {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let groups = self.groups.lock().unwrap_or_else(PoisonError::into_inner);
        formatter
            .debug_struct("Topics")
            .field("types", &groups.len())
            .finish()
    }
}

/// Publishing.
impl<M: Machine> Context<M> {
    /// Gives an event to everybody who has subscribed to its type, as
    /// [`broadcast`](Context::broadcast) does.
    pub fn publish<Event>(&mut self, topics: &Topics, event: Event)
    where
        Event: Clone + Send + Sync + 'static,
    {
        self.broadcast(&topics.topic::<Event>(), event);
    }
}
