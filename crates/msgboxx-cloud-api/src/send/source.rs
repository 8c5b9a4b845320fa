//! Where a medium comes from. Uploading it first and sending its id is what Meta prefers.

use serde::Serialize;

/// Where a medium comes from: exactly one of the two.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum MediaSource {
    /// An uploaded medium's id; good for thirty days.
    Id(String),
    /// A public http(s) address that Meta fetches, and keeps for ten minutes by its exact text. A bad one is reported
    /// only after the message was accepted.
    Link(String),
}
