//! What a certificate says of its holder, in the only names that TLS libraries agree on how to
//! read: DNS names of a domain that does not exist.
//!
//! Must not know of: files, signatures.

use std::fmt;
use std::ops::BitOr;

use rustls::pki_types::CertificateDer;

use super::KeyError;

/// Whose certificate it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Holder {
    /// What it is called: small letters, digits and inner hyphens.
    pub name: String,
    /// What it is.
    pub kind: Kind,
    /// What it may do.
    pub roles: Roles,
}

/// What kind of holder a certificate has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Kind {
    /// A node: others may connect to it.
    Node,
    /// A person, or a program that acts for one: it only connects.
    User,
    /// Somebody who may ask for a node's certificate, and do nothing else.
    Joining,
}

impl Kind {
    const ALL: [Self; 3] = [Self::Node, Self::User, Self::Joining];

    /// The name that certificates of this kind have.
    pub(in crate::remote) const fn domain(self) -> &'static str {
        match self {
            Kind::Node => "node.wink",
            Kind::User => "user.wink",
            Kind::Joining => "joining.wink",
        }
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Kind::Node => "node",
            Kind::User => "user",
            Kind::Joining => "joining node",
        })
    }
}

/// What a holder may do: a set.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Roles(u8);

impl Roles {
    /// Nothing.
    pub const NONE: Self = Self(0);
    /// Start machines.
    pub const START: Self = Self(1);
    /// Stop machines.
    pub const STOP: Self = Self(2);
    /// Reach machines by name, send them messages, ask them questions.
    pub const SEND: Self = Self(4);
    /// See what runs, read logs and descriptions.
    pub const OBSERVE: Self = Self(8);
    /// Everything.
    pub const ALL: Self = Self(15);

    const NAMED: [(Self, &'static str); 4] = [
        (Self::START, "start"),
        (Self::STOP, "stop"),
        (Self::SEND, "send"),
        (Self::OBSERVE, "observe"),
    ];

    /// Whether all of `roles` are in this set.
    pub const fn has(self, roles: Self) -> bool {
        self.0 & roles.0 == roles.0
    }

    /// The role of that name: `start`, `stop`, `send`, `observe`.
    pub fn named(name: &str) -> Option<Self> {
        let named = Self::NAMED.iter().find(|(_, known)| *known == name);
        named.map(|(role, _)| *role)
    }

    /// The names of the roles in this set.
    pub fn names(self) -> impl Iterator<Item = &'static str> {
        let named = Self::NAMED.into_iter();
        named.filter_map(move |(role, name)| self.has(role).then_some(name))
    }
}

impl BitOr for Roles {
    type Output = Self;

    fn bitor(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }
}

impl fmt::Display for Roles {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<_> = self.names().collect();
        formatter.write_str(&names.join(", "))
    }
}

/// The domain of a holder's name, and that of its roles.
const NAME: &str = ".name.wink";
const ROLE: &str = ".may.wink";

impl Holder {
    /// The names of the certificate.
    pub(super) fn domains(&self) -> Result<Vec<String>, KeyError> {
        if !is_name(&self.name) {
            return Err(KeyError::Name(self.name.clone()));
        }
        let mut domains = vec![
            format!("{}{NAME}", self.name),
            self.kind.domain().to_owned(),
        ];
        domains.extend(self.roles.names().map(|role| format!("{role}{ROLE}")));
        Ok(domains)
    }

    /// Who holds that certificate. Whether it can be trusted has been asked before.
    ///
    /// # Errors
    /// When it says no name, or not what its holder is.
    pub(in crate::remote) fn of(certificate: &CertificateDer<'_>) -> Result<Self, String> {
        let certificate = webpki::EndEntityCert::try_from(certificate)
            .map_err(|error| format!("no certificate: {error}"))?;
        let (mut name, mut kinds, mut roles) = (None, Vec::new(), Roles::NONE);
        for domain in certificate.valid_dns_names() {
            if let Some(found) = domain.strip_suffix(NAME) {
                name = Some(found.to_owned());
            } else if let Some(role) = domain.strip_suffix(ROLE) {
                // A role that only a later version knows allows nothing here.
                roles = roles | Roles::named(role).unwrap_or_default();
            } else {
                kinds.extend(Kind::ALL.into_iter().find(|kind| kind.domain() == domain));
            }
        }
        match (name, &kinds[..]) {
            (Some(name), &[kind]) => Ok(Self { name, kind, roles }),
            _ => Err("the certificate does not say who holds it: it is none of wink's".to_owned()),
        }
    }
}

impl fmt::Display for Holder {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} `{}`", self.kind, self.name)
    }
}

/// Whether a holder can be called so.
pub(super) fn is_name(name: &str) -> bool {
    let inner = |byte: u8| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'-');
    (1..=63).contains(&name.len())
        && name.bytes().all(inner)
        && !name.starts_with('-')
        && !name.ends_with('-')
}
