//! The same over one stream of bare quinn: whatever comes is sent back, and everything that has
//! come at a time goes out at a time.

use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

use quinn::crypto::rustls::{QuicClientConfig, QuicServerConfig};
use rcgen::{KeyPair, PKCS_ED25519};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};

use super::{IN_FLIGHT, Turn, Work, median};

/// As long as a question of the machine on the wire, and as its answer.
const MESSAGE: usize = super::MESSAGE;

fn certificate(directory: &str) -> (CertificateDer<'static>, PrivateKeyDer<'static>) {
    let path = Path::new(directory).with_extension("bare");
    if !path.exists() {
        let key = KeyPair::generate_for(&PKCS_ED25519).expect("a key");
        let parameters = rcgen::CertificateParams::new(vec!["localhost".to_owned()]);
        let certificate = parameters
            .expect("a name")
            .self_signed(&key)
            .expect("a certificate");
        let text = format!("{}{}", certificate.pem(), key.serialize_pem());
        std::fs::write(&path, text).expect("a file");
    }
    let text = std::fs::read(&path).expect("a file");
    let certificate = CertificateDer::from_pem_slice(&text).expect("a certificate");
    let key = PrivateKeyDer::from_pem_slice(&text).expect("a key");
    (certificate, key)
}

/// How wink sets connections of one computer: `wink_runtime::remote::transport::quic::tuning`.
fn tuning() -> Arc<quinn::TransportConfig> {
    let mut config = quinn::TransportConfig::default();
    let mut acknowledged = quinn::AckFrequencyConfig::default();
    acknowledged.ack_eliciting_threshold(8_u32.into());
    config.ack_frequency_config(Some(acknowledged));
    let mut search = quinn::MtuDiscoveryConfig::default();
    search.upper_bound(PACKET);
    config.mtu_discovery_config(Some(search));
    let mut control = quinn::congestion::CubicConfig::default();
    control.initial_window(10 * u64::from(PACKET));
    config.congestion_controller_factory(Arc::new(control));
    Arc::new(config)
}

const PACKET: u16 = 6_500;

fn endpoint(address: &str, server: Option<quinn::ServerConfig>, tuned: bool) -> quinn::Endpoint {
    let mut config = quinn::EndpointConfig::default();
    if tuned {
        config.max_udp_payload_size(PACKET).expect("long enough");
    }
    let socket = std::net::UdpSocket::bind(address).expect("a port");
    let runtime = Arc::new(quinn::TokioRuntime);
    quinn::Endpoint::new(config, server, socket, runtime).expect("an endpoint")
}

pub async fn serve(directory: &str, tuned: bool) {
    let (certificate, key) = certificate(directory);
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = rustls::ServerConfig::builder_with_provider(provider)
        .with_protocol_versions(&[&rustls::version::TLS13])
        .expect("TLS 1.3")
        .with_no_client_auth()
        .with_single_cert(vec![certificate], key)
        .expect("a certificate");
    let config = QuicServerConfig::try_from(config).expect("TLS 1.3");
    let mut config = quinn::ServerConfig::with_crypto(Arc::new(config));
    if tuned {
        config.transport_config(tuning());
    }
    let endpoint = endpoint("127.0.0.1:0", Some(config), tuned);
    println!("{}", endpoint.local_addr().expect("an address"));
    let connection = endpoint
        .accept()
        .await
        .expect("somebody")
        .await
        .expect("a handshake");
    let (mut sink, mut source) = connection.accept_bi().await.expect("a stream");
    while let Ok(Some(chunk)) = source.read_chunk(65_536, true).await {
        if sink.write_all(&chunk.bytes).await.is_err() {
            break;
        }
    }
    std::future::pending::<()>().await;
}

pub async fn measure(address: &str, directory: &str, work: Work, tuned: bool) -> Turn {
    let (certificate, _) = certificate(directory);
    let mut roots = rustls::RootCertStore::empty();
    roots.add(certificate).expect("a certificate");
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = rustls::ClientConfig::builder_with_provider(provider)
        .with_protocol_versions(&[&rustls::version::TLS13])
        .expect("TLS 1.3")
        .with_root_certificates(roots)
        .with_no_client_auth();
    let config = QuicClientConfig::try_from(config).expect("TLS 1.3");
    let mut config = quinn::ClientConfig::new(Arc::new(config));
    if tuned {
        config.transport_config(tuning());
    }
    let mut endpoint = endpoint("0.0.0.0:0", None, tuned);
    endpoint.set_default_client_config(config);
    let address = address.parse().expect("an address");
    let connecting = endpoint.connect(address, "localhost").expect("a name");
    let connection = connecting.await.expect("a handshake");
    let (mut sink, mut source) = connection.open_bi().await.expect("a stream");
    let message = [7; MESSAGE];
    let mut answer = [0; MESSAGE];
    let mut times = Vec::with_capacity(work.alone);
    for turn in 0..work.alone + work.alone / 10 {
        let begin = Instant::now();
        sink.write_all(&message).await.expect("it is there");
        source.read_exact(&mut answer).await.expect("an answer");
        if turn >= work.alone / 10 {
            times.push(begin.elapsed());
        }
    }
    let total = work.pipelined * MESSAGE;
    let begin = Instant::now();
    let (mut sent, mut come) = (IN_FLIGHT * MESSAGE, 0);
    let batch = vec![7; 65_536];
    sink.write_all(&batch[..sent]).await.expect("it is there");
    while come < total {
        let chunk = source.read_chunk(65_536, true).await.expect("an answer");
        come += chunk.expect("an answer").bytes.len();
        // As many as are whole, so that no more than so many are under way.
        let may = (come / MESSAGE + IN_FLIGHT) * MESSAGE;
        let more = may.min(total) - sent;
        if more > 0 {
            sink.write_all(&batch[..more]).await.expect("it is there");
            sent += more;
        }
    }
    let passed = begin.elapsed();
    connection.close(0_u32.into(), b"done");
    Turn {
        alone: median(times),
        pipelined: work.pipelined as f64 / passed.as_secs_f64(),
    }
}
