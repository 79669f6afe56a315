//! Whether a machine's messages can travel, which is not known where its program is declared.
//!
//! Which of the two methods is meant is decided by the compiler, by how often it has to borrow:
//! David Tolnay's "autoref specialization".

use crate::core::machine::Machine;
use crate::process::Publish;
use crate::remote::{Node, Remote};
use std::marker::PhantomData;

/// Whether messages of that machine can travel: write `(&Travels::new()).publish()`.
pub struct Travels<M>(PhantomData<fn() -> M>);

impl<M> Travels<M> {
    /// Of that machine.
    #[allow(clippy::new_without_default)]
    pub fn new() -> Self {
        Travels(PhantomData)
    }
}

/// The first choice.
pub trait ByRemote<M: Machine> {
    /// What publishes the machine in its process.
    fn publish(&self) -> Option<Publish<M>>;
}

impl<M: Remote> ByRemote<M> for &Travels<M> {
    fn publish(&self) -> Option<Publish<M>> {
        Some(|wire, address| {
            let published = wire.publish(Node::MAIN, address);
            published.map_err(|error| error.to_string())
        })
    }
}

/// The second choice.
pub trait ByNothing<M: Machine> {
    /// Nothing.
    fn publish(&self) -> Option<Publish<M>>;
}

impl<M: Machine> ByNothing<M> for Travels<M> {
    fn publish(&self) -> Option<Publish<M>> {
        None
    }
}

/// What publishes the machine, or nothing.
#[doc(hidden)]
#[macro_export]
macro_rules! __travels {
    ($machine:ty) => {{
        #[allow(unused_imports)]
        use $crate::private::travels::{ByNothing as _, ByRemote as _, Travels};
        (&&Travels::<$machine>::new()).publish()
    }};
}
