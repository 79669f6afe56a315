//! A plain future's place among those who can be linked.

use std::collections::{BTreeMap, VecDeque};
use std::fmt;
use std::future::poll_fn;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};

use super::Linkable;
use crate::core::exit::{Down, Error, ExitReason, Identity, MachineId};
use crate::core::link::ties::Ties;
use crate::core::link::watchers::{Watcher, Watchers};
use crate::core::link::{LinkError, LinkMode};
use crate::core::signal::Signal;
use crate::core::station::{Handle, Station, StationKey, Tie};

/// What a plain future, on any executor, is to machines and other futures: it has a name and a
/// number, can be linked and monitored, and hears of the ends of others.
///
/// Its owner is the future, or whoever runs it: usually [`manage`](Self::manage) takes it
/// together with the future. Others have its [`handle`](Self::handle), as many as they like.
/// Dropped, it has ended as [`ExitReason::Dropped`]; when a panic drops it, that is an error.
///
/// Numbers are counted through the process and never given again, so that a late notice is
/// never about somebody new. What waits to be received is one notice for each link at most.
pub struct Task {
    station: Arc<Seat>,
}

/// What a task hears.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Notice {
    /// Somebody whom it watches has ended.
    Down(Down),
    /// It is asked to end in good order.
    Stop,
}

/// The next identity that no task and no machine has had.
pub(super) fn next_identity(name: &'static str) -> Identity {
    // Only numbers are shared by those who never meet otherwise; nothing depends on who came
    // first.
    static NEXT: AtomicU64 = AtomicU64::new(1);
    let number = NEXT.fetch_add(1, Ordering::Relaxed);
    Identity::new(MachineId::of_task(number), name)
}

impl Task {
    /// A task that is linked with nobody. The name is for people: it need not be unique.
    pub fn new(name: &'static str) -> Self {
        Self {
            station: Arc::new(Seat {
                identity: next_identity(name),
                state: Mutex::new(State::default()),
            }),
        }
    }

    /// Its name and number, as in `logger#t7`.
    pub fn identity(&self) -> Identity {
        self.station.identity
    }

    /// Its address, for others.
    pub fn handle(&self) -> Handle {
        Handle(self.station.clone())
    }

    /// Links this task, as the first, with `other`, as the second.
    ///
    /// # Errors
    /// At once, in every mode, when the other one has ended, and why; and when it is this task
    /// itself. See [`Handle::link`].
    pub fn link(&self, other: &impl Linkable, mode: LinkMode) -> Result<(), LinkError> {
        self.handle().link(other, mode)
    }

    /// Takes a link back. See [`Handle::unlink`].
    pub fn unlink(&self, other: &impl Linkable, mode: LinkMode) {
        self.handle().unlink(other, mode);
    }

    /// What it has heard, the oldest first; a request to end before all else. `None` when there
    /// is nothing new.
    pub fn try_receive(&mut self) -> Option<Notice> {
        self.station.lock().take()
    }

    /// Waits until it hears something. Nothing is lost when the future is dropped.
    pub async fn receive(&mut self) -> Notice {
        poll_fn(|context| self.poll_receive(context)).await
    }

    /// As [`receive`](Self::receive), for futures that are written by hand.
    pub fn poll_receive(&mut self, context: &mut Context<'_>) -> Poll<Notice> {
        let mut state = self.station.lock();
        if let Some(notice) = state.take() {
            return Poll::Ready(notice);
        }
        match &mut state.owner {
            Some(owner) => owner.clone_from(context.waker()),
            None => state.owner = Some(context.waker().clone()),
        }
        Poll::Pending
    }

    /// Ends it, and tells everybody who watches why.
    pub fn finish(self, reason: ExitReason) {
        self.station.end(&reason);
    }
}

impl Linkable for Task {
    fn handle(&self) -> Handle {
        Task::handle(self)
    }
}

impl Drop for Task {
    fn drop(&mut self) {
        if std::thread::panicking() {
            let error = Error::panic("the owner of this task panicked", None);
            self.station.end(&error.into());
        } else {
            self.station.end(&ExitReason::Dropped);
        }
    }
}

impl fmt::Debug for Task {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Task({})", self.identity())
    }
}

/// What a task shares with its handles.
struct Seat {
    identity: Identity,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    notices: VecDeque<Down>,
    stop: bool,
    /// The future that receives, when it waits.
    owner: Option<Waker>,
    /// Why it ended.
    ended: Option<ExitReason>,
    /// Who is told of its end.
    watchers: Watchers,
    /// Whose ends it is told of.
    watched: Ties<StationKey, Handle>,
    /// Who waits for its end.
    closed: BTreeMap<u64, Waker>,
    next_key: u64,
}

impl State {
    fn take(&mut self) -> Option<Notice> {
        if std::mem::take(&mut self.stop) {
            return Some(Notice::Stop);
        }
        self.notices.pop_front().map(Notice::Down)
    }
}

impl Seat {
    fn lock(&self) -> MutexGuard<'_, State> {
        // Nothing that can panic runs under the lock but the allocator; the state is whole then.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Ends, once, and tells everybody. No lock is held while anybody is told.
    fn end(self: &Arc<Self>, reason: &ExitReason) {
        let mut state = self.lock();
        if state.ended.is_some() {
            return;
        }
        state.ended = Some(reason.clone());
        state.notices.clear();
        let closed = std::mem::take(&mut state.closed);
        let watchers = std::mem::take(&mut state.watchers);
        let watched = std::mem::take(&mut state.watched);
        drop(state);
        if watched.len() > 0 {
            let own = Handle(self.clone());
            watched.into_values().for_each(|other| other.unwatch(&own));
        }
        closed.into_values().for_each(Waker::wake);
        watchers.tell(self.identity, reason);
    }

    fn wake(&self, mut state: MutexGuard<'_, State>) {
        let owner = state.owner.take();
        drop(state);
        if let Some(owner) = owner {
            owner.wake();
        }
    }

    /// Takes watchers off that have ended, when many have come since the last time.
    fn sweep(&self) {
        let Some(handles) = self.lock().watchers.due() else {
            return;
        };
        let ended: Vec<Handle> = handles.into_iter().filter(has_ended).collect();
        let swept = self.lock().watchers.sweep(&ended);
        // The lock is free again: this may drop the last handle of somebody.
        drop(swept);
    }

    /// Forgets those that have ended, when it has come to watch many since the last time.
    fn sweep_watched(&self) {
        let handles: Vec<Handle> = {
            let state = self.lock();
            if !state.watched.is_due() {
                return;
            }
            state.watched.values().cloned().collect()
        };
        let ended: Vec<Handle> = handles.into_iter().filter(has_ended).collect();
        let swept = self.lock().watched.sweep(ended.iter().map(Handle::key));
        drop(swept);
    }
}

fn has_ended(handle: &Handle) -> bool {
    handle.ended().is_some()
}

impl Station for Seat {
    fn identity(&self) -> Identity {
        self.identity
    }

    fn notify(&self, signal: Signal) {
        let Signal::Down(down) = signal else { return };
        let mut state = self.lock();
        if state.ended.is_none() {
            state.notices.push_back(down);
            self.wake(state);
        }
    }

    fn stop(&self) {
        let mut state = self.lock();
        state.stop = true;
        self.wake(state);
    }

    fn watch(&self, watcher: Handle, tie: Tie) {
        let mut state = self.lock();
        if let Some(reason) = state.ended.clone() {
            drop(state);
            let mut watcher = Watcher::new(watcher);
            watcher.tie(tie);
            watcher.tell(self.identity, &reason);
            return;
        }
        state.watchers.tie(watcher, tie);
        drop(state);
        self.sweep();
    }

    fn watchers(&self) -> usize {
        self.lock().watchers.len()
    }

    fn unwatch(&self, watcher: &Handle) {
        let forgotten = self.lock().watchers.remove(watcher);
        // The lock is free again: this may drop the last handle of somebody.
        drop(forgotten);
    }

    fn untie(&self, watcher: &Handle) {
        let forgotten = self.lock().watchers.untie(watcher);
        drop(forgotten);
    }

    fn note(&self, watched: &Handle, _: Tie) {
        let mut state = self.lock();
        if state.ended.is_none() {
            state
                .watched
                .get_or_insert(watched.key(), || watched.clone());
        }
        drop(state);
        self.sweep_watched();
    }

    fn forget(&self, watched: &Handle) {
        let mut state = self.lock();
        let forgotten = state.watched.remove(watched.key());
        let machine = watched.identity();
        state.notices.retain(|down| down.machine() != machine);
        drop(state);
        drop(forgotten);
    }

    fn ended(&self) -> Option<ExitReason> {
        self.lock().ended.clone()
    }

    fn poll_closed(&self, key: &mut Option<u64>, context: &mut Context<'_>) -> Poll<ExitReason> {
        let mut state = self.lock();
        if let Some(reason) = &state.ended {
            return Poll::Ready(reason.clone());
        }
        let own = *key.get_or_insert_with(|| {
            state.next_key += 1;
            state.next_key
        });
        state.closed.insert(own, context.waker().clone());
        Poll::Pending
    }

    fn forget_closed(&self, key: u64) {
        let forgotten = self.lock().closed.remove(&key);
        drop(forgotten);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_task_that_watches_many_short_lives_forgets_most_of_them() {
        let hub = Task::new("hub");
        for _ in 0..4_000 {
            let short = Task::new("short");
            hub.link(&short, LinkMode::Monitor).expect("both run");
        }
        let state = hub.station.lock();
        assert_eq!(state.notices.len(), 4_000);
        assert!(
            state.watched.len() <= 64,
            "{} are kept",
            state.watched.len()
        );
    }
}
