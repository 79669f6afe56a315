//! A network in memory: for tests, with a cable that can be cut.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::mpsc::{self, UnboundedReceiver, UnboundedSender};
use tokio::sync::{Mutex as AsyncMutex, watch};

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
    cut: watch::Sender<bool>,
}

impl MemoryNetwork {
    /// An empty network.
    pub fn new() -> Self {
        Self::default()
    }

    /// From now on nothing arrives anywhere: what is sent is kept back, as a cable that is
    /// pulled out does it. Nobody is told.
    pub fn cut(&self) {
        self.shared.cut.send_replace(true);
    }

    /// What was kept back arrives, late.
    pub fn mend(&self) {
        self.shared.cut.send_replace(false);
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
            let (ours, theirs) = crossed(&self.network, here, there, &closed);
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

type Pipe = (UnboundedSender<Vec<u8>>, UnboundedReceiver<Vec<u8>>);

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

fn crossed(network: &MemoryNetwork, there: Pipes, back: Pipes, closed: &Closed) -> (Half, Half) {
    let wire = || Wire {
        cut: network.shared.cut.subscribe(),
        closed: closed.subscribe(),
    };
    let source = |receiver| -> Box<dyn Source> {
        Box::new(Receiving {
            receiver,
            wire: wire(),
        })
    };
    let sink = |sender| -> Box<dyn Sink> {
        Box::new(Sending {
            sender,
            closed: closed.clone(),
        })
    };
    let beats = |sender, receiver| -> Box<dyn Beats> {
        Box::new(Datagrams {
            sender,
            receiver: AsyncMutex::new(Receiving {
                receiver,
                wire: wire(),
            }),
            closed: closed.clone(),
        })
    };
    let ours = Half {
        control: (source(back.control.1), sink(there.control.0)),
        mail: (source(back.mail.1), sink(there.mail.0)),
        beats: beats(there.beats.0, back.beats.1),
    };
    let theirs = Half {
        control: (source(there.control.1), sink(back.control.0)),
        mail: (source(there.mail.1), sink(back.mail.0)),
        beats: beats(back.beats.0, there.beats.1),
    };
    (ours, theirs)
}

struct Wire {
    cut: watch::Receiver<bool>,
    closed: watch::Receiver<Option<String>>,
}

struct Receiving {
    receiver: UnboundedReceiver<Vec<u8>>,
    wire: Wire,
}

impl Receiving {
    async fn next(&mut self) -> Result<Option<Vec<u8>>, String> {
        let Wire { cut, closed } = &mut self.wire;
        let next = tokio::select! {
            biased;
            piece = self.receiver.recv() => Ok(piece),
            why = closed.wait_for(Option::is_some) => Err(match why {
                Ok(why) => why.clone().unwrap_or_default(),
                Err(_) => "closed by the other node".to_owned(),
            }),
        };
        // What is under way arrives when the cable is whole again. The network outlives its
        // connections in every test that cuts it.
        let _ = cut.wait_for(|is_cut| !is_cut).await;
        next
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
    sender: UnboundedSender<Vec<u8>>,
    closed: Closed,
}

impl Sink for Sending {
    fn write<'a>(&'a mut self, bytes: &'a [u8]) -> BoxFuture<'a, Result<(), String>> {
        let sent = self.sender.send(bytes.to_vec()).map_err(|_| {
            let why = self.closed.borrow().clone();
            why.unwrap_or_else(|| "closed by the other node".to_owned())
        });
        Box::pin(std::future::ready(sent))
    }
}

struct Datagrams {
    sender: UnboundedSender<Vec<u8>>,
    receiver: AsyncMutex<Receiving>,
    closed: Closed,
}

impl Beats for Datagrams {
    fn send(&self, bytes: &[u8]) {
        // Who has gone away hears nothing.
        let _ = self.sender.send(bytes.to_vec());
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
