//! Links and monitors: whoever ends, those who care hear of it at once, and hear why.
//!
//! Two of any kind can be linked: machines, and plain futures on any executor. A future takes
//! part through a [`Task`]; from outside, machines and tasks alike are a [`Handle`]. Nothing here
//! knows an executor, a clock or a thread.
//!
//! ```
//! use wink_runtime::{Crash, LinkMode, Task};
//!
//! # futures_block(async {
//! let (server, logger) = (Task::new("server"), Task::new("logger"));
//! server.link(&logger, LinkMode::Peer)?;
//! // Each of the two would be spawned on an executor.
//! let logging = logger.manage(async { Err::<(), _>("disk full") }).await;
//! assert!(matches!(logging, Err(Crash::Failed("disk full"))));
//! let serving = server.manage(async { Ok::<_, String>(()) }).await;
//! let Err(Crash::Linked(error)) = serving else { panic!("the server fails with its logger") };
//! assert_eq!(error.root_cause().to_string(), "disk full");
//! # Ok::<(), wink_runtime::LinkError>(())
//! # }).unwrap();
//! # fn futures_block<F: Future>(future: F) -> F::Output {
//! #     let mut future = std::pin::pin!(future);
//! #     let mut context = std::task::Context::from_waker(std::task::Waker::noop());
//! #     match future.as_mut().poll(&mut context) {
//! #         std::task::Poll::Ready(output) => output,
//! #         std::task::Poll::Pending => panic!("nothing here waits"),
//! #     }
//! # }
//! ```

mod ear;
mod manage;
mod task;

use crate::core::address::Address;
use crate::core::effect::ReplyOf;
use crate::core::link::{LinkError, LinkMode};
use crate::core::machine::Machine;
use crate::core::station::{Handle, Tie};

pub(crate) use ear::ear;
pub use manage::{Crash, Watched};
pub use task::{Notice, Task};

/// What can be linked and monitored: machines, by their [`Address`] or [`Handle`], and [`Task`]s.
pub trait Linkable {
    /// Its address, without its type.
    fn handle(&self) -> Handle;
}

impl Linkable for Handle {
    fn handle(&self) -> Handle {
        self.clone()
    }
}

impl<M> Linkable for Address<M>
where
    M: Machine + 'static,
    M::Message: Send,
    ReplyOf<M>: Send,
{
    fn handle(&self) -> Handle {
        Address::handle(self)
    }
}

/// Links, from outside of both. A machine links itself with another one by
/// [`Context::link`](crate::Context::link), a future by [`Task::link`].
impl Handle {
    /// Links this one, as the first, with `other`, as the second. What they have already is
    /// added to: two that are linked in two modes hear what either mode promises, once.
    ///
    /// Costs the same however many are linked with either. A machine hears of an end in its
    /// `down` rows; with [`LinkMode::Peer`] it fails with the other one when it has none.
    ///
    /// # Errors
    /// At once, in every mode, when either has ended, with the reason; and when the two are the
    /// same. Nothing is linked then.
    pub fn link(&self, other: &impl Linkable, mode: LinkMode) -> Result<(), LinkError> {
        let other = &other.handle();
        if self == other {
            return Err(LinkError::Oneself(self.identity()));
        }
        let tie = match mode {
            LinkMode::Peer => Tie::Link,
            LinkMode::Monitor | LinkMode::Notify => Tie::Monitor,
        };
        for handle in [self, other] {
            if let Some(reason) = handle.ended() {
                let machine = handle.identity();
                return Err(LinkError::Ended { machine, reason });
            }
        }
        // Who ends from here on tells those who are tied by then, and at once those who come
        // later: either way nobody waits for a notice that never comes.
        if mode.first_hears() {
            other.hear(self, tie);
        }
        if mode.second_hears() {
            self.hear(other, tie);
        }
        Ok(())
    }

    /// Takes back what [`link`](Self::link) did, in the directions of `mode`. It does not matter
    /// in which mode the two were linked: after `unlink(…, LinkMode::Monitor)` this one does not
    /// hear of the other's end, unless it spawned it.
    ///
    /// A notice that a task has not received yet is taken back too; one that is on its way to a
    /// machine still arrives.
    pub fn unlink(&self, other: &impl Linkable, mode: LinkMode) {
        let other = &other.handle();
        if mode.first_hears() {
            other.0.untie(self);
            self.0.forget(other);
        }
        if mode.second_hears() {
            self.0.untie(other);
            other.0.forget(self);
        }
    }

    /// Has `listener` hear of this one's end.
    fn hear(&self, listener: &Handle, tie: Tie) {
        listener.0.note(self, tie);
        self.watch(listener.clone(), tie);
    }
}
