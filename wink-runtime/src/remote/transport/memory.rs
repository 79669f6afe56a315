//! A network in memory: for tests, with cables that can be cut and that can be slow.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::mpsc::{self, UnboundedReceiver, UnboundedSender};
use tokio::sync::{Mutex as AsyncMutex, watch};
use tokio::time::Instant;

use super::{Beats, Connection, Sink, Source, Stranger, Transport};
use crate::core::station::BoxFuture;
use crate::remote::keys::{Credential, Holder};

/// Nodes that reach each other by name, without a socket. Clones are the same network.
#[derive(Clone, Default)]
pub struct MemoryNetwork {
    shared: Arc<Shared>,
}

#[derive(Default)]
struct Shared {
    listeners: Mutex<BTreeMap<String, UnboundedSender<Connection>>>,
    weather: watch::Sender<Weather>,
}

/// What the network is like at the moment.
#[derive(Clone, Debug, Default)]
struct Weather {
    is_cut: bool,
    /// Whose words do not arrive anywhere.
    silenced: BTreeSet<String>,
    /// How long everything is on its way.
    delay: Duration,
    /// One datagram in so many is lost; 0 for none.
    loses: u64,
}

impl Weather {
    fn holds(&self, from: &str) -> bool {
        self.is_cut || self.silenced.contains(from)
    }
}

impl MemoryNetwork {
    /// An empty network.
    pub fn new() -> Self {
        Self::default()
    }

    /// From now on nothing arrives anywhere: what is sent is kept back, as a cable that is
    /// pulled out does it. Nobody is told.
    pub fn cut(&self) {
        self.change(|weather| weather.is_cut = true);
    }

    /// From now on nothing arrives of what that node sends, but it hears the others: a cable
    /// that is broken in one direction.
    pub fn cut_from(&self, address: &str) {
        self.change(|weather| {
            weather.silenced.insert(address.to_owned());
        });
    }

    /// What was kept back arrives, late.
    pub fn mend(&self) {
        self.change(|weather| {
            weather.is_cut = false;
            weather.silenced.clear();
        });
    }

    /// From now on everything is on its way for so long, by the clock of the runtime. Within a
    /// stream the order stays.
    pub fn delay(&self, delay: Duration) {
        self.change(|weather| weather.delay = delay);
    }

    /// From now on one datagram in so many is lost, on each connection; 0 for none. Streams lose
    /// nothing: what carries them sends again.
    pub fn lose_one_in(&self, count: u64) {
        self.change(|weather| weather.loses = count);
    }

    fn change(&self, change: impl FnOnce(&mut Weather)) {
        self.shared.weather.send_modify(change);
    }

    /// A node's place in the network.
    pub(in crate::remote) fn place(&self, address: &str, holder: Holder) -> Memory {
        let (sender, incoming) = mpsc::unbounded_channel();
        let mut listeners = self.listeners();
        listeners.insert(address.to_owned(), sender);
        drop(listeners);
        Memory {
            network: self.clone(),
            address: address.to_owned(),
            holder,
            incoming: AsyncMutex::new(incoming),
        }
    }

    fn listeners(
        &self,
    ) -> std::sync::MutexGuard<'_, BTreeMap<String, UnboundedSender<Connection>>> {
        let listeners = self.shared.listeners.lock();
        listeners.unwrap_or_else(PoisonError::into_inner)
    }
}

impl std::fmt::Debug for MemoryNetwork {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let names: Vec<String> = self.listeners().keys().cloned().collect();
        formatter
            .debug_tuple("MemoryNetwork")
            .field(&names)
            .finish()
    }
}

pub(in crate::remote) struct Memory {
    network: MemoryNetwork,
    address: String,
    holder: Holder,
    incoming: AsyncMutex<UnboundedReceiver<Connection>>,
}

impl Transport for Memory {
    fn local_address(&self) -> String {
        self.address.clone()
    }

    fn connect(&self, address: &str) -> BoxFuture<'_, Result<Connection, String>> {
        let listener = self.network.listeners().get(address).cloned();
        let address = address.to_owned();
        Box::pin(async move {
            let nobody = || format!("nobody listens at {address}");
            let listener = listener.ok_or_else(nobody)?;
            let closed = Arc::new(watch::Sender::new(None));
            let (here, there) = (Pipes::new(), Pipes::new());
            let ends = [self.address.as_str(), &address];
            let (ours, theirs) = crossed(&self.network, ends, here, there, &closed);
            let to_them = theirs.with(self.holder.clone(), self.address.clone());
            listener.send(to_them).map_err(|_| nobody())?;
            // In memory everybody shows the certificate that the test has given it.
            let holder = Holder {
                name: address.replace(|letter: char| !letter.is_ascii_alphanumeric(), "-"),
                ..self.holder.clone()
            };
            Ok(ours.with(holder, address))
        })
    }

    fn accept(&self) -> BoxFuture<'_, Option<Result<Connection, Stranger>>> {
        Box::pin(async move { self.incoming.lock().await.recv().await.map(Ok) })
    }

    fn renew(&self, _: &Credential) -> Result<(), String> {
        // Its holder stays who it is.
        Ok(())
    }

    fn close(&self) -> BoxFuture<'_, ()> {
        self.network.listeners().remove(&self.address);
        Box::pin(std::future::ready(()))
    }
}

/// The three ways in one direction.
struct Pipes {
    control: Pipe,
    mail: Pipe,
    beats: Pipe,
}

/// Something that was sent, and when.
type Piece = (Instant, Vec<u8>);

type Pipe = (UnboundedSender<Piece>, UnboundedReceiver<Piece>);

#[allow(
    clippy::disallowed_methods,
    reason = "a network takes its time, and no machine is told"
)]
fn piece(bytes: &[u8]) -> Piece {
    (Instant::now(), bytes.to_vec())
}

impl Pipes {
    fn new() -> Self {
        Self {
            control: mpsc::unbounded_channel(),
            mail: mpsc::unbounded_channel(),
            beats: mpsc::unbounded_channel(),
        }
    }
}

/// Why the connection was closed, once it is.
type Closed = Arc<watch::Sender<Option<String>>>;

struct Half {
    control: (Box<dyn Source>, Box<dyn Sink>),
    mail: (Box<dyn Source>, Box<dyn Sink>),
    beats: Box<dyn Beats>,
}

impl Half {
    fn with(self, holder: Holder, address: String) -> Connection {
        Connection {
            holder,
            address,
            control: self.control,
            mail: self.mail,
            beats: self.beats,
        }
    }
}

fn crossed(
    network: &MemoryNetwork,
    [here, peer]: [&str; 2],
    there: Pipes,
    back: Pipes,
    closed: &Closed,
) -> (Half, Half) {
    let wire = |from: &str| Wire {
        from: from.to_owned(),
        weather: network.shared.weather.subscribe(),
        closed: closed.subscribe(),
    };
    let source = |receiver, from| -> Box<dyn Source> {
        Box::new(Receiving {
            receiver,
            wire: wire(from),
        })
    };
    let sink = |sender| -> Box<dyn Sink> {
        Box::new(Sending {
            sender,
            closed: closed.clone(),
        })
    };
    let beats = |sender, receiver, from| -> Box<dyn Beats> {
        Box::new(Datagrams {
            sender,
            receiver: AsyncMutex::new(Receiving {
                receiver,
                wire: wire(from),
            }),
            network: network.clone(),
            sent: AtomicU64::new(0),
            closed: closed.clone(),
        })
    };
    let ours = Half {
        control: (source(back.control.1, peer), sink(there.control.0)),
        mail: (source(back.mail.1, peer), sink(there.mail.0)),
        beats: beats(there.beats.0, back.beats.1, peer),
    };
    let theirs = Half {
        control: (source(there.control.1, here), sink(back.control.0)),
        mail: (source(there.mail.1, here), sink(back.mail.0)),
        beats: beats(back.beats.0, there.beats.1, here),
    };
    (ours, theirs)
}

struct Wire {
    /// Who sends.
    from: String,
    weather: watch::Receiver<Weather>,
    closed: watch::Receiver<Option<String>>,
}

struct Receiving {
    receiver: UnboundedReceiver<Piece>,
    wire: Wire,
}

impl Receiving {
    async fn next(&mut self) -> Result<Option<Vec<u8>>, String> {
        let Wire {
            from,
            weather,
            closed,
        } = &mut self.wire;
        let next = tokio::select! {
            biased;
            piece = self.receiver.recv() => Ok(piece),
            why = closed.wait_for(Option::is_some) => Err(match why {
                Ok(why) => why.clone().unwrap_or_default(),
                Err(_) => "closed by the other node".to_owned(),
            }),
        };
        if let Ok(Some((sent, _))) = &next {
            let delay = weather.borrow().delay;
            tokio::time::sleep_until(*sent + delay).await;
        }
        // What is under way arrives when the cable is whole again. The network outlives its
        // connections in every test that cuts it.
        let _ = weather.wait_for(|weather| !weather.holds(from)).await;
        next.map(|piece| piece.map(|(_, bytes)| bytes))
    }
}

impl Source for Receiving {
    fn read<'a>(&'a mut self, bytes: &'a mut Vec<u8>) -> BoxFuture<'a, Result<bool, String>> {
        Box::pin(async move {
            let piece = self.next().await?;
            bytes.extend(piece.iter().flatten());
            Ok(piece.is_some())
        })
    }
}

struct Sending {
    sender: UnboundedSender<Piece>,
    closed: Closed,
}

impl Sink for Sending {
    fn write<'a>(&'a mut self, bytes: &'a [u8]) -> BoxFuture<'a, Result<(), String>> {
        let sent = self.sender.send(piece(bytes)).map_err(|_| {
            let why = self.closed.borrow().clone();
            why.unwrap_or_else(|| "closed by the other node".to_owned())
        });
        Box::pin(std::future::ready(sent))
    }
}

struct Datagrams {
    sender: UnboundedSender<Piece>,
    receiver: AsyncMutex<Receiving>,
    network: MemoryNetwork,
    /// How many were sent.
    sent: AtomicU64,
    closed: Closed,
}

impl Beats for Datagrams {
    fn send(&self, bytes: &[u8]) {
        let loses = self.network.shared.weather.borrow().loses;
        let number = self.sent.fetch_add(1, Ordering::Relaxed);
        if loses > 0 && number.is_multiple_of(loses) {
            return;
        }
        // Who has gone away hears nothing.
        let _ = self.sender.send(piece(bytes));
    }

    fn receive(&self) -> BoxFuture<'_, Result<Vec<u8>, String>> {
        Box::pin(async move {
            let piece = self.receiver.lock().await.next().await?;
            piece.ok_or_else(|| "closed by the other node".to_owned())
        })
    }

    fn close(&self, why: &str) {
        self.closed.send_if_modified(|closed| {
            let is_first = closed.is_none();
            closed.get_or_insert_with(|| why.to_owned());
            is_first
        });
    }
}
