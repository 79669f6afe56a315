//! Threads for work that blocks, not too many.

use std::sync::{Arc, OnceLock};

use tokio::runtime;
use tokio::sync::Semaphore;

use crate::core::exit::Error;
use crate::core::station::BoxFuture;

/// How many threads there are when nothing else is said.
const USUAL: usize = 64;

/// Where the work that blocks is done, for one system.
pub(crate) struct Blocking {
    /// One for each thread; given out in the order in which they are asked for.
    places: Arc<Semaphore>,
    /// Whose threads they are: the runtime of the first loop.
    runtime: OnceLock<runtime::Handle>,
}

impl Default for Blocking {
    fn default() -> Self {
        Self::with(USUAL)
    }
}

impl Blocking {
    /// For so much work at a time, at least one.
    pub(super) fn with(threads: usize) -> Self {
        let most = threads.clamp(1, Semaphore::MAX_PERMITS);
        Self {
            places: Arc::new(Semaphore::new(most)),
            runtime: OnceLock::new(),
        }
    }

    /// Says whose threads to take; the first runtime counts.
    pub(super) fn set_runtime(&self, runtime: &runtime::Handle) {
        let _ = self.runtime.set(runtime.clone());
    }

    /// Does the work on a thread, when there is one. The thread is taken until the work is
    /// over, whoever still waits for it.
    pub(super) fn run(&self, work: Box<dyn FnOnce() + Send>) -> BoxFuture<'static, ()> {
        let (places, runtime) = (self.places.clone(), self.runtime.get().cloned());
        Box::pin(async move {
            let Some(runtime) = runtime else { return };
            let Ok(place) = places.acquire_owned().await else {
                return;
            };
            let done = runtime.spawn_blocking(move || {
                work();
                drop(place);
            });
            // A runtime that is gone has not done it; what asked for it says so.
            let _ = done.await;
        })
    }

    /// Runs a future that nobody waits for, beside the first loop's machines. Where there is no
    /// runtime any more it is dropped, and ends as that.
    #[cfg(feature = "remote")]
    pub(crate) fn beside(&self, future: BoxFuture<'static, ()>) {
        if let Some(runtime) = self.runtime.get() {
            drop(runtime.spawn(future));
        }
    }

    /// Runs what waits for such work beside whoever wants to know.
    pub(crate) fn begin<T, W>(&self, work: W) -> impl Future<Output = Result<T, Error>> + use<T, W>
    where
        T: Send + 'static,
        W: Future<Output = Result<T, Error>> + Send + 'static,
    {
        let task = self.runtime.get().map(|runtime| runtime.spawn(work));
        async move {
            let gone = || Error::raised("the work was not done: its system is gone");
            match task {
                Some(task) => task.await.unwrap_or_else(|_| Err(gone())),
                None => Err(gone()),
            }
        }
    }
}
