//! Resumable uploads: samples for template headers, and profile pictures (reference §3).

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Serialize};

/// An upload session. Its bytes lie in the media folder under the digits of its id.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Upload {
    /// `upload:…`, as Graph names it.
    pub(crate) id: String,
    /// The name of the file in the media folder.
    pub(crate) file: String,
    pub(crate) file_type: String,
    /// How many bytes it will have.
    pub(crate) length: u64,
    /// How many are there.
    pub(crate) offset: u64,
    /// What the file is named by once it is complete.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) handle: Option<String>,
}

/// A handle with the look of Meta's: `4::` and the type in base64 come first.
pub(crate) fn handle(file_type: &str, random: &str, seconds: i64) -> String {
    format!("4::{}:ARb{random}:e:{seconds}:1", STANDARD.encode(file_type))
}
