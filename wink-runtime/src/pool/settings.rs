//! What may be said of a pool, and what it says.

use std::collections::VecDeque;
use std::fmt;
use std::sync::{Arc, Mutex};

use super::waiting::Waiting;
use super::{Inner, Pool, State};
use crate::core::drive::Drive;
use crate::core::exit::{ExitReason, Identity};

/// Which worker gets a message.
///
/// A worker that has ended, or was taken out, gets none; what waited for it goes to the others.
#[derive(Clone, Copy)]
#[non_exhaustive]
pub enum Dispatch<Message> {
    /// The workers in turn, whatever each has to do already.
    RoundRobin,
    /// The worker that has least to do. What nobody can take now waits for whoever is first.
    LeastLoaded,
    /// The worker that the key leads to: messages of one key are handled by one worker, in order,
    /// as long as it lives. When workers come and go, only the keys of those move.
    ByKey(fn(&Message) -> u64),
}

impl<Message> fmt::Debug for Dispatch<Message> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Dispatch::RoundRobin => "RoundRobin",
            Dispatch::LeastLoaded => "LeastLoaded",
            Dispatch::ByKey(_) => "ByKey",
        })
    }
}

/// What a pool tells of its workers.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum PoolEvent {
    /// A worker failed, or was killed, while it handled a message. Its [`Job`](crate::Job) says so
    /// too.
    Lost {
        /// The worker.
        worker: Identity,
        /// Why it ended.
        reason: ExitReason,
    },
    /// A worker has ended and is in the pool no longer.
    WorkerEnded {
        /// The worker.
        worker: Identity,
        /// Why it ended.
        reason: ExitReason,
        /// How many messages that it had not begun go to others.
        moved: usize,
    },
}

impl fmt::Display for PoolEvent {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            PoolEvent::Lost { worker, reason } => {
                write!(formatter, "{worker}: a message was not handled: {reason:#}")
            }
            PoolEvent::WorkerEnded {
                worker,
                reason,
                moved,
            } => {
                write!(formatter, "{worker}: left the pool: {reason:#}")?;
                match moved {
                    0 => Ok(()),
                    1 => formatter.write_str("; 1 message goes to another worker"),
                    count => write!(formatter, "; {count} messages go to other workers"),
                }
            }
        }
    }
}

/// Settings of a [`Pool`].
pub struct PoolBuilder<M: Drive> {
    pub(super) dispatch: Dispatch<M::Message>,
    pub(super) queue: usize,
    pub(super) at_once: usize,
    pub(super) report: Report,
}

pub(super) type Report = Box<dyn Fn(&PoolEvent) + Send + Sync>;

impl<M: Drive> PoolBuilder<M> {
    /// How many messages may wait for a worker, at least one. Usually 1,024. Those that workers
    /// have been given do not count.
    #[must_use]
    pub fn queue(mut self, messages: usize) -> Self {
        self.queue = messages.max(1);
        self
    }

    /// How many messages a worker has been given at a time, at least one. Usually one. More keeps
    /// workers on other threads busier. A worker that ends gives back what it has not begun.
    #[must_use]
    pub fn at_once(mut self, messages: usize) -> Self {
        self.at_once = messages.max(1);
        self
    }

    /// Who is told of workers that end and of messages that they did not handle. Called on the
    /// worker's thread: it must not wait.
    #[must_use]
    pub fn report(mut self, report: impl Fn(&PoolEvent) + Send + Sync + 'static) -> Self {
        self.report = Box::new(report);
        self
    }

    /// The pool, without any worker: messages wait for the first.
    pub fn build(self) -> Pool<M> {
        Pool {
            inner: Arc::new(Inner {
                dispatch: self.dispatch,
                queue: self.queue,
                at_once: self.at_once,
                report: self.report,
                state: Mutex::new(State {
                    workers: Vec::new(),
                    next: 0,
                    common: VecDeque::new(),
                    waiting: Waiting::default(),
                    lost: 0,
                }),
            }),
        }
    }
}

impl<M: Drive> fmt::Debug for PoolBuilder<M> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("PoolBuilder")
            .field("dispatch", &self.dispatch)
            .field("queue", &self.queue)
            .field("at_once", &self.at_once)
            .finish_non_exhaustive()
    }
}
