//! The handshake: what each side says of itself first, and whether the two can go on.
//!
//! Must not know of: certificates, which have been checked before; time.

use std::fmt;
use std::time::Duration;

use super::bytes::{Reader, WireError, Writer};
use super::frame::{NAME, cut};
use super::{Limits, VERSIONS};

/// What a node says of itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Greeting {
    /// The oldest and the newest version of the protocol that it speaks.
    pub versions: (u16, u16),
    /// Where others reach it, as `ip:port`; empty when nobody can.
    pub address: String,
    /// Tells runs of one node apart: another one each time that it starts.
    pub incarnation: u64,
    /// What it calls this link: heartbeats that it hears must carry it.
    pub epoch: u64,
    /// What it takes.
    pub limits: Limits,
    /// How often it shows that it lives.
    pub heartbeat: Duration,
}

/// `wink` and two bytes that no text has: whoever else connects is known at once.
const MAGIC: u64 = u64::from_le_bytes(*b"wink\xF0\x9F\r\n");

impl Greeting {
    pub(super) fn write(&self, writer: &mut Writer<'_>) {
        writer.fixed(MAGIC);
        writer.number(u64::from(self.versions.0));
        writer.number(u64::from(self.versions.1));
        writer.text(cut(&self.address, NAME));
        writer.fixed(self.incarnation);
        writer.fixed(self.epoch);
        writer.number(u64::from(self.limits.frame));
        writer.number(u64::from(self.limits.window));
        writer.number(u64::from(self.limits.machines));
        writer.number(u64::try_from(self.heartbeat.as_millis()).unwrap_or(u64::MAX));
        // A later version says more: it begins with how much.
        writer.number(0);
    }

    pub(super) fn read(reader: &mut Reader<'_>) -> Result<Self, WireError> {
        if reader.fixed("the protocol's mark")? != MAGIC {
            let problem = super::bytes::Problem::Unknown(0);
            return Err(reader.error("the protocol's mark", problem));
        }
        let version = |reader: &mut Reader<'_>| {
            let version = reader.number("a version")?;
            // Versions that are too new to be counted are newer than ours all the same.
            Ok::<u16, WireError>(u16::try_from(version).unwrap_or(u16::MAX))
        };
        let greeting = Self {
            versions: (version(reader)?, version(reader)?),
            address: reader.text("a node's address", NAME)?.to_owned(),
            incarnation: reader.fixed("an incarnation")?,
            epoch: reader.fixed("an epoch")?,
            limits: Limits {
                frame: reader.small("the longest frame")?.max(Limits::FRAME_LEAST),
                window: reader.small("a window")?.max(1),
                machines: reader.small("the number of machines")?,
            },
            heartbeat: Duration::from_millis(reader.number("the heartbeat")?),
        };
        let more = reader.number("the length of what a later version says")?;
        let rest = reader.rest();
        match rest.len() as u64 == more {
            true => Ok(greeting),
            false => {
                let problem = super::bytes::Problem::Trailing(rest.len());
                Err(reader.error("a greeting", problem))
            }
        }
    }
}

/// Why a link does not come about, or ends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// For programs: one of the constants.
    pub code: u8,
    /// For people: what is wrong, and what to do.
    pub why: String,
}

impl Refusal {
    /// The two share no version of the protocol.
    pub const VERSION: u8 = 1;
    /// What arrived is not this protocol.
    pub const PROTOCOL: u8 = 2;
    /// The credential does not allow this.
    pub const ROLE: u8 = 3;
    /// The peer was declared dead, or a later run of it has come.
    pub const FENCED: u8 = 4;
    /// The node has as many peers as it takes.
    pub const FULL: u8 = 5;
    /// The node is about to end.
    pub const CLOSING: u8 = 6;

    /// A refusal with that code and those words.
    pub fn new(code: u8, why: impl Into<String>) -> Self {
        Self {
            code,
            why: why.into(),
        }
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.why)
    }
}

impl std::error::Error for Refusal {}

impl From<WireError> for Refusal {
    fn from(error: WireError) -> Self {
        Self::new(Self::PROTOCOL, error.to_string())
    }
}

/// What two nodes have agreed on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Agreement {
    /// The newest version that both speak.
    pub version: u16,
    /// The longest frame that may be sent.
    pub frame: u32,
    /// What the peer has said.
    pub peer: Greeting,
}

/// What two nodes agree on that greet each other so: both come to the same version.
///
/// # Errors
/// When they share no version. Both sides find that out by themselves.
pub fn agree(own: &Greeting, peer: &Greeting) -> Result<Agreement, Refusal> {
    let newest = own.versions.1.min(peer.versions.1);
    let oldest = own.versions.0.max(peer.versions.0);
    if newest < oldest {
        return Err(Refusal::new(Refusal::VERSION, different(own, peer)));
    }
    Ok(Agreement {
        version: newest,
        frame: peer.limits.frame,
        peer: peer.clone(),
    })
}

fn different(own: &Greeting, peer: &Greeting) -> String {
    let range = |(oldest, newest): (u16, u16)| match oldest == newest {
        true => format!("version {oldest}"),
        false => format!("versions {oldest} to {newest}"),
    };
    let older = match own.versions.1 < peer.versions.0 {
        true => "this node",
        false => "the other node",
    };
    format!(
        "this node speaks {} of the protocol, the other one {}: update {older}",
        range(own.versions),
        range(peer.versions)
    )
}

impl Greeting {
    /// The greeting of a node that speaks what this build speaks.
    pub fn new(address: impl Into<String>, incarnation: u64, epoch: u64) -> Self {
        Self {
            versions: VERSIONS,
            address: address.into(),
            incarnation,
            epoch,
            limits: Limits::default(),
            heartbeat: Duration::from_secs(2),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn greeting(versions: (u16, u16)) -> Greeting {
        Greeting {
            versions,
            ..Greeting::new("127.0.0.1:42000", 1, 2)
        }
    }

    #[test]
    fn the_newest_common_version_is_spoken() {
        let table = [
            ((1, 1), (1, 1), Some(1)),
            ((1, 3), (2, 5), Some(3)),
            ((1, 2), (3, 4), None),
            ((3, 4), (1, 2), None),
        ];
        for (own, peer, version) in table {
            let agreed = agree(&greeting(own), &greeting(peer));
            assert_eq!(agreed.ok().map(|agreed| agreed.version), version);
        }
    }

    #[test]
    fn who_is_too_old_is_said() {
        let error = agree(&greeting((1, 2)), &greeting((3, 3))).expect_err("no common version");
        assert_eq!(
            error.to_string(),
            "this node speaks versions 1 to 2 of the protocol, the other one version 3: update \
             this node"
        );
    }

    #[test]
    fn what_a_later_version_adds_is_passed_over() {
        let mut bytes = Vec::new();
        greeting((1, 9)).write(&mut Writer(&mut bytes));
        assert_eq!(bytes.pop(), Some(0));
        bytes.extend([3, b'n', b'e', b'w']);
        let read = Greeting::read(&mut Reader::new(&bytes)).expect("it can be read");
        assert_eq!(read, greeting((1, 9)));
        bytes.push(0);
        Greeting::read(&mut Reader::new(&bytes)).expect_err("one byte too many");
    }

    proptest! {
        #[test]
        fn both_sides_come_to_one_conclusion(a: (u16, u16), b: (u16, u16)) {
            let (a, b) = (greeting(a), greeting(b));
            let ours = agree(&a, &b).map(|agreed| agreed.version).map_err(|error| error.code);
            let theirs = agree(&b, &a).map(|agreed| agreed.version).map_err(|error| error.code);
            prop_assert_eq!(ours, theirs);
        }

        #[test]
        fn greetings_arrive(
            versions: (u16, u16), address in ".{0,100}", incarnation: u64, epoch: u64, beat: u32,
        ) {
            let greeting = Greeting {
                versions,
                heartbeat: Duration::from_millis(u64::from(beat)),
                ..Greeting::new(address, incarnation, epoch)
            };
            let mut bytes = Vec::new();
            greeting.write(&mut Writer(&mut bytes));
            prop_assert_eq!(Greeting::read(&mut Reader::new(&bytes)), Ok(greeting));
        }
    }
}
