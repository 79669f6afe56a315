//! A machine with its mailbox, not yet in its slot.
//!
//! Must not know of: who spawned it, and any executor.

use std::borrow::Cow;
use std::sync::Arc;
use std::time::Duration;

use super::ending::refuse_letter;
use super::home::{Leaving, What};
use super::slab::{Origin, Watching};
use crate::core::child_spec::Grace;
use crate::core::drive::Drive;
use crate::core::exit::ExitReason;
use crate::core::keeper::Keeper;
use crate::core::mailbox::Mailbox;
use crate::core::station::{BoxFuture, Handle, Launch, Site, Spawner};

/// As one is laid for its own loop.
pub(crate) struct Newcomer<M: Drive> {
    pub(crate) origin: Origin<M>,
    pub(crate) mailbox: Arc<Mailbox<M>>,
    /// What few machines need: a newcomer is moved several times.
    pub(crate) wishes: Option<Box<Wishes<M>>>,
}

impl<M: Drive> Newcomer<M> {
    /// It is never to start.
    pub(crate) fn abandon(self) {
        drop(Egg::from(self));
    }
}

impl<M: Drive> From<Newcomer<M>> for Egg<M> {
    fn from(newcomer: Newcomer<M>) -> Self {
        Self {
            newcomer: Some(newcomer),
            spawner: None,
        }
    }
}

/// As one travels to its loop.
pub(crate) struct Egg<M: Drive> {
    /// Taken when it is put into its slot.
    newcomer: Option<Newcomer<M>>,
    spawner: Option<Arc<Spawner>>,
}

/// What was said of a machine where it was spawned.
pub(crate) struct Wishes<M: Drive> {
    pub(crate) grace: Option<Grace>,
    pub(crate) pulse: Option<Duration>,
    /// What people call it.
    pub(crate) label: Option<Cow<'static, str>>,
    pub(crate) observer: Option<Watching>,
    /// Who keeps its last snapshot.
    pub(crate) keeper: Option<Box<dyn Keeper<M>>>,
}

impl<M: Drive> Default for Wishes<M> {
    fn default() -> Self {
        Self {
            grace: None,
            pulse: None,
            label: None,
            observer: None,
            keeper: None,
        }
    }
}

impl<M: Drive> Newcomer<M> {
    pub(crate) fn wishes(&mut self) -> &mut Wishes<M> {
        self.wishes.get_or_insert_default()
    }
}

impl<M: Drive> Egg<M> {
    /// Who is told what its steps do.
    pub(crate) fn observe(&mut self, observer: Watching) {
        if let Some(wishes) = self.wishes() {
            wishes.observer = Some(observer);
        }
    }

    /// What was said of it, to be added to.
    pub(crate) fn wishes(&mut self) -> Option<&mut Wishes<M>> {
        Some(self.newcomer.as_mut()?.wishes())
    }

    /// What is in it, and who spawned it.
    pub(crate) fn hatch(mut self) -> Option<(Newcomer<M>, Option<Arc<Spawner>>)> {
        Some((self.newcomer.take()?, self.spawner.take()))
    }
}

impl<M: Drive> Launch for Egg<M> {
    fn handle(&self) -> Handle {
        Handle(match &self.newcomer {
            Some(newcomer) => newcomer.mailbox.clone(),
            // One that has hatched is no egg any more.
            None => Arc::new(Mailbox::<M>::nowhere()),
        })
    }

    fn launch(
        mut self: Box<Self>,
        _: &Arc<dyn Site>,
        spawner: Option<Arc<Spawner>>,
    ) -> Option<BoxFuture<'static, ()>> {
        let own = &self.newcomer.as_ref()?.mailbox;
        let (home, seat) = (own.home().clone(), own.seat());
        self.spawner = spawner;
        home.order(seat, What::Launch(self));
        None
    }
}

impl<M: Drive> Drop for Egg<M> {
    fn drop(&mut self) {
        let Some(newcomer) = self.newcomer.take() else {
            return;
        };
        let Newcomer {
            origin, mailbox, ..
        } = newcomer;
        let unread = mailbox.close(&ExitReason::Dropped, None, Vec::new(), refuse_letter);
        let (home, seat) = (mailbox.home().clone(), mailbox.seat());
        // Not gone before its loop has told what is left of its mail.
        let leaving = Leaving(home.clone());
        let mailbox: Box<dyn std::any::Any + Send> = Box::new(mailbox);
        let abandon = What::Abandon {
            mailbox,
            unread,
            leaving,
        };
        home.order(seat, abandon);
        drop(origin);
    }
}
