//! What a service manager is told, by the protocol of systemd's `sd_notify(3)`: that the node is
//! ready, that it is alive, that it stops.

use std::os::linux::net::SocketAddrExt;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::net::{SocketAddr, UnixDatagram};
use std::time::Duration;

/// The way to a service manager; silent when there is none.
#[derive(Debug, Default)]
pub struct Notify {
    socket: Option<(UnixDatagram, SocketAddr)>,
    watchdog: Option<Duration>,
}

impl Notify {
    /// The one that started this program, when one did and wants to hear.
    pub fn from_environment() -> Notify {
        let path = std::env::var_os("NOTIFY_SOCKET").unwrap_or_default();
        let address = match path.as_bytes() {
            [b'@', name @ ..] => SocketAddr::from_abstract_name(name),
            _ => SocketAddr::from_pathname(&path),
        };
        let socket = address
            .and_then(|address| Ok((UnixDatagram::unbound()?, address)))
            .ok()
            .filter(|_| !path.is_empty());
        let limit = std::env::var("WATCHDOG_USEC").ok();
        let limit = limit.and_then(|text| text.parse().ok());
        let watchdog = limit.map(|limit| Duration::from_micros(limit) / 2);
        Notify {
            watchdog: watchdog.filter(|_| socket.is_some()),
            socket,
        }
    }

    /// How often it wants a sign of life.
    pub fn watchdog(&self) -> Option<Duration> {
        self.watchdog
    }

    /// Tells it this; that it does not hear is its own affair.
    pub fn tell(&self, state: &str) {
        if let Some((socket, address)) = &self.socket {
            let _ = socket.send_to_addr(state.as_bytes(), address);
        }
    }
}
