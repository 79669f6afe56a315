//! Work that blocks its thread, beside a machine: what comes of it arrives as a message.

use std::future::Future;
use std::sync::{Arc, Mutex, PoisonError};

use crate::core::context::Context;
use crate::core::effect::ReplyOf;
use crate::core::exit::Error;
use crate::core::machine::Machine;
use crate::core::station::{Handle, Site};
use crate::driver::catch;

/// Has `work` done by the driver. A panic of the work is an error with its message and place.
pub(crate) async fn block<T, F>(site: Arc<dyn Site>, work: F) -> Result<T, Error>
where
    T: Send + 'static,
    F: FnOnce() -> T + Send + 'static,
{
    let result = Arc::new(Mutex::new(None));
    let into = result.clone();
    let work = Box::new(move || {
        let done = catch(work);
        *into.lock().unwrap_or_else(PoisonError::into_inner) = Some(done);
    });
    site.block(work).await;
    let mut result = result.lock().unwrap_or_else(PoisonError::into_inner);
    let gone = || Err(Error::raised("the work was not done: its system is gone"));
    result.take().unwrap_or_else(gone)
}

/// Work that blocks.
impl<M> Context<M>
where
    M: Machine + 'static,
    M::Message: Send,
    ReplyOf<M>: Send,
{
    /// Does work that blocks its thread (a long computation, a file, a library that knows no
    /// futures) on a thread for such work, when this step has completed; not at all when this
    /// step fails. What it comes to arrives as the message that `wrap` makes of it:
    /// `cx.spawn_blocking("hash", move || hash(&password), Message::Hashed)`. A panic is an
    /// error with its message and place.
    ///
    /// It is a child of this machine as a future is, see
    /// [`spawn_future`](Self::spawn_future). When the machine ends, work that has not begun never
    /// does; nothing can end what has, and its result is dropped. How much is done at a time is
    /// bounded: see `SystemBuilder::blocking`. The rest waits, in order.
    pub fn spawn_blocking<T, F, W>(&mut self, name: &'static str, work: F, wrap: W) -> Handle
    where
        T: Send + 'static,
        F: FnOnce() -> T + Send + 'static,
        W: FnOnce(Result<T, Error>) -> M::Message + Send + 'static,
    {
        let site = self.mailbox().site().clone();
        self.attach_future(name, block(site, work), wrap)
    }
}

#[cfg(feature = "tokio")]
impl crate::System {
    /// Does work that blocks its thread on a thread for such work, from now on, also when the
    /// future is dropped. See [`Context::spawn_blocking`] for machines.
    ///
    /// # Errors
    /// A panic of the work, with its message and place; and when the system's runtime is gone.
    pub fn spawn_blocking<T, F>(
        &self,
        work: F,
    ) -> impl Future<Output = Result<T, Error>> + use<T, F>
    where
        T: Send + 'static,
        F: FnOnce() -> T + Send + 'static,
    {
        self.shared().blocking.begin(block(self.site(), work))
    }
}
