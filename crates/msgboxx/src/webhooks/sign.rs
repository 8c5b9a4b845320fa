//! Signatures of webhook calls, as the Standard Webhooks specification defines them.
//!
//! A secret is `whsec_` and the base64 of the key. What is signed is `id.timestamp.body`, so that a
//! call cannot be repeated later under another identity. Receivers check with that project's public
//! libraries (<https://github.com/standard-webhooks/standard-webhooks>).

use crate::secrets::{Secret, random};
use aws_lc_rs::hmac;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use msgboxx_model::Instant;

const PREFIX: &str = "whsec_";
/// Key bytes of a secret that is made here.
const KEY_LENGTH: usize = 32;
/// Key bytes that the specification asks for.
const KEY_LENGTHS: std::ops::RangeInclusive<usize> = 24..=64;

/// The text is not a signing secret.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a signing secret is whsec_ and the base64 of 24 to 64 bytes")]
pub struct NotASecret;

/// What signs the calls of one webhook.
pub struct SigningKey(hmac::Key);

impl SigningKey {
    /// Reads `whsec_…`.
    ///
    /// # Errors
    /// When the text has another form.
    pub fn parse(secret: &str) -> Result<Self, NotASecret> {
        let key = secret.strip_prefix(PREFIX).and_then(|text| STANDARD.decode(text).ok()).ok_or(NotASecret)?;
        if KEY_LENGTHS.contains(&key.len()) { Ok(Self(hmac::Key::new(hmac::HMAC_SHA256, &key))) } else { Err(NotASecret) }
    }

    /// The value of the header `webhook-signature`; the time of the call goes into it as whole Unix seconds.
    pub fn sign(&self, id: &str, at: Instant, body: &str) -> String {
        let mut signed = hmac::Context::with_key(&self.0);
        signed.update(format!("{id}.{}.", at.as_seconds()).as_bytes());
        signed.update(body.as_bytes());
        format!("v1,{}", STANDARD.encode(signed.sign()))
    }
}

/// A new secret from the system's random generator.
pub fn new_secret() -> Secret {
    Secret::new(format!("{PREFIX}{}", STANDARD.encode(random::<KEY_LENGTH>())))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::Clock;
    use msgboxx_simulator::SimulatorClock;
    use reqwest::header::{HeaderMap, HeaderValue};

    const SECRET: &str = "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD";

    fn headers(id: &str, at: Instant, signature: &str) -> HeaderMap {
        let value = |text: &str| HeaderValue::from_str(text).expect("a header value");
        HeaderMap::from_iter([
            ("webhook-id".parse().expect("a header name"), value(id)),
            ("webhook-timestamp".parse().expect("a header name"), value(&at.as_seconds().to_string())),
            ("webhook-signature".parse().expect("a header name"), value(signature)),
        ])
    }

    #[test]
    fn the_published_example_is_signed_as_published() {
        let key = SigningKey::parse(SECRET).expect("a secret");
        let body = r#"{"email":"test@example.com","username":"test_user"}"#;
        let signature = key.sign("msg_27UH4WbU6Z5A5EzD8u03UvzRbpk", Instant::from_seconds(1_649_367_553), body);
        assert_eq!(signature, "v1,tZ1I4/hDygAJgO5TYxiSd6Sd0kDW6hPenDe+bTa3Kkw=");
    }

    #[test]
    fn the_reference_library_takes_a_call_and_refuses_a_changed_one() {
        let secret = new_secret();
        let key = SigningKey::parse(secret.expose()).expect("a secret");
        let receiver = standardwebhooks::Webhook::new(secret.expose()).expect("a secret");
        let at = Clock::new(SimulatorClock::new()).now();
        let body = r#"{"bodyText":"Grüße 👋"}"#;
        let sent = headers("0198", at, &key.sign("0198", at, body));
        assert!(receiver.verify(body.as_bytes(), &sent).is_ok());
        assert!(receiver.verify(b"{}", &sent).is_err());
        assert!(receiver.verify(body.as_bytes(), &headers("0199", at, &key.sign("0198", at, body))).is_err());
    }

    #[test]
    fn other_texts_are_not_secrets() {
        for text in ["", "whsec_", "C2FVsBQIhrscChlQIMV+b5sSYspob7oD", "whsec_not base64", "whsec_c2hvcnQ="] {
            assert!(SigningKey::parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn two_new_secrets_differ() {
        assert_ne!(new_secret().expose(), new_secret().expose());
    }
}
