//! Whose node it is: its keys, and how others come to theirs.

use super::ServeError;
use crate::request::{Answer, Failure, Invite, Request};
use std::net::SocketAddr;
use std::path::Path;
use std::time::Duration;
use wink_runtime::remote::{Given, Invitation, KeyError, Keys, Kind, Peer, Roles};

/// The longest that a token may be usable.
const LONGEST: Duration = Duration::from_secs(30 * 24 * 3_600);

/// The keys of a node at that address: made when there are none and only this computer can
/// reach it, so that the first command on a fresh computer works.
pub(super) fn keys(directory: &Path, address: SocketAddr) -> Result<Keys, ServeError> {
    let keys = match address.ip().is_loopback() {
        true => Keys::open_or_init(directory),
        false => Keys::open(directory),
    };
    keys.map_err(|error| match error {
        KeyError::Missing(directory) => ServeError::Stranger(address, directory),
        error => ServeError::Keys(error),
    })
}

/// A node's keys, as those who ask for some see them.
pub(super) struct Identity(pub(super) Keys);

impl Identity {
    /// The answers to what is about keys; `None` when it is about something else.
    pub(super) fn answer(&self, peer: &Peer, request: &Request) -> Option<Vec<Answer>> {
        let answered = match request {
            Request::Invite(invite) => self.invite(invite),
            Request::Join { node, user } => self.join(peer, node, user),
            _ => return None,
        };
        Some(match answered {
            Ok(answer) => vec![answer, Answer::Done],
            Err(reason) => vec![Answer::Failed {
                failure: Failure::Refused,
                reason,
            }],
        })
    }

    fn invite(&self, invite: &Invite) -> Result<Answer, String> {
        let mut roles = Roles::NONE;
        for name in &invite.roles {
            let role = Roles::named(name).ok_or("there is no such role")?;
            roles = roles | role;
        }
        let valid = Duration::from_secs(invite.valid);
        if valid.is_zero() || valid > LONGEST {
            return Err("a token can be used for 1 second to 30 days".to_owned());
        }
        let kind = match invite.is_node {
            true => Kind::Node,
            false => Kind::User,
        };
        let withdrawn = self.0.withdrawn().map_err(|error| error.to_string())?;
        if let Some(name) = invite
            .name
            .as_ref()
            .filter(|name| withdrawn.contains(*name))
        {
            return Err(format!("`{name}` was withdrawn: choose another name"));
        }
        let mut invitation = Invitation::new(kind, roles);
        (invitation.name, invitation.valid) = (invite.name.clone(), valid);
        let token = self.0.invite(&invitation);
        token
            .map(|token| Answer::Text(token.to_text()))
            .map_err(|error| error.to_string())
    }

    fn join(&self, peer: &Peer, node: &str, user: &str) -> Result<Answer, String> {
        let key = |text: &str| from_hexadecimal(text).ok_or("a public key cannot be read");
        let given = self.0.admit(peer.holder(), &key(node)?, &key(user)?);
        let Given { node, user } = given.map_err(|error| error.to_string())?;
        Ok(Answer::Joined { node, user })
    }
}

/// Bytes that were written as hexadecimal digits.
fn from_hexadecimal(text: &str) -> Option<Vec<u8>> {
    let digits = text.as_bytes().chunks(2);
    let byte = |digits: &[u8]| u8::from_str_radix(str::from_utf8(digits).ok()?, 16).ok();
    text.len()
        .is_multiple_of(2)
        .then(|| digits.map(byte).collect())?
}
