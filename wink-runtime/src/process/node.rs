//! The node under which a machine runs, as the machine sees it.

use super::link::Out;
use super::protocol::{FromMachine, News};
use crate::core::exit::Identity;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::sync::mpsc::{UnboundedSender, unbounded_channel};

/// The node under which a machine's process runs: where it can start other machines, each as a
/// process of its own.
///
/// A machine gets it as an argument that is not written on the command line:
///
/// ```text
/// wink::main!(Parent, |node: Option<wink::process::Node>| Parent { node });
/// ```
///
/// `None` when the program runs alone.
#[derive(Clone)]
pub struct Node(Arc<Inner>);

struct Inner {
    out: Out,
    address: String,
    next: AtomicU64,
    children: Mutex<BTreeMap<u64, UnboundedSender<News>>>,
    /// The names of all processes that were, or are about to be, started.
    started: Mutex<BTreeSet<String>>,
}

impl Node {
    pub(super) fn new(out: Out, address: String) -> Self {
        Node(Arc::new(Inner {
            out,
            address,
            next: AtomicU64::new(1),
            children: Mutex::default(),
            started: Mutex::default(),
        }))
    }

    /// The node's address.
    pub fn address(&self) -> &str {
        &self.0.address
    }

    fn children(&self) -> MutexGuard<'_, BTreeMap<u64, UnboundedSender<News>>> {
        self.0
            .children
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }

    /// Starts the machine `package/Machine[version][:tag]` as a process, as a child of this
    /// machine's; ready when that has ended.
    ///
    /// To be run by [`spawn_future`](crate::Context::spawn_future), which makes the process a
    /// child like any other: its spawner's `child` rows hear of its end, and when the spawner
    /// ends, or stops the future, the process is asked to end, and killed after its grace.
    ///
    /// # Errors
    /// When the node cannot start it, when it fails, and when the node is gone: why.
    pub fn start(
        &self,
        name: &str,
        arguments: &[String],
    ) -> impl Future<Output = Result<(), String>> + Send + use<> {
        let (name, node) = (name.to_owned(), self.clone());
        let arguments = arguments.to_vec();
        // Before the future runs: that it has started is told first.
        node.started().insert(name.clone());
        async move {
            let id = node.0.next.fetch_add(1, Ordering::Relaxed);
            let (told, mut news) = unbounded_channel();
            node.children().insert(id, told);
            let mut guard = Guard {
                node: &node,
                id,
                is_over: false,
            };
            node.0.out.send(&FromMachine::Spawn {
                id,
                name,
                arguments,
            });
            let mut failure = None;
            while let Some(news) = news.recv().await {
                match news {
                    News::Started { .. } => {}
                    News::Errored { error } => failure = Some(error),
                    News::Exited { .. } => {
                        guard.is_over = true;
                        return failure.map_or(Ok(()), Err);
                    }
                }
            }
            guard.is_over = true;
            Err("the node is gone".to_owned())
        }
    }

    fn started(&self) -> MutexGuard<'_, BTreeSet<String>> {
        self.0
            .started
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether a future of that name stands for a process: of that the node tells itself.
    pub(super) fn tells_of(&self, machine: &Identity) -> bool {
        machine.id().is_task() && self.started().contains(machine.name())
    }

    /// Something happened to a child.
    pub(super) fn tell(&self, id: u64, news: News) {
        let mut children = self.children();
        if let Some(child) = children.get(&id) {
            let is_over = matches!(news, News::Exited { .. });
            // Its future may just be dropped.
            let _ = child.send(news);
            if is_over {
                children.remove(&id);
            }
        }
    }

    /// The node is gone: no child will be heard of.
    pub(super) fn lose(&self) {
        self.children().clear();
    }
}

impl fmt::Debug for Node {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_tuple("Node")
            .field(&self.0.address)
            .finish()
    }
}

/// Stops the process when its future is dropped before that has ended.
struct Guard<'a> {
    node: &'a Node,
    id: u64,
    is_over: bool,
}

impl Drop for Guard<'_> {
    fn drop(&mut self) {
        if !self.is_over {
            self.node.children().remove(&self.id);
            self.node
                .0
                .out
                .send(&FromMachine::StopChild { id: self.id });
        }
    }
}
