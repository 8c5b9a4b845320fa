//! Instants as the API writes them.

use msgboxx_model::Instant;
use serde::{Serialize, Serializer};

/// `2022-07-05T20:09:58.341Z`: every entity but Message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Millis(pub Instant);

/// `2024-04-30T14:03:25.063590+00:00`: Message alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Micros(pub Instant);

impl Serialize for Millis {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0.to_millis_text())
    }
}

impl Serialize for Micros {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0.to_micros_text())
    }
}
