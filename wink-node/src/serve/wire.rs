//! The wire of a node: on a thread of its own, so that who connects does not wait while programs
//! are run, and packets do not pile up until the system throws them away.

use super::Options;
use super::complaints::Complaints;
use super::connection::Door;
use crate::clock::Clock;
use rustix::net::sockopt::{set_socket_recv_buffer_size, set_socket_recv_buffer_size_force};
use std::net::UdpSocket;
use std::thread::JoinHandle;
use std::time::Duration;
use tokio::sync::oneshot;
use wink_runtime::System;
use wink_runtime::remote::{Credential, Node, NodeError};

/// How long others may take to hear that the node ends.
const FAREWELL: Duration = Duration::from_millis(200);

/// What the system is asked to keep of packets that have not been read, in bytes. It gives an
/// ordinary user a twentieth of that: a hundred handshakes at a time.
const UNREAD: usize = 4 << 20;

/// A thread with a node's end of the wire.
pub(super) struct Wire {
    end: oneshot::Sender<()>,
    ended: oneshot::Receiver<()>,
    thread: JoinHandle<()>,
    node: Node,
}

impl Wire {
    /// Listens on that socket; what is asked goes to the door.
    ///
    /// # Errors
    /// When the credential does not fit together, or the system refuses a thread.
    #[allow(clippy::disallowed_methods, reason = "the node is a driver")]
    pub(super) fn begin(
        socket: UdpSocket,
        credential: Credential,
        options: &Options,
        door: Door,
    ) -> Result<Wire, NodeError> {
        let size = set_socket_recv_buffer_size_force(&socket, UNREAD);
        // That is the administrator's alone.
        let _ = size.or_else(|_| set_socket_recv_buffer_size(&socket, UNREAD));
        let refused = |error| NodeError::Transport(format!("the wire does not start: {error}"));
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .map_err(refused)?;
        let complaints = Complaints::new(Clock::start());
        let system = System::builder().log(move |event| complaints.report(event));
        let entered = runtime.enter();
        let system = system.build();
        let node = Node::builder(&system, credential)
            .socket(socket)
            .heartbeat(options.heartbeat, options.lost_after)
            .start()?;
        node.requests(door);
        drop(entered);
        let (end, asked) = oneshot::channel();
        let (over, ended) = oneshot::channel();
        let own = node.clone();
        let work = async move {
            // Dropped, it is asked too.
            let _ = asked.await;
            // Whoever has its answer leaves by itself.
            let _ = tokio::time::timeout(FAREWELL, node.close()).await;
            drop((node, system));
            let _ = over.send(());
        };
        let thread = std::thread::Builder::new().name("wire".to_owned());
        let thread = thread.spawn(move || runtime.block_on(work));
        Ok(Wire {
            end,
            ended,
            thread: thread.map_err(refused)?,
            node: own,
        })
    }

    /// The end of the wire itself, to reach others by.
    pub(super) fn node(&self) -> Node {
        self.node.clone()
    }

    /// Ends all links.
    pub(super) async fn end(self) {
        drop(self.node);
        let _ = self.end.send(());
        let _ = self.ended.await;
        // It has nothing left to do.
        let _ = self.thread.join();
    }
}
