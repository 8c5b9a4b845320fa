//! AES-256-GCM-SIV under the installation's key.
//!
//! A sealed value is one byte that names key and layout, twelve of nonce, the ciphertext and its tag.
//! The place (table, column, row, organisation) is authenticated with it: a value that somebody
//! copied into another row does not open.

use super::Secret;
use aws_lc_rs::aead::{AES_256_GCM_SIV, Aad, NONCE_LEN, Nonce, RandomizedNonceKey};
use aws_lc_rs::{hkdf, hmac};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use msgboxx_model::OrganisationId;
use std::sync::Arc;
use uuid::Uuid;

/// The first byte of what this version seals: the installation's first and only key.
const KEY_ID: u8 = 1;
const KEY_BYTES: usize = 32;

/// The key that encrypts stored secrets. Cheap to clone.
#[derive(Clone)]
pub struct InstallationKey(Arc<Keys>);

struct Keys {
    sealing: RandomizedNonceKey,
    deriving: hkdf::Prk,
}

/// The text is no key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("must be 32 bytes in base64, as `openssl rand -base64 32` prints them")]
pub struct KeyError;

/// A sealed value did not open.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a stored secret does not open with this key at this place")]
pub struct OpenError;

/// Where a sealed value is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    table: &'static str,
    column: &'static str,
    row: String,
    organisation: Option<OrganisationId>,
}

impl Place {
    /// A column of a tenant's row.
    pub fn of(table: &'static str, column: &'static str, organisation: OrganisationId, row: impl Into<Uuid>) -> Self {
        Self { table, column, row: row.into().to_string(), organisation: Some(organisation) }
    }

    /// A column of a row that belongs to the whole installation.
    pub fn of_installation(table: &'static str, column: &'static str, row: &str) -> Self {
        Self { table, column, row: row.to_owned(), organisation: None }
    }

    /// No two places have the same bytes: only the row may contain the separator, and its length is given.
    fn bytes(&self) -> Vec<u8> {
        let organisation = self.organisation.map_or_else(|| "-".to_owned(), |id| id.to_string());
        format!("{}|{}|{organisation}|{}|{}", self.table, self.column, self.row.len(), self.row).into_bytes()
    }
}

impl InstallationKey {
    /// The key in a text of base64.
    ///
    /// # Errors
    /// When it is not 32 bytes.
    pub fn from_base64(text: &str) -> Result<Self, KeyError> {
        let bytes = STANDARD.decode(text.trim()).map_err(|_| KeyError)?;
        if bytes.len() != KEY_BYTES {
            return Err(KeyError);
        }
        let sealing = RandomizedNonceKey::new(&AES_256_GCM_SIV, &bytes).map_err(|_| KeyError)?;
        let deriving = hkdf::Salt::new(hkdf::HKDF_SHA256, b"msgboxx").extract(&bytes);
        Ok(Self(Arc::new(Keys { sealing, deriving })))
    }

    /// A new key as text.
    pub fn generate() -> Secret {
        Secret::new(STANDARD.encode(random::<KEY_BYTES>()))
    }

    /// A key to sign with, for one purpose and no other. It says nothing about this one.
    pub fn derive(&self, purpose: &'static str) -> hmac::Key {
        let info = [purpose.as_bytes()];
        let derived = self.0.deriving.expand(&info, hmac::HMAC_SHA256).expect("one block is never too much");
        derived.into()
    }

    /// Encrypts a secret for one place.
    pub fn seal(&self, place: &Place, secret: &str) -> Vec<u8> {
        let mut body = secret.as_bytes().to_vec();
        let nonce =
            self.0.sealing.seal_in_place_append_tag(Aad::from(place.bytes()), &mut body).expect("values of this size can be sealed");
        let mut sealed = Vec::with_capacity(1 + NONCE_LEN + body.len());
        sealed.push(KEY_ID);
        sealed.extend_from_slice(nonce.as_ref());
        sealed.extend_from_slice(&body);
        sealed
    }

    /// Decrypts what [`InstallationKey::seal`] made for this place.
    ///
    /// # Errors
    /// With another key, at another place, or when a bit was changed.
    pub fn open(&self, place: &Place, sealed: &[u8]) -> Result<Secret, OpenError> {
        let (&KEY_ID, rest) = sealed.split_first().ok_or(OpenError)? else { return Err(OpenError) };
        let (nonce, body) = rest.split_at_checked(NONCE_LEN).ok_or(OpenError)?;
        let nonce = Nonce::try_assume_unique_for_key(nonce).map_err(|_| OpenError)?;
        let mut body = body.to_vec();
        let opened = self.0.sealing.open_in_place(nonce, Aad::from(place.bytes()), &mut body).map_err(|_| OpenError)?;
        String::from_utf8(opened.to_vec()).map(Secret::new).map_err(|_| OpenError)
    }
}

impl std::fmt::Debug for InstallationKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("InstallationKey(…)")
    }
}

/// Bytes from the operating system's generator.
pub(crate) fn random<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    aws_lc_rs::rand::fill(&mut bytes).expect("the system's random generator works");
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key() -> InstallationKey {
        InstallationKey::from_base64(InstallationKey::generate().expose()).expect("a generated key is a key")
    }

    fn place(row: u128) -> Place {
        Place::of("api_accounts", "access_token_sealed", OrganisationId(Uuid::from_u128(1)), Uuid::from_u128(row))
    }

    #[test]
    fn a_secret_opens_at_its_own_place() {
        let key = key();
        let sealed = key.seal(&place(1), "EAAG…");
        assert_eq!(key.open(&place(1), &sealed).map(|secret| secret.expose().to_owned()), Ok("EAAG…".to_owned()));
    }

    #[test]
    fn two_rows_cannot_swap_their_secrets() {
        let key = key();
        assert_eq!(key.open(&place(2), &key.seal(&place(1), "secret")), Err(OpenError));
    }

    #[test]
    fn another_organisation_column_or_table_does_not_open_it() {
        let key = key();
        let row = Uuid::from_u128(1);
        let sealed = key.seal(&place(1), "secret");
        for other in [
            Place::of("api_accounts", "access_token_sealed", OrganisationId(Uuid::from_u128(2)), row),
            Place::of("api_accounts", "app_secret_sealed", OrganisationId(Uuid::from_u128(1)), row),
            Place::of("webhooks", "access_token_sealed", OrganisationId(Uuid::from_u128(1)), row),
            Place::of_installation("api_accounts", "access_token_sealed", &row.to_string()),
        ] {
            assert_eq!(key.open(&other, &sealed), Err(OpenError), "{other:?}");
        }
    }

    #[test]
    fn every_changed_bit_is_noticed() {
        let key = key();
        let sealed = key.seal(&place(1), "secret");
        for bit in 0..sealed.len() * 8 {
            let mut changed = sealed.clone();
            changed[bit / 8] ^= 1 << (bit % 8);
            assert_eq!(key.open(&place(1), &changed), Err(OpenError), "bit {bit}");
        }
        for length in 0..sealed.len() {
            assert_eq!(key.open(&place(1), &sealed[..length]), Err(OpenError), "length {length}");
        }
    }

    #[test]
    fn a_derived_key_is_for_one_purpose_of_one_installation() {
        let key = key();
        let sign = |key: &InstallationKey, purpose| hmac::sign(&key.derive(purpose), b"text").as_ref().to_vec();
        assert_eq!(sign(&key, "a"), sign(&key.clone(), "a"));
        assert_ne!(sign(&key, "a"), sign(&key, "b"));
        assert_ne!(sign(&key, "a"), sign(&self::key(), "a"));
    }

    #[test]
    fn another_key_does_not_open_it() {
        assert_eq!(key().open(&place(1), &key().seal(&place(1), "secret")), Err(OpenError));
    }

    #[test]
    fn equal_secrets_look_different() {
        let key = key();
        assert_ne!(key.seal(&place(1), "secret"), key.seal(&place(1), "secret"));
    }

    #[test]
    fn a_text_that_is_not_32_bytes_of_base64_is_no_key() {
        for text in ["", "secret", &STANDARD.encode([0; 31]), &STANDARD.encode([0; 33])] {
            assert_eq!(InstallationKey::from_base64(text).err(), Some(KeyError), "{text}");
        }
    }
}
