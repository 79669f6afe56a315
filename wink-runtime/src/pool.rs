//! Worker pools: machines of one kind that share the work.

mod job;
mod settings;
mod waiting;

use std::collections::VecDeque;
use std::fmt;
use std::future::{Future, poll_fn};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::Poll;

use crate::core::address::{Address, TrySendError};
use crate::core::drive::Drive;
use crate::core::exit::ExitReason;
use crate::core::question::{CallError, Question};
use crate::core::station::{Handle, Tie};
use crate::link::ear;

pub use job::Job;
use job::{Asked, Wait, Work};
use settings::Report;
pub use settings::{Dispatch, PoolBuilder, PoolEvent};
use waiting::Waiting;

/// Machines of one kind that share the messages of one queue.
///
/// A worker is given a few messages at a time ([`at_once`](PoolBuilder::at_once)); all others
/// wait in the pool's own queue, which is bounded. A worker that ends gives back what it has not
/// begun, and the others get it: only what it failed on is lost, and reported. Who sends gets a
/// [`Job`], which says when the message has been handled, or why it was not.
///
/// A value: clones are the same pool. It needs no task: a worker that has handled a message is
/// given the next one on the spot. Workers are spawned, supervised and stopped by whoever likes;
/// the pool only knows their addresses.
pub struct Pool<M: Drive> {
    inner: Arc<Inner<M>>,
}

struct Inner<M: Drive> {
    dispatch: Dispatch<M::Message>,
    queue: usize,
    at_once: usize,
    report: Report,
    state: Mutex<State<M>>,
}

struct State<M: Drive> {
    /// In the order in which they came.
    workers: Vec<Worker<M>>,
    /// Whose turn it is.
    next: usize,
    /// What waits for any worker.
    common: VecDeque<Work<M>>,
    /// Who waits for room in the queue.
    waiting: Waiting,
    lost: u64,
}

struct Worker<M: Drive> {
    address: Address<M>,
    ear: Handle,
    /// How many messages it has been given and has not handled.
    given: usize,
    /// What waits for this worker and no other.
    own: VecDeque<Work<M>>,
    /// What it had been given and has not read: it ends.
    returned: VecDeque<Work<M>>,
    is_ending: bool,
}

impl<M: Drive> Worker<M> {
    fn has_time(&self, at_once: usize) -> bool {
        self.given < at_once && !self.is_ending
    }
}

impl<M: Drive> State<M> {
    fn queued(&self) -> usize {
        let waiting = |worker: &Worker<M>| worker.own.len() + worker.returned.len();
        self.common.len() + self.workers.iter().map(waiting).sum::<usize>()
    }

    fn worker(&mut self, address: &Address<M>) -> Option<&mut Worker<M>> {
        self.workers
            .iter_mut()
            .find(|worker| worker.address == *address)
    }

    /// Puts work where it belongs. Nobody is given any yet.
    fn place(&mut self, dispatch: &Dispatch<M::Message>, work: Work<M>) {
        let count = self.workers.len();
        let target = match dispatch {
            Dispatch::RoundRobin if count > 0 => {
                self.next = (self.next + 1) % count;
                Some((self.next + count - 1) % count)
            }
            Dispatch::ByKey(_) => {
                let key = work.key;
                let weight = |worker: &Worker<M>| mix(key, worker.address.identity().id().get());
                (0..count).max_by_key(|index| weight(&self.workers[*index]))
            }
            _ => None,
        };
        match target {
            Some(index) => self.workers[index].own.push_back(work),
            None => self.common.push_back(work),
        }
    }

    /// The next message for a worker that can be given one. Common work goes to the worker that
    /// has least to do, the first in turn among equals.
    fn next_gift(&mut self, at_once: usize) -> Option<(Address<M>, Work<M>)> {
        let own = self
            .workers
            .iter_mut()
            .find(|worker| worker.has_time(at_once) && !worker.own.is_empty());
        if let Some(worker) = own {
            worker.given += 1;
            return worker
                .own
                .pop_front()
                .map(|work| (worker.address.clone(), work));
        }
        if self.common.is_empty() || self.workers.is_empty() {
            return None;
        }
        let count = self.workers.len();
        let index = (0..count)
            .map(|step| (self.next + step) % count)
            .filter(|index| self.workers[*index].has_time(at_once))
            .min_by_key(|index| self.workers[*index].given)?;
        let worker = &mut self.workers[index];
        worker.given += 1;
        self.next = (index + 1) % count;
        self.common
            .pop_front()
            .map(|work| (worker.address.clone(), work))
    }
}

/// How much a worker weighs for a key: for each key the workers come in another order.
fn mix(key: u64, worker: u64) -> u64 {
    let mut mixed = key ^ worker.wrapping_mul(0x9e37_79b9_7f4a_7c15);
    mixed = (mixed ^ (mixed >> 32)).wrapping_mul(0xd6e8_feb8_6659_fd93);
    mixed = (mixed ^ (mixed >> 32)).wrapping_mul(0xd6e8_feb8_6659_fd93);
    mixed ^ (mixed >> 32)
}

impl<M: Drive> Inner<M> {
    fn lock(&self) -> MutexGuard<'_, State<M>> {
        // Nothing that can panic runs under the lock but the allocator.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes work if the queue has room for it, or a worker has.
    fn offer<W: Wait<M>>(self: &Arc<Self>, message: M::Message) -> Result<W, M::Message> {
        let key = match self.dispatch {
            Dispatch::ByKey(key) => key(&message),
            _ => 0,
        };
        let mut state = self.lock();
        let is_idle = state.queued() == 0
            && state
                .workers
                .iter()
                .any(|worker| worker.has_time(self.at_once));
        if !is_idle && state.queued() >= self.queue {
            return Err(message);
        }
        let (work, job) = W::work(message, key);
        state.place(&self.dispatch, work);
        drop(state);
        self.give();
        Ok(job)
    }

    /// Gives workers what waits for them. No lock is held while a worker is sent anything.
    fn give(self: &Arc<Self>) {
        loop {
            let mut state = self.lock();
            let Some((worker, work)) = state.next_gift(self.at_once) else {
                break;
            };
            let is_forsaken = work.is_forsaken();
            if is_forsaken && let Some(worker) = state.worker(&worker) {
                worker.given -= 1;
            }
            let waker = state
                .waiting
                .has_room(self.queue.saturating_sub(state.queued()));
            drop(state);
            waker.into_iter().for_each(std::task::Waker::wake);
            if !is_forsaken {
                work.give(self, &worker);
            }
        }
    }

    /// A worker has dealt with a message.
    fn settled(self: &Arc<Self>, worker: &Address<M>, lost: Option<ExitReason>) {
        let mut state = self.lock();
        if let Some(worker) = state.worker(worker) {
            // One that was taken out and added again has not been given this one.
            worker.given = worker.given.saturating_sub(1);
        }
        if let Some(reason) = lost {
            state.lost += 1;
            drop(state);
            let worker = worker.identity();
            (self.report)(&PoolEvent::Lost { worker, reason });
        } else {
            drop(state);
        }
        self.give();
    }

    /// A worker ends and has not read this: here it is back.
    fn returned(self: &Arc<Self>, address: &Address<M>, work: Work<M>) {
        let mut state = self.lock();
        match state.worker(address) {
            // It is about to leave; what it had goes to others then, in order.
            Some(worker) => {
                worker.is_ending = true;
                worker.returned.push_back(work);
            }
            None => state.place(&self.dispatch, work),
        }
        drop(state);
        self.give();
    }

    /// A worker has ended.
    fn ended(self: &Arc<Self>, worker: &Address<M>, reason: ExitReason) {
        if let Some(moved) = self.take_out(worker) {
            let worker = worker.identity();
            (self.report)(&PoolEvent::WorkerEnded {
                worker,
                reason,
                moved,
            });
        }
    }

    /// Takes a worker out; what waited for it goes to others.
    fn take_out(self: &Arc<Self>, address: &Address<M>) -> Option<usize> {
        let mut state = self.lock();
        let index = state
            .workers
            .iter()
            .position(|worker| worker.address == *address)?;
        let worker = state.workers.remove(index);
        if index < state.next {
            state.next -= 1;
        }
        state.next %= state.workers.len().max(1);
        let moved = worker.returned.len() + worker.own.len();
        // What waits for any worker has come later than what one had been given.
        let later = std::mem::take(&mut state.common);
        for work in worker.returned.into_iter().chain(worker.own).chain(later) {
            state.place(&self.dispatch, work);
        }
        drop(state);
        worker.address.handle().unwatch(&worker.ear);
        self.give();
        Some(moved)
    }
}

impl<M: Drive> Pool<M> {
    /// A pool with the usual settings.
    pub fn new(dispatch: Dispatch<M::Message>) -> Self {
        Self::builder(dispatch).build()
    }

    /// A pool with other settings.
    pub fn builder(dispatch: Dispatch<M::Message>) -> PoolBuilder<M> {
        PoolBuilder {
            dispatch,
            queue: 1_024,
            at_once: 1,
            report: Box::new(|_| {}),
        }
    }

    /// Adds a worker. Whether it is new, and has not ended.
    pub fn add(&self, worker: &Address<M>) -> bool {
        let pool = Arc::downgrade(&self.inner);
        let address = worker.clone();
        let ear = ear("pool", move |down| {
            if let Some(pool) = pool.upgrade() {
                pool.ended(&address, down.reason().clone());
            }
        });
        let mut state = self.inner.lock();
        if state.worker(worker).is_some() || worker.ended().is_some() {
            return false;
        }
        state.workers.push(Worker {
            address: worker.clone(),
            ear: ear.clone(),
            given: 0,
            own: VecDeque::new(),
            returned: VecDeque::new(),
            is_ending: false,
        });
        // What waited for a first worker, or for one that is gone, is for this one too.
        let waiting = std::mem::take(&mut state.common);
        waiting
            .into_iter()
            .for_each(|work| state.place(&self.inner.dispatch, work));
        drop(state);
        // Tells at once when it has ended meanwhile.
        worker.handle().watch(ear, Tie::Monitor);
        self.inner.give();
        true
    }

    /// Takes a worker out: what it has been given it still handles, what waited for it goes to
    /// others. Whether it was in the pool.
    pub fn remove(&self, worker: &Address<M>) -> bool {
        self.inner.take_out(worker).is_some()
    }

    /// The workers, those who came first first.
    pub fn workers(&self) -> Vec<Address<M>> {
        self.inner
            .lock()
            .workers
            .iter()
            .map(|worker| worker.address.clone())
            .collect()
    }

    /// How many messages wait for a worker.
    pub fn queued(&self) -> usize {
        self.inner.lock().queued()
    }

    /// How many messages workers have been given and have not handled.
    pub fn given(&self) -> usize {
        self.inner
            .lock()
            .workers
            .iter()
            .map(|worker| worker.given)
            .sum()
    }

    /// How many messages workers have begun and not handled, because they failed or were killed.
    pub fn lost(&self) -> u64 {
        self.inner.lock().lost
    }

    /// Has a worker handle a message, if there is room in the queue.
    ///
    /// # Errors
    /// [`TrySendError::Full`] with the message, when there is none or others wait for some.
    pub fn try_send(&self, message: M::Message) -> Result<Job, TrySendError<M::Message>> {
        if self.inner.lock().waiting.is_anybody() {
            return Err(TrySendError::Full(message));
        }
        self.inner.offer(message).map_err(TrySendError::Full)
    }

    /// Has a worker handle a message; waits while the queue is full, first come, first served.
    /// Dropping the future before it is ready sends nothing.
    #[allow(
        clippy::async_yields_async,
        reason = "that the pool has taken it and that it is handled are two things to wait for"
    )]
    pub fn send(&self, message: M::Message) -> impl Future<Output = Job> + use<M> {
        enter(self.inner.clone(), message)
    }

    /// Has a worker answer a question, and waits for the answer, which may be given later, through
    /// a [`Reply`](crate::Reply) that the worker keeps: it is busy until then. Waits for room as
    /// [`send`](Self::send).
    ///
    /// There is no deadline: `tokio::time::timeout(limit, pool.call(question))` sets one. Of a
    /// question whose future is dropped before a worker was given it, none ever is. A machine asks
    /// a pool by `cx.attach_future("price", pool.call(question), Message::Price)`.
    ///
    /// # Errors
    /// [`CallError::Died`] when the worker that had been given the question ended, or failed on
    /// it: no other one is asked, since it may have done what it was asked for.
    /// [`CallError::Unhandled`] and [`CallError::Ignored`] when the worker does not receive the
    /// question in its state; [`CallError::Unanswered`] when it drops the reply, or when the pool
    /// was dropped first.
    pub fn call<T>(
        &self,
        question: Question<M::Message, T>,
    ) -> impl Future<Output = Result<T, CallError>> + use<M, T> {
        let inner = self.inner.clone();
        async move {
            let (message, open) = question.into_parts();
            let asked: Asked<M> = enter(inner, message).await;
            // Generated code opens every answer that it makes; another one would be none.
            open(asked.await?).ok_or(CallError::Unanswered)
        }
    }
}

/// Waits for room in the queue, first come, first served. Who asks keeps no pool alive once his
/// question is in it.
#[allow(
    clippy::async_yields_async,
    reason = "that the pool has taken it and that it is handled are two things to wait for"
)]
async fn enter<M: Drive, W: Wait<M>>(inner: Arc<Inner<M>>, message: M::Message) -> W {
    let mut message = Some(message);
    let mut place = waiting::Place::new(&inner);
    poll_fn(|context| {
        if !place.is_turn(context) {
            return Poll::Pending;
        }
        let Some(offered) = message.take() else {
            return Poll::Pending;
        };
        match inner.offer(offered) {
            Ok(job) => Poll::Ready(job),
            Err(back) => {
                message = Some(back);
                place.wait(context);
                Poll::Pending
            }
        }
    })
    .await
}

impl<M: Drive> Clone for Pool<M> {
    fn clone(&self) -> Self {
        let inner = self.inner.clone();
        Self { inner }
    }
}

impl<M: Drive> fmt::Debug for Pool<M> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Pool")
            .field("dispatch", &self.inner.dispatch)
            .field("workers", &self.workers())
            .field("queued", &self.queued())
            .field("lost", &self.lost())
            .finish_non_exhaustive()
    }
}
