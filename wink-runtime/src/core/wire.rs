//! What two nodes say to each other, byte for byte, and what they conclude from it: frames, the
//! handshake, signs of life, the shape of messages. `docs/protocol.md` describes the bytes.
//!
//! Must not know of: sockets, tasks, clocks, machines. Bytes and times come in, frames and
//! decisions go out.

pub mod bytes;
pub mod fence;
pub mod frame;
pub mod handshake;
pub mod heartbeat;
pub mod reason;
pub mod schema;

/// The versions of the protocol that this build speaks, the oldest and the newest.
pub const VERSIONS: (u16, u16) = (1, 1);

/// What a node bears of a peer. Each side says its own; a peer that oversteps is cut off.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// The longest frame, in bytes, without the length before it. At least
    /// [`Limits::FRAME_LEAST`].
    pub frame: u32,
    /// How many letters to one machine may be on their way before the machine has taken any;
    /// at least one.
    pub window: u32,
    /// How many machines and requests a peer may know of at a time.
    pub machines: u32,
}

impl Limits {
    /// Every node takes frames of so many bytes: a greeting and a refusal always fit.
    pub const FRAME_LEAST: u32 = 1_024;
}

impl Default for Limits {
    /// Frames of a mebibyte, 1,024 letters, a million machines.
    fn default() -> Self {
        Self {
            frame: 1 << 20,
            window: 1_024,
            machines: 1_000_000,
        }
    }
}
