//! The answer of the token endpoint.

use super::samples;
use super::time::Millis;
use serde::Serialize;
use utoipa::ToSchema;

/// An access token.
#[derive(Serialize, ToSchema)]
#[schema(as = Token, examples(samples::token))]
pub struct TokenView<'a> {
    /// A JWT, to be sent as `Authorization: Bearer …`.
    access_token: &'a str,
    /// Always `Bearer`.
    token_type: &'static str,
    /// Not to be interpreted.
    scope: &'static str,
    /// The instant that is also the token's `exp`.
    #[schema(value_type = String, format = DateTime)]
    expires_at: Millis,
}

impl<'a> TokenView<'a> {
    /// A token and when it ends.
    pub fn new(access_token: &'a str, expires_at: msgboxx_model::Instant) -> Self {
        Self { access_token, token_type: "Bearer", scope: "api", expires_at: Millis(expires_at) }
    }
}
