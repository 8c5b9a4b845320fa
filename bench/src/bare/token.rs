//! A token as light as can be that still has to be verified: HS256 over four claims.

use crate::machine::now;
use anyhow::Result;
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation};
use serde::{Deserialize, Serialize};

/// Of no worth to anybody: the server it opens lives for one measurement.
const SECRET: &[u8] = b"a key for measurements, 32 bytes";

#[derive(Serialize, Deserialize)]
struct Claims {
    iss: String,
    sub: String,
    iat: i64,
    exp: i64,
}

/// A token for a day.
pub(crate) fn issue() -> Result<String> {
    let iat = now().as_seconds();
    let claims = Claims { iss: "bench".to_owned(), sub: "caller".to_owned(), iat, exp: iat + 86_400 };
    Ok(jsonwebtoken::encode(&Header::new(Algorithm::HS256), &claims, &EncodingKey::from_secret(SECRET))?)
}

/// Verifies tokens.
#[derive(Clone)]
pub(super) struct Check {
    key: DecodingKey,
    validation: Validation,
}

impl Check {
    pub(super) fn new() -> Self {
        Self { key: DecodingKey::from_secret(SECRET), validation: Validation::new(Algorithm::HS256) }
    }

    /// Whether the value of an `Authorization` header is ours.
    pub(super) fn accepts(&self, authorization: &str) -> bool {
        let token = authorization.strip_prefix("Bearer ");
        token.is_some_and(|token| jsonwebtoken::decode::<Claims>(token, &self.key, &self.validation).is_ok())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn our_token_is_accepted_and_no_other() {
        let (check, token) = (Check::new(), issue().expect("a token"));
        assert!(check.accepts(&format!("Bearer {token}")));
        assert!(!check.accepts(&format!("Bearer {token}x")));
        assert!(!check.accepts(&token));
    }
}
