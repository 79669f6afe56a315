//! Futures and streams beside a machine: what comes of them arrives as messages.

use std::fmt;
use std::future::Future;
#[cfg(feature = "stream")]
use std::future::poll_fn;
#[cfg(feature = "stream")]
use std::pin::pin;
use std::sync::Arc;

#[cfg(feature = "stream")]
use futures_core::Stream;

#[cfg(feature = "stream")]
use crate::core::address::Address;
use crate::core::context::Context;
use crate::core::effect::{Effect, ReplyOf};
use crate::core::event::SystemEvent;
use crate::core::exit::{Child, ChildEvent, Error, ExitReason};
use crate::core::machine::Machine;
use crate::core::signal::Signal;
use crate::core::station::{BoxFuture, Handle, Launch, Newborn, Site, Spawner};
use crate::link::Task;

/// A plain future that a driver is to run as somebody's child.
struct Attached {
    task: Task,
    future: BoxFuture<'static, Result<(), Error>>,
}

impl Launch for Attached {
    fn handle(&self) -> Handle {
        self.task.handle()
    }

    fn launch(
        self: Box<Self>,
        site: &Arc<dyn Site>,
        spawner: Option<Arc<Spawner>>,
    ) -> Option<BoxFuture<'static, ()>> {
        let Attached { task, future } = *self;
        let (machine, host) = (task.identity(), site.clone());
        Some(Box::pin(async move {
            let who = spawner.as_ref().map(|spawner| spawner.handle.identity());
            host.report(SystemEvent::Started {
                machine,
                spawner: who,
            });
            if let Some(spawner) = spawner {
                let started = Signal::Child(Child(machine), ChildEvent::Started);
                spawner.handle.notify(started);
            }
            let reason = match task.manage(future).await {
                Ok(()) => ExitReason::Normal,
                Err(crash) => crash.reason(),
            };
            if let Some(error) = reason.error() {
                host.report(SystemEvent::Errored {
                    machine,
                    spawner: who,
                    error: error.clone(),
                });
            }
            host.report(SystemEvent::Exited {
                machine,
                reason,
                unread: 0,
            });
        }))
    }
}

/// Plain futures as children.
impl<M: Machine> Context<M> {
    /// Runs a future as a child of this machine, beside it, when this step has completed; not at
    /// all when this step fails. The name is for people.
    ///
    /// It is a child as a machine is one: this machine's `child` rows hear that it has started,
    /// that it has failed, with an error or a panic, and that it has ended; when no row receives
    /// its failure, this machine fails too. When this machine ends, the future is dropped before.
    /// To end it earlier, [`stop`](Handle::stop) its handle.
    pub fn spawn_future<F, E>(&mut self, name: &'static str, future: F) -> Handle
    where
        F: Future<Output = Result<(), E>> + Send + 'static,
        E: fmt::Display,
    {
        let task = Task::new(name);
        let handle = task.handle();
        let future = async move {
            future
                .await
                .map_err(|error| Error::raised(format!("{error:#}")))
        };
        let attached = Attached {
            task,
            future: Box::pin(future),
        };
        self.push_effect(Effect::Spawn(Newborn(Box::new(attached))));
        handle
    }
}

/// What comes from beside a machine, as its messages.
impl<M> Context<M>
where
    M: Machine + 'static,
    M::Message: Send,
    ReplyOf<M>: Send,
{
    /// Runs a future beside this machine, as [`spawn_future`](Self::spawn_future) does; what it
    /// comes to arrives as the message that `wrap` makes of it:
    /// `cx.attach_future("price", fetch(item), Message::Price)`.
    pub fn attach_future<F, W>(&mut self, name: &'static str, future: F, wrap: W) -> Handle
    where
        F: Future + Send + 'static,
        W: FnOnce(F::Output) -> M::Message + Send + 'static,
    {
        let address = self.address();
        self.spawn_future(name, async move {
            let message = wrap(future.await);
            // That the machine has ended meanwhile is no failure of the future.
            let _ = address.send(message).await;
            Ok::<(), Error>(())
        })
    }

    /// Takes the items of a stream beside this machine, as [`spawn_future`](Self::spawn_future)
    /// runs futures; each arrives as the message that `wrap` makes of it, in order. While this
    /// machine's mailbox is full the next item is not taken. When the stream is over the child
    /// has ended.
    #[cfg(feature = "stream")]
    pub fn attach<S, W>(&mut self, name: &'static str, stream: S, wrap: W) -> Handle
    where
        S: Stream + Send + 'static,
        S::Item: Send,
        W: FnMut(S::Item) -> M::Message + Send + 'static,
    {
        let pump = self.address().attach(stream, wrap);
        self.spawn_future(name, async move {
            pump.await;
            Ok::<(), Error>(())
        })
    }
}

#[cfg(feature = "stream")]
impl<M: Machine> Address<M> {
    /// Sends the items of a stream to the machine, each as the message that `wrap` makes of it,
    /// in order: a future to be run on any executor. While the mailbox is full the next item is
    /// not taken. Ready when the stream is over or the machine has ended.
    pub fn attach<S, W>(&self, stream: S, mut wrap: W) -> impl Future<Output = ()> + use<M, S, W>
    where
        S: Stream,
        W: FnMut(S::Item) -> M::Message,
    {
        let address = self.clone();
        async move {
            let mut stream = pin!(stream);
            while let Some(item) = poll_fn(|context| stream.as_mut().poll_next(context)).await {
                if address.send(wrap(item)).await.is_err() {
                    return;
                }
            }
        }
    }
}
