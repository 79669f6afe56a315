//! What starts programs elsewhere, as machines see it.

use std::task::{Context, Poll};

use crate::core::exit::Identity;
use crate::core::station::BoxFuture;
use crate::remote::node::Node;

/// A program that is to be started.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Order {
    /// `package/Machine[version][:tag]`.
    pub name: String,
    /// Its arguments.
    pub arguments: Vec<String>,
    /// The address of the node that is to start it, when that is not the host's own.
    pub node: Option<String>,
}

/// What happens to a program that was started.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum News {
    /// Its machine has started, and is published as [`Node::MAIN`] at that address.
    Started {
        /// Where it is.
        address: String,
    },
    /// It has failed, or cannot be started; `Exited` follows.
    Errored {
        /// Why.
        error: String,
    },
    /// It has ended. Nothing follows.
    Exited,
}

/// Starts programs: the node under which this program runs
/// (`process::Node`), or something of your own.
pub trait Host: Send + Sync + 'static {
    /// Has the program started, and goes on at once.
    fn start(&self, order: &Order) -> Box<dyn Hosted>;

    /// By what its machine is reached.
    ///
    /// # Errors
    /// When this program reaches nobody: why.
    fn wire(&self) -> BoxFuture<'static, Result<Node, String>>;

    /// A machine of this system stands for programs of this host, from now on or no longer: for a
    /// host that tells of them itself.
    fn stands_in(&self, machine: Identity, stands: bool) {
        let _ = (machine, stands);
    }
}

/// A program that was started. Dropped, it is asked to end.
pub trait Hosted: Send {
    /// What happens to it, in order; [`News::Exited`] is the last, and always comes.
    fn poll_news(&mut self, context: &mut Context<'_>) -> Poll<News>;

    /// Asks it to end in good order.
    fn stop(&mut self);

    /// Ends it at once.
    fn kill(&mut self);
}
