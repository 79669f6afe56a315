//! A node: a system that others can reach.

use std::fmt;
use std::net::UdpSocket;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use tokio::runtime;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use super::codec::{self, Remote};
use super::error::{ConnectError, NodeError, ReachError, unreached};
use super::keys::{Credential, Holder, Roles};
use super::link::{Link, open};
use super::local::{Local, Settings};
use super::request::{NotSent, Requests, Responses};
use super::transport::memory::MemoryNetwork;
use super::transport::quic::{Place, Quic};
use super::transport::{Connection, Stranger, Transport};
use crate::core::address::Address;
use crate::core::event::{PeerEvent, SystemEvent};
use crate::core::exit::ExitReason;
use crate::core::time::Time;
use crate::core::wire::Limits;
use crate::core::wire::heartbeat::Heartbeat;
use crate::core::wire::schema::SchemaError;
use crate::driver::System;

/// A system that others can reach, and that reaches others, over an authenticated wire.
///
/// An [`Address`] of a machine on another node is an address as any: the same type, the same
/// `send`, `call`, `closed`, monitors and links. What [`reach`](Self::reach) gives, and what
/// arrives in messages, are such addresses. Letters from one machine to another arrive in the
/// order in which they were sent; a machine whose mailbox there is full keeps its senders here
/// waiting; when the other node is lost, each of its machines has ended for this one, with
/// [`ErrorKind::Lost`](crate::ErrorKind::Lost), and callers hear so at once.
///
/// Clones are the same node. Dropping the last one ends it as [`close`](Self::close) does,
/// without waiting.
#[derive(Clone)]
pub struct Node {
    inner: Arc<Inner>,
}

struct Inner {
    local: Arc<Local>,
    transport: Arc<dyn Transport>,
    accepting: JoinHandle<()>,
}

impl Drop for Inner {
    fn drop(&mut self) {
        self.accepting.abort();
        for link in self.local.links() {
            link.leave("the node ends");
        }
    }
}

/// Settings of a [`Node`].
pub struct NodeBuilder {
    system: System,
    credential: Credential,
    place: Place,
    network: Option<MemoryNetwork>,
    settings: Settings,
}

impl NodeBuilder {
    /// Listens at `host:port` or `:port`; port 0 takes any that is free. Without this the node
    /// only connects.
    #[must_use]
    pub fn listen(mut self, address: impl Into<String>) -> Self {
        self.place = Place::Address(address.into());
        self
    }

    /// Listens where this socket is bound. Whoever binds it before knows that the address is
    /// theirs alone.
    #[must_use]
    pub fn socket(mut self, socket: UdpSocket) -> Self {
        self.place = Place::Socket(socket);
        self
    }

    /// How often the node shows that it lives, and after what silence a peer is declared dead.
    /// Usually 2 and 10 seconds; the silence is at least twice the interval.
    #[must_use]
    pub fn heartbeat(mut self, interval: Duration, silence: Duration) -> Self {
        let interval = interval.max(Duration::from_millis(1));
        self.settings.heartbeat = Heartbeat {
            interval,
            silence: silence.max(interval * 2),
        };
        self
    }

    /// What the node bears of a peer.
    #[must_use]
    pub fn limits(mut self, limits: Limits) -> Self {
        self.settings.limits = Limits {
            frame: limits.frame.max(Limits::FRAME_LEAST),
            window: limits.window.max(1),
            machines: limits.machines,
        };
        self
    }

    /// Reaches others in memory instead of over a network: for tests.
    #[must_use]
    pub fn network(mut self, network: &MemoryNetwork) -> Self {
        self.network = Some(network.clone());
        self
    }

    /// The node, on the runtime in which this is called.
    ///
    /// # Errors
    /// When it cannot listen, and when there is no runtime.
    pub fn start(self) -> Result<Node, NodeError> {
        let runtime = runtime::Handle::try_current().map_err(|_| NodeError::NoRuntime)?;
        let transport: Arc<dyn Transport> = match &self.network {
            Some(network) => {
                let address = match &self.place {
                    Place::Address(address) => address,
                    Place::None | Place::Socket(_) => "",
                };
                Arc::new(network.place(address, self.credential.holder().clone()))
            }
            None => {
                let silence = self.settings.heartbeat.silence;
                let quic = Quic::bind(self.place, &self.credential, silence);
                Arc::new(quic.map_err(NodeError::Transport)?)
            }
        };
        // Tells runs of a node apart; two of one node are never started in one nanosecond.
        #[allow(clippy::disallowed_methods)]
        let incarnation = SystemTime::now()
            .duration_since(SystemTime::UNIX_EPOCH)
            .unwrap_or_default();
        let incarnation = incarnation.as_nanos() as u64 ^ u64::from(std::process::id());
        let system = self.system.clone();
        let local = Arc::new(Local::new(
            self.settings,
            transport.local_address(),
            self.credential.holder().clone(),
            incarnation,
            runtime.clone(),
            system.site(),
            Box::new(move || system.now()),
        ));
        let accepting = runtime.spawn(accept(local.clone(), transport.clone()));
        Ok(Node {
            inner: Arc::new(Inner {
                local,
                transport,
                accepting,
            }),
        })
    }
}

impl Node {
    /// The name of the machine that a program is about, in the program's own process.
    pub const MAIN: &str = "main";

    /// A node of that system, which shows that credential.
    pub fn builder(system: &System, credential: Credential) -> NodeBuilder {
        NodeBuilder {
            system: system.clone(),
            credential,
            place: Place::None,
            network: None,
            settings: Settings::default(),
        }
    }

    /// Where others reach this node, as `ip:port`; empty when it only connects.
    pub fn local_address(&self) -> &str {
        &self.inner.local.address
    }

    /// Lets peers that may send reach the machine by a name. A later machine of the same name
    /// takes its place; addresses that peers have go on leading to the earlier one.
    ///
    /// # Errors
    /// When its messages cannot travel.
    pub fn publish<M: Remote>(&self, name: &str, address: &Address<M>) -> Result<(), SchemaError> {
        let schema = codec::schema::<M>()?;
        self.inner.local.publish(name, address.clone(), schema);
        Ok(())
    }

    /// Takes a name back. Whether something had it.
    pub fn withdraw(&self, name: &str) -> bool {
        self.inner.local.withdraw(name)
    }

    /// Answers what peers ask for that is no machine; the first call counts.
    pub fn requests(&self, requests: impl Requests) {
        let _ = self.inner.local.requests.set(Arc::new(requests));
    }

    /// Tells of each link that comes about from now on, whoever began it; the first call counts.
    #[cfg(feature = "console")]
    pub(crate) fn linked(&self, told: impl Fn(Peer) + Send + Sync + 'static) {
        let _ = self.inner.local.linked.set(Box::new(told));
    }

    /// A link with the node at that address: the one that there is, or a new one.
    ///
    /// # Errors
    /// When nobody answers there, or refuses; the error says why.
    pub async fn connect(&self, address: &str) -> Result<Peer, ConnectError> {
        let local = &self.inner.local;
        let error = |why: String| ConnectError {
            address: address.to_owned(),
            why,
        };
        let known = local.links().into_iter();
        if let Some(link) = known
            .into_iter()
            .find(|link| link.address() == address && !link.is_lost())
        {
            return Ok(Peer { link });
        }
        let connection = self.inner.transport.connect(address).await.map_err(error)?;
        let opened = open(local, connection).await;
        let (link, connection, early) = opened.map_err(|refusal| error(refusal.why))?;
        begin(local, &link, connection, early);
        Ok(Peer { link })
    }

    /// The address of the machine that the node at `address` has published as `name`.
    ///
    /// # Errors
    /// When the node is not reached, when nothing has that name, and when it is another machine
    /// or takes other messages: the error names the difference.
    pub async fn reach<M: Remote>(
        &self,
        name: &str,
        address: &str,
    ) -> Result<Address<M>, ReachError> {
        self.connect(address).await?.reach(name).await
    }

    /// The address of the machine whose own program is at `address`, as the node says that has
    /// started it.
    ///
    /// # Errors
    /// As those of [`reach`](Self::reach).
    pub async fn reach_process<M: Remote>(&self, address: &str) -> Result<Address<M>, ReachError> {
        self.reach(Self::MAIN, address).await
    }

    /// Shows another credential to whom it meets from now on, for example one that is valid for
    /// longer. Links that there are go on.
    ///
    /// # Errors
    /// When it does not fit together; the one before stays.
    pub fn renew(&self, credential: &Credential) -> Result<(), String> {
        self.inner.transport.renew(credential)
    }

    /// Lets holders of credentials with those names in no more, and ends the links with them: for
    /// credentials that were lost, or should never have been given.
    pub fn refuse(&self, names: impl IntoIterator<Item = String>) {
        self.inner.local.refuse(names);
    }

    /// The nodes and programs that this one is linked with.
    pub fn peers(&self) -> Vec<Peer> {
        let links = self.inner.local.links();
        links.into_iter().map(|link| Peer { link }).collect()
    }

    /// Ends all links, when what was sent has arrived, and lets nobody in any more. The
    /// system's machines go on.
    pub async fn close(&self) {
        self.inner.accepting.abort();
        let links = self.inner.local.links();
        for link in &links {
            link.leave("the node ends");
        }
        for link in links {
            link.closed().await;
        }
        self.inner.transport.close().await;
    }
}

impl fmt::Debug for Node {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Node")
            .field("address", &self.local_address())
            .field("peers", &self.peers())
            .finish_non_exhaustive()
    }
}

/// Lets others in, one after the other, each greeted in a task of its own.
async fn accept(local: Arc<Local>, transport: Arc<dyn Transport>) {
    while let Some(connected) = transport.accept().await {
        let stranger = |address: String, why: String| {
            let event = PeerEvent::Refused(why);
            let peer = address;
            local.site.report(SystemEvent::Peer { peer, event });
        };
        match connected {
            Err(Stranger { address, why }) => stranger(address, why),
            Ok(connection) => {
                local.runtime.spawn(greet(local.clone(), connection));
            }
        }
    }
}

/// How long a peer may take to greet.
const PATIENCE: Duration = Duration::from_secs(10);

async fn greet(local: Arc<Local>, connection: Connection) {
    let peer = format!("{} at {}", connection.holder, connection.address);
    let late = local.site.sleep(PATIENCE);
    let opened = tokio::select! {
        biased;
        opened = open(&local, connection) => opened.map_err(|refusal| refusal.why),
        () = late => Err("it did not greet in time".to_owned()),
    };
    match opened {
        Ok((link, connection, early)) => begin(&local, &link, connection, early),
        Err(why) => {
            let event = PeerEvent::Refused(why);
            local.site.report(SystemEvent::Peer { peer, event });
        }
    }
}

fn begin(local: &Arc<Local>, link: &Arc<Link>, connection: Connection, early: Vec<u8>) {
    local.link(link);
    link.report(PeerEvent::Linked);
    if let Some(told) = local.linked.get() {
        told(Peer { link: link.clone() });
    }
    local.runtime.spawn(link.clone().run(connection, early));
}

/// Another node, or a program, that this node is linked with. Clones are the same link.
#[derive(Clone)]
pub struct Peer {
    link: Arc<Link>,
}

impl Peer {
    pub(super) fn new(link: Arc<Link>) -> Self {
        Self { link }
    }

    /// Who it is, by its certificate.
    pub fn holder(&self) -> &Holder {
        self.link.holder()
    }

    /// Where it is.
    pub fn address(&self) -> &str {
        self.link.address()
    }

    /// Whether its credential allows all of that.
    pub fn may(&self, roles: Roles) -> bool {
        self.link.may(roles)
    }

    /// Whether the link is over.
    pub fn is_lost(&self) -> bool {
        self.link.is_lost()
    }

    /// Waits until the link is over; why it is.
    pub async fn closed(&self) -> ExitReason {
        self.link.closed().await
    }

    /// It is known that it has ended: the link is over at once.
    pub(crate) fn lose(&self, why: &str) {
        self.link.lose(why);
        self.link.leave(why);
    }

    /// When it has last shown that it lives.
    pub(super) fn heard(&self) -> Time {
        self.link.heard()
    }

    /// Runs a future for as long as the link lasts.
    #[cfg(feature = "console")]
    pub(crate) fn spawn(&self, future: impl Future<Output = ()> + Send + 'static) {
        self.link.spawn(future);
    }

    /// Ends the link, when what was sent has arrived.
    pub fn leave(&self, why: &str) {
        self.link.leave(why);
    }

    /// The address of the machine that it has published as `name`.
    ///
    /// # Errors
    /// As those of [`Node::reach`].
    pub async fn reach<M: Remote>(&self, name: &str) -> Result<Address<M>, ReachError> {
        let schema = codec::schema::<M>()?;
        let machine = &*M::CHART.name;
        let (sender, answer) = oneshot::channel();
        self.link
            .ask_for(name, machine, schema.fingerprint(), sender);
        let name = name.to_owned();
        let Ok(reached) = answer.await else {
            let why = self.link.why_lost();
            let address = self.address().to_owned();
            return Err(ConnectError { address, why }.into());
        };
        let (code, why) = match reached {
            Ok(machine) => {
                let entered = self.link.enter::<M>(machine);
                return entered.map_err(|why| ReachError::Refused { name, why });
            }
            Err(refused) => refused,
        };
        Err(match code {
            unreached::NONE => ReachError::Unknown {
                name,
                published: why.lines().map(str::to_owned).collect(),
            },
            unreached::KIND => ReachError::Kind {
                name,
                expected: machine.to_owned(),
                found: why,
            },
            unreached::SCHEMA => ReachError::Schema {
                name,
                difference: schema.difference(&why),
            },
            _ => ReachError::Refused { name, why },
        })
    }

    /// Asks for something that is no machine: see [`Requests`].
    ///
    /// # Errors
    /// When it is too long. That the peer is lost is what the answers say.
    pub async fn request(&self, body: &[u8]) -> Result<Responses, NotSent> {
        self.link.ask(body).await
    }
}

impl PartialEq for Peer {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.link, &other.link)
    }
}

impl Eq for Peer {}

impl fmt::Debug for Peer {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Peer({})", self.link.peer())
    }
}
