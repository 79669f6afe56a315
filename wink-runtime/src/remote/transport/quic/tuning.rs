//! How QUIC is set: the same in the whole world, and more room to move on one computer.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use quinn::congestion::CubicConfig;
use quinn::{
    AckFrequencyConfig, EndpointConfig, IdleTimeout, MtuDiscoveryConfig, TransportConfig, VarInt,
};

/// What is taken for the time there and back before it was measured. RFC 9002 advises a third of
/// a second for the whole world; a first packet that a busy node has lost is so sent again a
/// sixth of a second later, and not a whole one.
const FIRST_GUESS: Duration = Duration::from_millis(50);

/// How many packets a peer may take without a word about them
/// (draft-ietf-quic-ack-frequency-04): what they say then mostly goes with the answers to what
/// was in them. Without this every other packet is acknowledged by one of its own, before anybody
/// has read it: half of all packets that calls cost. Fewer than the ten that may be under way
/// at first (RFC 9002, section 7.2), or a sender that starts would wait out the delay.
const UNACKNOWLEDGED: u32 = 8;

/// How long a packet may be on one computer, where the network does not cut it down to 1,500
/// bytes: quinn hands up to ten at a time to the system, which takes 65,507 bytes.
const NEAR_PACKET: u16 = 6_500;

/// What may be under way on one computer before anything was acknowledged: ten packets, as
/// elsewhere.
const NEAR_WINDOW: u64 = 10 * NEAR_PACKET as u64;

const _: () = assert!(NEAR_WINDOW <= 65_507);

/// What an endpoint says and takes, wherever its peers are.
pub(super) fn endpoint() -> EndpointConfig {
    let mut config = EndpointConfig::default();
    // Only too small a number is refused, and 1,472 stays then.
    let _ = config.max_udp_payload_size(NEAR_PACKET);
    config
}

/// Whether who is there is on this computer for sure.
pub(super) fn is_near(address: SocketAddr) -> bool {
    address.ip().to_canonical().is_loopback()
}

/// How connections are set.
pub(super) struct Tuning {
    pub(super) near: Arc<TransportConfig>,
    pub(super) far: Arc<TransportConfig>,
}

impl Tuning {
    /// `silence`: after how long without a packet a connection is lost.
    pub(super) fn new(silence: Duration) -> Self {
        let mut near = common(silence);
        let mut search = MtuDiscoveryConfig::default();
        search.upper_bound(NEAR_PACKET);
        near.mtu_discovery_config(Some(search));
        let mut control = CubicConfig::default();
        control.initial_window(NEAR_WINDOW);
        near.congestion_controller_factory(Arc::new(control));
        Self {
            near: Arc::new(near),
            far: Arc::new(common(silence)),
        }
    }

    /// For a connection to that address.
    pub(super) fn to(&self, address: SocketAddr) -> &Arc<TransportConfig> {
        match is_near(address) {
            true => &self.near,
            false => &self.far,
        }
    }
}

fn common(silence: Duration) -> TransportConfig {
    let mut config = TransportConfig::default();
    config.initial_rtt(FIRST_GUESS);
    // The two streams, and no more of them, whoever asks.
    config.max_concurrent_bidi_streams(VarInt::from_u32(2));
    config.max_concurrent_uni_streams(VarInt::from_u32(0));
    // Heartbeats keep a connection; this is for a peer that never says a word.
    let idle = IdleTimeout::try_from(silence).unwrap_or_else(|_| VarInt::MAX.into());
    config.max_idle_timeout(Some(idle));
    let mut acknowledged = AckFrequencyConfig::default();
    acknowledged.ack_eliciting_threshold(VarInt::from_u32(UNACKNOWLEDGED));
    config.ack_frequency_config(Some(acknowledged));
    config
}
