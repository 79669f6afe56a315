//! The node under which a machine runs, as the machine sees it.

use super::link::Out;
use super::protocol::{FromMachine, News};
#[cfg(all(unix, feature = "remote"))]
use super::wire::Known;
use crate::core::exit::{Identity, MachineId};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::future::poll_fn;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

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
    /// The machines that stand for processes.
    stand_ins: Mutex<BTreeSet<MachineId>>,
    #[cfg(all(unix, feature = "remote"))]
    wire: Known,
}

impl Node {
    pub(super) fn new(out: Out, address: String) -> Self {
        Node(Arc::new(Inner {
            out,
            address,
            next: AtomicU64::new(1),
            children: Mutex::default(),
            started: Mutex::default(),
            stand_ins: Mutex::default(),
            #[cfg(all(unix, feature = "remote"))]
            wire: Known::new(),
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
            let mut process = node.spawn(name, arguments, None);
            let mut failure = None;
            loop {
                match poll_fn(|context| process.poll_news(context)).await {
                    Some(News::Started { .. }) => {}
                    Some(News::Errored { error }) => failure = Some(error),
                    Some(News::Exited { .. }) => return failure.map_or(Ok(()), Err),
                    None => return Err(GONE.to_owned()),
                }
            }
        }
    }

    /// Has a process started, by this node or that other one.
    pub(super) fn spawn(
        &self,
        name: String,
        arguments: Vec<String>,
        node: Option<String>,
    ) -> Process {
        let id = self.0.next.fetch_add(1, Ordering::Relaxed);
        let (told, news) = unbounded_channel();
        self.children().insert(id, told);
        self.0.out.send(&FromMachine::Spawn {
            id,
            name,
            arguments,
            node,
        });
        Process {
            node: self.clone(),
            id,
            news,
            is_over: false,
        }
    }

    fn started(&self) -> MutexGuard<'_, BTreeSet<String>> {
        self.0
            .started
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }

    /// Machines that stand for processes.
    pub(super) fn stand_ins(&self) -> MutexGuard<'_, BTreeSet<MachineId>> {
        let stand_ins = self.0.stand_ins.lock();
        stand_ins.unwrap_or_else(PoisonError::into_inner)
    }

    #[cfg(all(unix, feature = "remote"))]
    pub(super) fn wire(&self) -> &Known {
        &self.0.wire
    }

    /// Whether it stands for a process: of that the node tells itself.
    pub(super) fn tells_of(&self, machine: &Identity) -> bool {
        match machine.id().is_task() {
            true => self.started().contains(machine.name()),
            false => self.stand_ins().contains(&machine.id()),
        }
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

/// Why a process is not heard of any more.
pub(super) const GONE: &str = "the node is gone";

/// A process that was asked for. Dropped before it has ended, it is to end.
pub(super) struct Process {
    node: Node,
    id: u64,
    news: UnboundedReceiver<News>,
    is_over: bool,
}

impl Process {
    /// What happens to it; `None` when the node is gone.
    pub(super) fn poll_news(&mut self, context: &mut Context<'_>) -> Poll<Option<News>> {
        let news = self.news.poll_recv(context);
        if let Poll::Ready(None | Some(News::Exited { .. })) = &news {
            self.is_over = true;
        }
        news
    }

    #[cfg(all(unix, feature = "remote"))]
    pub(super) fn stop(&self) {
        let stop = FromMachine::StopChild { id: self.id };
        self.node.0.out.send(&stop);
    }

    #[cfg(all(unix, feature = "remote"))]
    pub(super) fn kill(&self) {
        let kill = FromMachine::KillChild { id: self.id };
        self.node.0.out.send(&kill);
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        if !self.is_over {
            self.node.children().remove(&self.id);
            let stop = FromMachine::StopChild { id: self.id };
            self.node.0.out.send(&stop);
        }
    }
}
