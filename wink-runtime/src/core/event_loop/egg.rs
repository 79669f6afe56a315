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

pub(crate) struct Egg<M: Drive> {
    /// Taken when it is put into its slot.
    pub(crate) origin: Option<Origin<M>>,
    pub(crate) mailbox: Arc<Mailbox<M>>,
    pub(crate) spawner: Option<Arc<Spawner>>,
    /// What few machines need: an egg is moved several times.
    pub(crate) wishes: Option<Box<Wishes<M>>>,
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

impl<M: Drive> Egg<M> {
    pub(crate) fn wishes(&mut self) -> &mut Wishes<M> {
        self.wishes.get_or_insert_default()
    }
}

impl<M: Drive> Launch for Egg<M> {
    fn handle(&self) -> Handle {
        Handle(self.mailbox.clone())
    }

    fn launch(
        mut self: Box<Self>,
        _: &Arc<dyn Site>,
        spawner: Option<Arc<Spawner>>,
    ) -> Option<BoxFuture<'static, ()>> {
        self.spawner = spawner;
        let (home, seat) = (self.mailbox.home().clone(), self.mailbox.seat());
        home.order(seat, What::Launch(self));
        None
    }
}

impl<M: Drive> Drop for Egg<M> {
    fn drop(&mut self) {
        if let Some(origin) = self.origin.take() {
            let unread = self
                .mailbox
                .close(&ExitReason::Dropped, None, Vec::new(), refuse_letter);
            let home = self.mailbox.home();
            let mailbox: Box<dyn std::any::Any + Send> = Box::new(self.mailbox.clone());
            // Not gone before its loop has told what is left of its mail.
            let leaving = Leaving(home.clone());
            let abandon = What::Abandon {
                mailbox,
                unread,
                leaving,
            };
            home.order(self.mailbox.seat(), abandon);
            drop(origin);
        }
    }
}
