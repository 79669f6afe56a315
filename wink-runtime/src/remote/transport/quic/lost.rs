//! Why a connection is over, for people.

use quinn::{ConnectionError as Lost, TransportErrorCode};

/// Why a stream does not go on: why its connection does not, if that is known.
pub(super) fn lost(connection: &quinn::Connection, error: &dyn std::error::Error) -> String {
    match connection.close_reason() {
        Some(reason) => said(&reason),
        None => error.to_string(),
    }
}

/// Why a connection is over.
pub(super) fn said(error: &Lost) -> String {
    match error {
        Lost::TimedOut => "nothing was heard of it".to_owned(),
        Lost::Reset => "it does not know of this connection: it has started anew".to_owned(),
        Lost::LocallyClosed => "closed by this node".to_owned(),
        Lost::ApplicationClosed(close) => match str::from_utf8(&close.reason) {
            Ok("") | Err(_) => "closed by the other node".to_owned(),
            Ok(why) => why.to_owned(),
        },
        Lost::ConnectionClosed(close) => match alert(close.error_code) {
            Some(alert) => format!("the certificate was refused: {}", refused(alert)),
            None => close.to_string(),
        },
        Lost::TransportError(error) => match alert(error.code) {
            Some(alert) => format!("the handshake failed: {}", refuses(alert, &error.reason)),
            None => format!("the handshake failed: {error}"),
        },
        Lost::VersionMismatch => {
            "what listens there speaks no QUIC of ours: a machine whose program was built without \
             wink's feature `remote`, or something else"
                .to_owned()
        }
        other => other.to_string(),
    }
}

/// The alert of TLS (RFC 8446, section 6) that a connection was closed with.
fn alert(code: TransportErrorCode) -> Option<u8> {
    let code = u64::from(code);
    // RFC 9001, section 4.8.
    (0x100..0x200)
        .contains(&code)
        .then_some((code & 0xff) as u8)
}

const BAD: u8 = 42;
const EXPIRED: u8 = 45;
const UNKNOWN: u8 = 46;
const NO_AUTHORITY: u8 = 48;
const DECRYPT: u8 = 51;
const MISSING: u8 = 116;
const NO_PROTOCOL: u8 = 120;

/// What the other side has against this one.
fn refused(alert: u8) -> String {
    match alert {
        EXPIRED => "it has expired, or the clocks of the two computers differ".to_owned(),
        NO_AUTHORITY | DECRYPT => "it is one of another cluster".to_owned(),
        MISSING => "none was shown".to_owned(),
        BAD | UNKNOWN => "it is none for this".to_owned(),
        NO_PROTOCOL => "what answers there is no node of wink".to_owned(),
        other => format!("alert {other} of TLS"),
    }
}

/// What this side has against the other one.
fn refuses(alert: u8, reason: &str) -> String {
    match alert {
        EXPIRED => "its certificate has expired, or the clocks of the two computers differ".into(),
        NO_AUTHORITY | DECRYPT => "its certificate is one of another cluster".into(),
        // A user's certificate is for connecting only.
        _ if reason.contains("key usage") || reason.contains("not valid for name") => {
            "what answers there is no node: it shows another kind of certificate".into()
        }
        NO_PROTOCOL => "what answers there is no node of wink".into(),
        _ => reason.to_owned(),
    }
}
