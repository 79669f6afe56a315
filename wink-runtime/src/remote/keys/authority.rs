//! What issues certificates.
//!
//! Must not know of: where keys are kept.

use std::fmt;
use std::time::{Duration, SystemTime};

use rcgen::{
    BasicConstraints, CertificateParams, DistinguishedName, DnType, ExtendedKeyUsagePurpose, IsCa,
    Issuer, KeyPair, KeyUsagePurpose, PKCS_ED25519, date_time_ymd,
};
use rustls::pki_types::{CertificateDer, PrivatePkcs8KeyDer};

use super::KeyError;
use super::credential::Credential;
use super::holder::{Holder, Kind, Roles};

/// How long an authority lives, and usually what it issues.
const AUTHORITY: Duration = Duration::from_secs(20 * 365 * 24 * 3_600);
const ISSUED: Duration = Duration::from_secs(5 * 365 * 24 * 3_600);

/// Clocks of two computers may differ by so much.
const SKEW: Duration = Duration::from_secs(3_600);

/// The key of a cluster's authority.
pub struct Authority {
    certificate: CertificateDer<'static>,
    key: KeyPair,
}

/// What a certificate is to say.
#[derive(Clone, Debug)]
pub struct Grant {
    holder: Holder,
    valid: Duration,
}

impl Grant {
    /// A certificate for that holder, for five years.
    pub fn new(name: impl Into<String>, kind: Kind, roles: Roles) -> Self {
        let name = name.into();
        Self {
            holder: Holder { name, kind, roles },
            valid: ISSUED,
        }
    }

    /// How long it is valid from now on, in whole seconds. Zero makes one that has expired.
    #[must_use]
    pub fn valid(mut self, duration: Duration) -> Self {
        self.valid = duration;
        self
    }
}

/// Making keys and certificates fails when the system gives no randomness, and at nothing else.
pub(super) fn made(error: rcgen::Error) -> KeyError {
    KeyError::Invalid {
        origin: "a new certificate".to_owned(),
        why: error.to_string(),
    }
}

/// What is valid from now on for so long.
fn parameters(domains: Vec<String>, valid: Duration) -> Result<CertificateParams, KeyError> {
    let mut parameters = CertificateParams::new(domains).map_err(made)?;
    // Certificates live by the calendar: the one place that reads it.
    #[allow(clippy::disallowed_methods)]
    let now = SystemTime::now()
        .duration_since(SystemTime::UNIX_EPOCH)
        .unwrap_or_default();
    let epoch = date_time_ymd(1970, 1, 1);
    parameters.not_before = epoch + now.saturating_sub(SKEW);
    parameters.not_after = match valid.is_zero() {
        true => parameters.not_before,
        false => epoch + now + valid,
    };
    parameters.distinguished_name = DistinguishedName::new();
    Ok(parameters)
}

/// What every authority says of itself. They differ in their keys, and no reader looks further.
fn own_parameters() -> Result<CertificateParams, KeyError> {
    let mut parameters = parameters(Vec::new(), AUTHORITY)?;
    parameters.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
    parameters.key_usages = vec![KeyUsagePurpose::KeyCertSign];
    parameters
        .distinguished_name
        .push(DnType::CommonName, "wink cluster");
    Ok(parameters)
}

impl Authority {
    /// A new authority, with a key that nobody had.
    ///
    /// # Errors
    /// When the system gives no randomness.
    pub fn generate() -> Result<Self, KeyError> {
        let key = KeyPair::generate_for(&PKCS_ED25519).map_err(made)?;
        let certificate = own_parameters()?.self_signed(&key).map_err(made)?;
        let certificate = certificate.der().clone();
        Ok(Self { certificate, key })
    }

    /// The authority of that certificate and key.
    pub(super) fn load(
        certificate: CertificateDer<'static>,
        key: &PrivatePkcs8KeyDer<'_>,
    ) -> Result<Self, String> {
        let key = KeyPair::from_pkcs8_der_and_sign_algo(key, &PKCS_ED25519);
        let key = key.map_err(|error| format!("no key of an authority: {error}"))?;
        Ok(Self { certificate, key })
    }

    /// Its certificate, by which others judge.
    pub(super) fn certificate(&self) -> &CertificateDer<'static> {
        &self.certificate
    }

    pub(super) fn key(&self) -> PrivatePkcs8KeyDer<'static> {
        PrivatePkcs8KeyDer::from(self.key.serialize_der())
    }

    /// A credential with a new key.
    ///
    /// # Errors
    /// When the holder's name is none that a certificate can have.
    pub fn issue(&self, grant: &Grant) -> Result<Credential, KeyError> {
        let key = KeyPair::generate_for(&PKCS_ED25519).map_err(made)?;
        let certificate = self.sign(grant, &key)?;
        let key = PrivatePkcs8KeyDer::from(key.serialize_der());
        Credential::new(certificate, self.certificate.clone(), key).map_err(|why| {
            KeyError::Invalid {
                origin: "a new certificate".to_owned(),
                why,
            }
        })
    }

    /// A certificate for a key that somebody else has.
    pub(super) fn sign(
        &self,
        grant: &Grant,
        key: &impl rcgen::PublicKeyData,
    ) -> Result<CertificateDer<'static>, KeyError> {
        let mut parameters = parameters(grant.holder.domains()?, grant.valid)?;
        parameters
            .distinguished_name
            .push(DnType::CommonName, &grant.holder.name);
        parameters.is_ca = IsCa::ExplicitNoCa;
        parameters.key_usages = vec![KeyUsagePurpose::DigitalSignature];
        parameters.extended_key_usages = vec![ExtendedKeyUsagePurpose::ClientAuth];
        if grant.holder.kind == Kind::Node {
            let purposes = &mut parameters.extended_key_usages;
            purposes.push(ExtendedKeyUsagePurpose::ServerAuth);
        }
        let issuer = Issuer::new(own_parameters()?, &self.key);
        let certificate = parameters.signed_by(key, &issuer).map_err(made)?;
        Ok(certificate.der().clone())
    }
}

impl fmt::Debug for Authority {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Authority").finish_non_exhaustive()
    }
}
