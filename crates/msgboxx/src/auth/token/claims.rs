//! The claims of an access token, with the fixed ones as types: any other value does not parse.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// Who issues our tokens.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub(super) enum Issuer {
    #[serde(rename = "msgboxx")]
    Msgboxx,
}

/// Whom they are for.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub(super) enum Audience {
    #[serde(rename = "msgboxx-api")]
    Api,
}

/// RFC 7519's names, and three of ours. Instants are Unix seconds.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Claims {
    pub(super) iss: Issuer,
    pub(super) aud: Audience,
    /// The user.
    pub(super) sub: Uuid,
    /// The organisation.
    pub(super) org: Uuid,
    /// The session.
    pub(super) sid: Uuid,
    /// The calling application.
    pub(super) app: String,
    pub(super) iat: i64,
    pub(super) nbf: i64,
    pub(super) exp: i64,
    /// Makes each token different.
    pub(super) jti: Uuid,
}
