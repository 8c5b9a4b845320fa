//! Access tokens: JWTs with one pinned algorithm (HS256) and keys from a fixed map.
//!
//! A token's header must be byte for byte one of those that this installation writes, so `alg`,
//! `typ`, `kid` and everything else in it are settled before a key is touched. Verifying says who
//! the caller was when the token was issued; whether the session still stands is the caller's
//! question to the store.

mod claims;
#[cfg(test)]
mod tests;

use crate::secrets::Secret;
use claims::{Audience, Claims, Issuer};
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation};
use msgboxx_model::{Instant, OrganisationId, SessionId, UserId};
use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;
use uuid::Uuid;

/// Tokens are about 500 bytes; nothing longer is looked at.
const MOST_BYTES: usize = 4096;
/// How far the clocks of two nodes may differ.
const SKEW_SECONDS: i64 = 60;
/// RFC 9068: an access token, not any other JWT of ours.
const TYPE: &str = "at+jwt";

/// What a token says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Grant {
    /// Who signed in.
    pub user: UserId,
    /// The organisation they belonged to.
    pub organisation: OrganisationId,
    /// The sign-in that the token descends from.
    pub session: SessionId,
    /// The program they signed in with, from `X-Calling-Application`.
    pub calling_application: String,
}

/// A token and when it ends.
#[derive(Debug, Clone)]
pub struct IssuedToken {
    /// The token's text.
    pub token: Secret,
    /// The same instant as the claim `exp`: a whole second.
    pub expires_at: Instant,
}

/// Why a token is not accepted. Callers are told the same in every case.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TokenError {
    /// It is not a token of ours: form, header, signature or claims.
    #[error("is not a token of this installation")]
    Invalid,
    /// It was one.
    #[error("has expired")]
    Expired,
}

/// A signing key by its name.
#[derive(Debug, Clone)]
pub struct TokenKey {
    /// Its name, the claim `kid` in the header.
    pub kid: String,
    /// At least 32 bytes of chance, as text.
    pub secret: Secret,
}

/// Issues and verifies tokens. Cheap to clone.
#[derive(Clone)]
pub struct Tokens(Arc<Keys>);

struct Keys {
    /// The header as it is written, encoded, and the key it names.
    accepted: HashMap<String, DecodingKey>,
    header: Header,
    signing: EncodingKey,
    validation: Validation,
    life: Duration,
}

impl Tokens {
    /// With these keys, of which the last signs. Tokens live as long as `life`.
    ///
    /// None when there is no key.
    pub fn new(keys: &[TokenKey], life: Duration) -> Option<Self> {
        let newest = keys.last()?;
        let decoding = |key: &TokenKey| DecodingKey::from_secret(key.secret.expose().as_bytes());
        let accepted = keys.iter().map(|key| (encoded_header(&key.kid), decoding(key))).collect();
        let mut validation = Validation::new(Algorithm::HS256);
        // Instants are compared with our own clock, the rest by the types of the claims.
        validation.required_spec_claims.clear();
        validation.validate_exp = false;
        validation.validate_aud = false;
        let signing = EncodingKey::from_secret(newest.secret.expose().as_bytes());
        Some(Self(Arc::new(Keys { accepted, header: header(&newest.kid), signing, validation, life })))
    }

    /// A token for a caller, from now on.
    pub fn issue(&self, grant: &Grant, now: Instant) -> IssuedToken {
        let issued_at = now.as_seconds();
        let expires_at = issued_at.saturating_add(i64::try_from(self.0.life.as_secs()).unwrap_or(i64::MAX));
        let claims = Claims {
            iss: Issuer::Msgboxx,
            aud: Audience::Api,
            sub: grant.user.0,
            org: grant.organisation.0,
            sid: grant.session.0,
            app: grant.calling_application.clone(),
            iat: issued_at,
            nbf: issued_at,
            exp: expires_at,
            jti: Uuid::new_v4(),
        };
        let token = jsonwebtoken::encode(&self.0.header, &claims, &self.0.signing).expect("these claims are plain JSON");
        IssuedToken { token: Secret::new(token), expires_at: Instant::from_seconds(expires_at) }
    }

    /// What a token says, if it is ours and has not ended. Takes a few microseconds.
    ///
    /// # Errors
    /// When it is not to be accepted.
    pub fn verify(&self, token: &str, now: Instant) -> Result<Grant, TokenError> {
        if token.len() > MOST_BYTES {
            return Err(TokenError::Invalid);
        }
        let header = token.split('.').next().unwrap_or_default();
        let key = self.0.accepted.get(header).ok_or(TokenError::Invalid)?;
        let decoded = jsonwebtoken::decode::<Claims>(token, key, &self.0.validation).map_err(|_| TokenError::Invalid)?;
        decoded.claims.grant_at(now)
    }
}

impl std::fmt::Debug for Tokens {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Tokens(…)")
    }
}

impl Claims {
    fn grant_at(self, now: Instant) -> Result<Grant, TokenError> {
        let now = now.as_seconds();
        if self.nbf > now.saturating_add(SKEW_SECONDS) || self.iat > now.saturating_add(SKEW_SECONDS) {
            return Err(TokenError::Invalid);
        }
        if self.exp <= now {
            return Err(TokenError::Expired);
        }
        Ok(Grant {
            user: UserId(self.sub),
            organisation: OrganisationId(self.org),
            session: SessionId(self.sid),
            calling_application: self.app,
        })
    }
}

fn header(kid: &str) -> Header {
    Header { typ: Some(TYPE.to_owned()), kid: Some(kid.to_owned()), ..Header::new(Algorithm::HS256) }
}

/// The first part of every token under this key.
fn encoded_header(kid: &str) -> String {
    let token = jsonwebtoken::encode(&header(kid), &(), &EncodingKey::from_secret(&[])).expect("a header is plain JSON");
    token.split('.').next().unwrap_or_default().to_owned()
}
