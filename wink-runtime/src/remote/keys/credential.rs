//! A certificate with its key, and whom it trusts.
//!
//! Must not know of: where it is kept.

use std::fmt;
use std::sync::Arc;

use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer};

use super::KeyError;
use super::holder::Holder;

/// What a node or a person shows to others: a certificate, its key, and the authority's
/// certificate, by which others are judged. Cheap to clone; never prints its key.
#[derive(Clone)]
pub struct Credential(Arc<Parts>);

struct Parts {
    holder: Holder,
    certificate: CertificateDer<'static>,
    authority: CertificateDer<'static>,
    key: PrivatePkcs8KeyDer<'static>,
}

impl Credential {
    /// Joins the parts.
    ///
    /// # Errors
    /// When the certificate does not say who holds it.
    pub(super) fn new(
        certificate: CertificateDer<'static>,
        authority: CertificateDer<'static>,
        key: PrivatePkcs8KeyDer<'static>,
    ) -> Result<Self, String> {
        Ok(Self(Arc::new(Parts {
            holder: Holder::of(&certificate)?,
            certificate,
            authority,
            key,
        })))
    }

    /// Whose credential it is.
    pub fn holder(&self) -> &Holder {
        &self.0.holder
    }

    /// Which cluster it is of: the SHA-256 of its authority's certificate, in hexadecimal digits.
    /// Two people who compare it know that nobody is between them.
    pub fn cluster(&self) -> String {
        fingerprint(&self.0.authority)
    }

    pub(in crate::remote) fn certificate(&self) -> &CertificateDer<'static> {
        &self.0.certificate
    }

    pub(in crate::remote) fn authority(&self) -> &CertificateDer<'static> {
        &self.0.authority
    }

    pub(in crate::remote) fn key(&self) -> PrivateKeyDer<'static> {
        PrivateKeyDer::Pkcs8(self.0.key.clone_key())
    }

    /// All of it as text: the holder's certificate, the authority's, the key. Whoever reads it
    /// is the holder: hand it to a process by a file or a pipe that nobody else reads, never by
    /// its arguments.
    pub fn to_pem(&self) -> String {
        let mut text = pem("CERTIFICATE", &self.0.certificate);
        text += &pem("CERTIFICATE", &self.0.authority);
        text += &pem("PRIVATE KEY", self.0.key.secret_pkcs8_der());
        text
    }

    /// Reads what [`to_pem`](Self::to_pem) wrote; `origin` is where the text comes from, for the
    /// error.
    ///
    /// # Errors
    /// When the text holds something else.
    pub fn from_pem(text: &str, origin: &str) -> Result<Self, KeyError> {
        let invalid = |why: String| KeyError::Invalid {
            origin: origin.to_owned(),
            why,
        };
        let certificates: Result<Vec<_>, _> =
            CertificateDer::pem_slice_iter(text.as_bytes()).collect();
        let certificates = certificates.map_err(|error| invalid(format!("{error}")))?;
        let key = PrivatePkcs8KeyDer::from_pem_slice(text.as_bytes())
            .map_err(|error| invalid(format!("no private key: {error}")))?;
        let count = certificates.len();
        let Ok([certificate, authority]) = <[_; 2]>::try_from(certificates) else {
            let why = format!("{count} certificates, not the holder's and the authority's");
            return Err(invalid(why));
        };
        Self::new(certificate, authority, key).map_err(invalid)
    }
}

impl fmt::Debug for Credential {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Credential({})", self.holder())
    }
}

/// The SHA-256 of a certificate, in hexadecimal digits.
fn fingerprint(certificate: &CertificateDer<'_>) -> String {
    use rustls::crypto::ring::cipher_suite::TLS13_AES_128_GCM_SHA256;
    let suite = TLS13_AES_128_GCM_SHA256.tls13();
    let hash = suite.map(|suite| suite.common.hash_provider.hash(certificate));
    let hash = hash.iter().flat_map(|hash| hash.as_ref());
    hash.map(|byte| format!("{byte:02x}")).collect()
}

/// Bytes as PEM.
pub(super) fn pem(label: &str, bytes: &[u8]) -> String {
    use base64::Engine as _;
    let body = base64::engine::general_purpose::STANDARD.encode(bytes);
    let mut text = format!("-----BEGIN {label}-----\n");
    for line in body.as_bytes().chunks(64) {
        text.extend(line.iter().map(|&byte| char::from(byte)));
        text.push('\n');
    }
    text + &format!("-----END {label}-----\n")
}
