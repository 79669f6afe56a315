//! QUIC: quinn, rustls with ring, TLS 1.3 with certificates on both sides.

mod lost;
mod tuning;

use std::io;
use std::net::{SocketAddr, UdpSocket};
use std::sync::{Arc, PoisonError, RwLock, RwLockReadGuard};
use std::time::Duration;

use bytes::Bytes;
use quinn::crypto::rustls::{QuicClientConfig, QuicServerConfig};
use quinn::{Endpoint, RecvStream, SendStream, TokioRuntime, VarInt};
use rustls::RootCertStore;
use rustls::crypto::CryptoProvider;
use rustls::pki_types::CertificateDer;
use rustls::server::WebPkiClientVerifier;
use tokio::sync::Mutex;
use tokio::task::JoinSet;

use super::{Beats, Connection, NODE, Sink, Source, Stranger, Transport};
use crate::core::station::BoxFuture;
use crate::remote::keys::{Credential, Holder};
use lost::{lost, said};
use tuning::Tuning;

/// The protocol's name in the handshake of TLS.
const PROTOCOL: &[u8] = b"wink/1";

/// What the first byte of a stream says that it is for.
const CONTROL: u8 = b'c';
const MAIL: u8 = b'm';

/// How many handshakes may be under way at a time.
const HANDSHAKES: usize = 256;

/// How long a handshake may take, the first bytes of both streams included.
const PATIENCE: Duration = Duration::from_secs(10);

pub(in crate::remote) struct Quic {
    endpoint: Endpoint,
    address: String,
    tuning: Tuning,
    /// What it shows.
    shown: RwLock<Shown>,
    /// Handshakes under way; who accepts holds the lock.
    incoming: Mutex<JoinSet<Result<Connection, Stranger>>>,
}

/// What a credential makes of whoever connects, and of whoever listens.
#[derive(Clone)]
struct Shown {
    client: quinn::ClientConfig,
    server: quinn::ServerConfig,
    /// The same for who connects from this computer.
    near_server: Arc<quinn::ServerConfig>,
}

/// Where a node listens.
pub(in crate::remote) enum Place {
    /// Nowhere: it only connects.
    None,
    /// At `host:port` or `:port`.
    Address(String),
    /// Where this socket is bound.
    Socket(UdpSocket),
}

impl Quic {
    /// Listens there, or only connects. `silence`: after how long without a packet a connection
    /// is lost.
    ///
    /// # Errors
    /// When the address is no address or taken, or the credential does not fit together.
    pub(in crate::remote) fn bind(
        place: Place,
        credential: &Credential,
        silence: Duration,
    ) -> Result<Self, String> {
        let tuning = Tuning::new(silence);
        let shown = shown(credential, &tuning)?;
        let no_socket = |error| format!("no socket: {error}");
        let socket = match place {
            Place::None => None,
            Place::Socket(socket) => Some(socket),
            Place::Address(listen) => {
                let bound = UdpSocket::bind(resolve(&listen)?);
                Some(bound.map_err(|error| format!("cannot listen at {listen}: {error}"))?)
            }
        };
        let listens = socket.is_some();
        let endpoint = match socket {
            None => {
                let any = SocketAddr::from(([0; 16], 0));
                let plain = SocketAddr::from(([0; 4], 0));
                // A computer without IPv6 has IPv4.
                let bound = UdpSocket::bind(any).or_else(|_| UdpSocket::bind(plain));
                bound.and_then(|socket| endpoint(socket, None))
            }
            Some(socket) => endpoint(socket, Some(shown.server.clone())),
        }
        .map_err(no_socket)?;
        let address = match listens {
            true => endpoint.local_addr().map_err(no_socket)?.to_string(),
            false => String::new(),
        };
        Ok(Self {
            endpoint,
            address,
            tuning,
            shown: RwLock::new(shown),
            incoming: Mutex::new(JoinSet::new()),
        })
    }
}

fn endpoint(socket: UdpSocket, server: Option<quinn::ServerConfig>) -> io::Result<Endpoint> {
    Endpoint::new(tuning::endpoint(), server, socket, Arc::new(TokioRuntime))
}

fn shown(credential: &Credential, tuning: &Tuning) -> Result<Shown, String> {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let mut roots = RootCertStore::empty();
    let added = roots.add(credential.authority().clone());
    added.map_err(|error| format!("the authority's certificate: {error}"))?;
    let roots = Arc::new(roots);
    let client = client(&provider, &roots, credential)?;
    let mut server = server(&provider, &roots, credential)?;
    let mut near_server = server.clone();
    near_server.transport_config(tuning.near.clone());
    server.transport_config(tuning.far.clone());
    Ok(Shown {
        client,
        server,
        near_server: Arc::new(near_server),
    })
}

/// What is written as `host:port`, `ip:port` or `:port` for this computer.
pub(in crate::remote) fn resolve(address: &str) -> Result<SocketAddr, String> {
    let Some((host, port)) = address.rsplit_once(':') else {
        return Err(format!("`{address}` is no address: write `host:port`"));
    };
    let port: u16 = port.parse().map_err(|_| {
        format!("`{address}` is no address: `{port}` is no port, a number from 0 to 65535")
    })?;
    let host = match host.trim_start_matches('[').trim_end_matches(']') {
        "" => "127.0.0.1",
        host => host,
    };
    let mut found = std::net::ToSocketAddrs::to_socket_addrs(&(host, port))
        .map_err(|error| format!("`{host}` is not known: {error}"))?;
    found
        .next()
        .ok_or_else(|| format!("`{host}` is not known: it has no address"))
}

fn tls(error: rustls::Error) -> String {
    format!("the credential: {error}")
}

fn client(
    provider: &Arc<CryptoProvider>,
    roots: &Arc<RootCertStore>,
    credential: &Credential,
) -> Result<quinn::ClientConfig, String> {
    let mut config = rustls::ClientConfig::builder_with_provider(provider.clone())
        .with_protocol_versions(&[&rustls::version::TLS13])
        .map_err(tls)?
        .with_root_certificates(roots.clone())
        .with_client_auth_cert(chain(credential), credential.key())
        .map_err(tls)?;
    config.alpn_protocols = vec![PROTOCOL.to_vec()];
    let config = QuicClientConfig::try_from(config).map_err(|error| error.to_string())?;
    Ok(quinn::ClientConfig::new(Arc::new(config)))
}

fn server(
    provider: &Arc<CryptoProvider>,
    roots: &Arc<RootCertStore>,
    credential: &Credential,
) -> Result<quinn::ServerConfig, String> {
    let verifier = WebPkiClientVerifier::builder_with_provider(roots.clone(), provider.clone())
        .build()
        .map_err(|error| format!("the authority's certificate: {error}"))?;
    let mut config = rustls::ServerConfig::builder_with_provider(provider.clone())
        .with_protocol_versions(&[&rustls::version::TLS13])
        .map_err(tls)?
        .with_client_cert_verifier(verifier)
        .with_single_cert(chain(credential), credential.key())
        .map_err(tls)?;
    config.alpn_protocols = vec![PROTOCOL.to_vec()];
    let config = QuicServerConfig::try_from(config).map_err(|error| error.to_string())?;
    Ok(quinn::ServerConfig::with_crypto(Arc::new(config)))
}

fn chain(credential: &Credential) -> Vec<CertificateDer<'static>> {
    vec![credential.certificate().clone()]
}

/// Who is at the other end, by the certificate that the handshake has checked.
fn holder(connection: &quinn::Connection) -> Result<Holder, String> {
    let identity = connection
        .peer_identity()
        .ok_or("no certificate was shown")?;
    let chain = identity
        .downcast::<Vec<CertificateDer<'static>>>()
        .map_err(|_| "no certificate was shown")?;
    Holder::of(chain.first().ok_or("no certificate was shown")?)
}

impl Quic {
    fn shown(&self) -> RwLockReadGuard<'_, Shown> {
        self.shown.read().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Transport for Quic {
    fn local_address(&self) -> String {
        self.address.clone()
    }

    fn connect(&self, address: &str) -> BoxFuture<'_, Result<Connection, String>> {
        let address = resolve(address);
        let mut client = self.shown().client.clone();
        Box::pin(async move {
            let address = address?;
            client.transport_config(self.tuning.to(address).clone());
            let connecting = self.endpoint.connect_with(client, address, NODE);
            let connecting = connecting.map_err(|error| error.to_string())?;
            let connection = connecting.await.map_err(|error| said(&error))?;
            let open = async |class: u8| {
                let (mut sink, source) = connection.open_bi().await?;
                sink.write_all(&[class])
                    .await
                    .map_err(|error| match error {
                        quinn::WriteError::ConnectionLost(error) => error,
                        _ => quinn::ConnectionError::LocallyClosed,
                    })?;
                Ok((sink, source))
            };
            let lost = |error: quinn::ConnectionError| said(&error);
            let control = open(CONTROL).await.map_err(lost)?;
            let mail = open(MAIL).await.map_err(lost)?;
            joined(connection, control, mail)
        })
    }

    fn accept(&self) -> BoxFuture<'_, Option<Result<Connection, Stranger>>> {
        Box::pin(async move {
            let mut handshakes = self.incoming.lock().await;
            loop {
                let may_more = handshakes.len() < HANDSHAKES;
                tokio::select! {
                    biased;
                    Some(done) = handshakes.join_next() => match done {
                        Ok(done) => return Some(done),
                        // A handshake cannot panic, and nobody aborts it.
                        Err(_) => continue,
                    },
                    incoming = self.endpoint.accept(), if may_more => {
                        let incoming = incoming?;
                        let near = tuning::is_near(incoming.remote_address());
                        let server = near.then(|| self.shown().near_server.clone());
                        handshakes.spawn(welcome(incoming, server));
                    }
                }
            }
        })
    }

    fn renew(&self, credential: &Credential) -> Result<(), String> {
        let shown = shown(credential, &self.tuning)?;
        if !self.address.is_empty() {
            self.endpoint.set_server_config(Some(shown.server.clone()));
        }
        *self.shown.write().unwrap_or_else(PoisonError::into_inner) = shown;
        Ok(())
    }

    fn close(&self) -> BoxFuture<'_, ()> {
        Box::pin(async move {
            self.endpoint.close(VarInt::from_u32(0), b"the node ends");
            self.endpoint.wait_idle().await;
        })
    }
}

/// Goes through a handshake to the first bytes of both streams. `server`: what is shown to this
/// one, if it is not what is shown to all.
async fn welcome(
    incoming: quinn::Incoming,
    server: Option<Arc<quinn::ServerConfig>>,
) -> Result<Connection, Stranger> {
    let address = incoming.remote_address().to_string();
    let welcome = async {
        let connecting = match server {
            Some(server) => incoming.accept_with(server),
            None => incoming.accept(),
        };
        let connecting = connecting.map_err(|error| said(&error))?;
        let connection = connecting.await.map_err(|error| said(&error))?;
        let (mut control, mut mail) = (None, None);
        while control.is_none() || mail.is_none() {
            let streams = connection.accept_bi().await;
            let (sink, mut source) = streams.map_err(|error| said(&error))?;
            let mut class = [0];
            let read = source.read_exact(&mut class).await;
            read.map_err(|error| format!("the first byte of a stream: {error}"))?;
            match class[0] {
                CONTROL if control.is_none() => control = Some((sink, source)),
                MAIL if mail.is_none() => mail = Some((sink, source)),
                other => return Err(format!("there is no stream of class {other}")),
            }
        }
        match (control, mail) {
            (Some(control), Some(mail)) => joined(connection, control, mail),
            _ => Err("a stream is missing".to_owned()),
        }
    };
    let welcomed = tokio::time::timeout(PATIENCE, welcome).await;
    welcomed
        .unwrap_or_else(|_| Err("the handshake was not over in time".to_owned()))
        .map_err(|why| Stranger { address, why })
}

type Streams = (SendStream, RecvStream);

fn joined(
    connection: quinn::Connection,
    control: Streams,
    mail: Streams,
) -> Result<Connection, String> {
    let holder = holder(&connection)?;
    let boxed = |(sink, source): Streams| -> (Box<dyn Source>, Box<dyn Sink>) {
        let sink = Outward {
            stream: sink,
            connection: connection.clone(),
        };
        let source = Inward {
            stream: source,
            connection: connection.clone(),
        };
        (Box::new(source), Box::new(sink))
    };
    Ok(Connection {
        holder,
        address: connection.remote_address().to_string(),
        control: boxed(control),
        mail: boxed(mail),
        beats: Box::new(Datagrams(connection.clone())),
    })
}

struct Inward {
    stream: RecvStream,
    connection: quinn::Connection,
}

/// How much is read at a time.
const CHUNK: usize = 64 * 1_024;

impl Source for Inward {
    fn read<'a>(&'a mut self, bytes: &'a mut Vec<u8>) -> BoxFuture<'a, Result<bool, String>> {
        Box::pin(async move {
            match self.stream.read_chunk(CHUNK, true).await {
                Ok(Some(chunk)) => {
                    bytes.extend_from_slice(&chunk.bytes);
                    Ok(true)
                }
                Ok(None) => Ok(false),
                Err(error) => Err(lost(&self.connection, &error)),
            }
        })
    }
}

struct Outward {
    stream: SendStream,
    connection: quinn::Connection,
}

impl Sink for Outward {
    fn write<'a>(&'a mut self, bytes: &'a [u8]) -> BoxFuture<'a, Result<(), String>> {
        Box::pin(async move {
            let written = self.stream.write_all(bytes).await;
            written.map_err(|error| lost(&self.connection, &error))
        })
    }
}

struct Datagrams(quinn::Connection);

impl Beats for Datagrams {
    fn send(&self, bytes: &[u8]) {
        // A peer that takes no datagrams is kept by its mail alone.
        let _ = self.0.send_datagram(Bytes::copy_from_slice(bytes));
    }

    fn receive(&self) -> BoxFuture<'_, Result<Vec<u8>, String>> {
        Box::pin(async move {
            match self.0.read_datagram().await {
                Ok(bytes) => Ok(bytes.to_vec()),
                Err(error) => Err(said(&error)),
            }
        })
    }

    fn close(&self, why: &str) {
        self.0.close(VarInt::from_u32(1), why.as_bytes());
    }
}

#[cfg(test)]
mod tests;
