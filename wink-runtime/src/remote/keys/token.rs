//! How another computer comes into a cluster: by a token, which expires and is used once.
//!
//! A token is a credential of the kind [`Kind::Joining`]: whoever has it can do nothing but show
//! two public keys and be given certificates for them. It carries the authority's certificate,
//! so that nobody in between can pass for a node of the cluster. What it is good for is noted
//! beside the authority's key and taken away by the first who comes.

use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use rcgen::{KeyPair, PKCS_ED25519, PublicKeyData, SignatureAlgorithm};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer};

use super::KeyError;
use super::authority::{Grant, made};
use super::credential::{Credential, pem};
use super::directory::{Keys, NODE, USER, at, private_folder, read, write};
use super::holder::{Holder, Kind, Roles, is_name};

/// Where it is noted what tokens are good for.
const TOKENS: &str = "tokens";

/// What a token begins with: what it is, and the version of its form.
const MARK: &str = "wink1.";

/// An Ed25519 key: `id-Ed25519` and 32 bytes.
const KEY: usize = 32;

/// What somebody who joins is to be given.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Invitation {
    /// What the holder will be called; a name is made when nothing is said.
    pub name: Option<String>,
    /// [`Kind::Node`] is a computer: a certificate for its node and one for its user.
    /// [`Kind::User`] is a certificate for a user alone.
    pub kind: Kind,
    /// What the holder may do.
    pub roles: Roles,
    /// How long the token can be used.
    pub valid: Duration,
}

impl Invitation {
    /// An invitation for ten minutes.
    pub fn new(kind: Kind, roles: Roles) -> Self {
        Self {
            name: None,
            kind,
            roles,
            valid: Duration::from_secs(600),
        }
    }

    fn to_text(&self, expires: Duration) -> String {
        let kind = match self.kind {
            Kind::Node => "node",
            _ => "user",
        };
        let name = self.name.as_deref().unwrap_or_default();
        let roles: Vec<&str> = self.roles.names().collect();
        let (roles, expires) = (roles.join(","), expires.as_secs());
        format!("{kind}\n{name}\n{roles}\n{expires}\n")
    }

    /// What [`to_text`](Self::to_text) wrote; its duration is when it expires.
    fn from_text(text: &str) -> Option<Self> {
        let mut lines = text.lines();
        let kind = match lines.next()? {
            "node" => Kind::Node,
            "user" => Kind::User,
            _ => return None,
        };
        let name = Some(lines.next()?).filter(|name| !name.is_empty());
        let mut roles = Roles::NONE;
        for role in lines.next()?.split(',').filter(|role| !role.is_empty()) {
            roles = roles | Roles::named(role)?;
        }
        Some(Self {
            name: name.map(str::to_owned),
            kind,
            roles,
            valid: Duration::from_secs(lines.next()?.parse().ok()?),
        })
    }
}

/// A token as it is handed over: one word. Whoever reads it can join in its stead.
#[derive(Clone)]
pub struct Token(Credential);

impl Token {
    /// Reads the word.
    ///
    /// # Errors
    /// When it is no token, or not all of it.
    pub fn from_text(text: &str) -> Result<Self, KeyError> {
        let invalid = |why: &str| KeyError::Invalid {
            origin: "the token".to_owned(),
            why: why.to_owned(),
        };
        let word = text.trim().strip_prefix(MARK);
        let word = word.ok_or_else(|| invalid("it is none: a token begins with `wink1.`"))?;
        let incomplete = "it is damaged: is all of it there?";
        let bytes = URL_SAFE_NO_PAD.decode(word);
        let bytes = bytes.map_err(|_| invalid(incomplete))?;
        let mut rest = &bytes[..];
        let mut part = || {
            let (length, behind) = rest.split_first_chunk::<2>()?;
            let length = usize::from(u16::from_le_bytes(*length));
            let part = behind.get(..length)?.to_vec();
            rest = &behind[length..];
            Some(part)
        };
        let parts = (part(), part(), part());
        let (Some(certificate), Some(authority), Some(key)) = parts else {
            return Err(invalid(incomplete));
        };
        let credential = Credential::new(
            CertificateDer::from(certificate),
            CertificateDer::from(authority),
            PrivatePkcs8KeyDer::from(key),
        );
        let credential = credential.map_err(|why| invalid(&why))?;
        if credential.holder().kind != Kind::Joining {
            return Err(invalid("it is a credential, but none for joining"));
        }
        Ok(Self(credential))
    }

    /// The word.
    pub fn to_text(&self) -> String {
        let PrivateKeyDer::Pkcs8(key) = self.0.key() else {
            return String::new();
        };
        let mut bytes = Vec::new();
        for part in [
            &**self.0.certificate(),
            &**self.0.authority(),
            key.secret_pkcs8_der(),
        ] {
            // A certificate of a few names has a few hundred bytes.
            bytes.extend((part.len() as u16).to_le_bytes());
            bytes.extend(part);
        }
        format!("{MARK}{}", URL_SAFE_NO_PAD.encode(bytes))
    }

    /// What is shown to the node that is asked.
    pub fn credential(&self) -> &Credential {
        &self.0
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Token({})", self.0.holder())
    }
}

/// Somebody who joins: a token and two new keys, which are never shown.
pub struct Applicant {
    token: Token,
    node: KeyPair,
    user: KeyPair,
}

impl Applicant {
    /// Somebody with that token.
    ///
    /// # Errors
    /// When the system gives no randomness.
    pub fn new(token: Token) -> Result<Self, KeyError> {
        let key = || KeyPair::generate_for(&PKCS_ED25519).map_err(made);
        let (node, user) = (key()?, key()?);
        Ok(Self { token, node, user })
    }

    /// The public key for a node's certificate.
    pub fn node_key(&self) -> &[u8] {
        self.node.der_bytes()
    }

    /// The public key for a user's certificate.
    pub fn user_key(&self) -> &[u8] {
        self.user.der_bytes()
    }

    /// Keeps what was given in that directory, which must be free ([`Keys::is_free`]).
    ///
    /// # Errors
    /// When it is not, and when it cannot be written.
    pub fn keep(self, given: &Given, directory: impl Into<PathBuf>) -> Result<Keys, KeyError> {
        let mut files = Vec::new();
        let made = [
            (NODE, &given.node, &self.node),
            (USER, &given.user, &self.user),
        ];
        for (name, certificate, key) in made {
            let Some(certificate) = certificate else {
                continue;
            };
            let invalid = |why: String| KeyError::Invalid {
                origin: "the certificate that was given".to_owned(),
                why,
            };
            let certificate = CertificateDer::from_pem_slice(certificate.as_bytes())
                .map_err(|error| invalid(error.to_string()))?;
            let authority = self.token.0.authority().clone();
            let key = PrivatePkcs8KeyDer::from(key.serialize_der());
            let credential = Credential::new(certificate, authority, key).map_err(invalid)?;
            files.push((name, credential.to_pem()));
        }
        Keys::create(directory.into(), &files)
    }
}

impl fmt::Debug for Applicant {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_tuple("Applicant")
            .field(&self.token)
            .finish()
    }
}

/// Certificates that somebody who joined was given, as PEM.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Given {
    /// For its node.
    pub node: Option<String>,
    /// For its user.
    pub user: Option<String>,
}

/// A public key that somebody else has the private one of.
struct PublicKey([u8; KEY]);

impl PublicKeyData for PublicKey {
    fn der_bytes(&self) -> &[u8] {
        &self.0
    }

    fn algorithm(&self) -> &'static SignatureAlgorithm {
        &PKCS_ED25519
    }
}

impl PublicKey {
    fn read(bytes: &[u8]) -> Result<Self, KeyError> {
        let key = bytes.try_into().map_err(|_| KeyError::Invalid {
            origin: "a public key".to_owned(),
            why: format!("it has {} bytes, not {KEY}", bytes.len()),
        });
        key.map(Self)
    }

    /// A name for who has it.
    fn name(&self, kind: &str) -> String {
        let [a, b, c, d, ..] = self.0;
        format!("{kind}-{a:02x}{b:02x}{c:02x}{d:02x}")
    }
}

impl Keys {
    /// A token for what is invited to.
    ///
    /// # Errors
    /// When the authority's key is not here, and when it cannot be noted.
    pub fn invite(&self, invitation: &Invitation) -> Result<Token, KeyError> {
        if let Some(name) = invitation.name.as_ref().filter(|name| !is_name(name)) {
            return Err(KeyError::Name(name.clone()));
        }
        let authority = self.authority()?;
        let key = KeyPair::generate_for(&PKCS_ED25519).map_err(made)?;
        let name = PublicKey::read(key.der_bytes())?.name("token");
        let grant = Grant::new(&name, Kind::Joining, Roles::NONE).valid(invitation.valid);
        let certificate = authority.sign(&grant, &key)?;
        let key = PrivatePkcs8KeyDer::from(key.serialize_der());
        let credential = Credential::new(certificate, authority.certificate().clone(), key);
        let credential = credential.map_err(|why| KeyError::Invalid {
            origin: "a new token".to_owned(),
            why,
        })?;
        let folder = self.directory().join(TOKENS);
        private_folder(&folder)?;
        forget_expired(&folder);
        let text = invitation.to_text(now() + invitation.valid);
        write(&folder.join(name), &text)?;
        Ok(Token(credential))
    }

    /// Gives who holds that token what it is good for, for these public keys. The token is
    /// used up.
    ///
    /// # Errors
    /// When it was used before, or has expired, and when the authority's key is not here.
    pub fn admit(&self, token: &Holder, node: &[u8], user: &[u8]) -> Result<Given, KeyError> {
        let authority = self.authority()?;
        let (node, user) = (PublicKey::read(node)?, PublicKey::read(user)?);
        let used = || KeyError::Used(token.name.clone());
        if token.kind != Kind::Joining || !is_name(&token.name) {
            return Err(used());
        }
        let path = self.directory().join(TOKENS).join(&token.name);
        let invitation = Invitation::from_text(&read(&path).map_err(|_| used())?);
        // Whoever takes it away has it: two never do.
        fs::remove_file(&path).map_err(|_| used())?;
        let invitation = invitation.filter(|invitation| now() < invitation.valid);
        let Invitation {
            name, kind, roles, ..
        } = invitation.ok_or_else(used)?;
        let certificate = |kind: Kind, key: &PublicKey, word: &str| {
            let name = name.clone().unwrap_or_else(|| key.name(word));
            let certificate = authority.sign(&Grant::new(name, kind, roles), key)?;
            Ok::<String, KeyError>(pem("CERTIFICATE", &certificate))
        };
        Ok(Given {
            node: match kind {
                Kind::Node => Some(certificate(Kind::Node, &node, "node")?),
                _ => None,
            },
            user: Some(certificate(Kind::User, &user, "user")?),
        })
    }
}

/// Tokens that nobody has used in time.
fn forget_expired(folder: &Path) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let noted = fs::read_to_string(entry.path());
        let noted = noted.ok().and_then(|text| Invitation::from_text(&text));
        if noted.is_some_and(|invitation| invitation.valid <= now()) {
            // The next one tries again.
            let _ = fs::remove_file(entry.path()).map_err(at(&entry.path()));
        }
    }
}

/// Tokens live by the calendar, as certificates do.
#[allow(clippy::disallowed_methods)]
fn now() -> Duration {
    SystemTime::now()
        .duration_since(SystemTime::UNIX_EPOCH)
        .unwrap_or_default()
}
