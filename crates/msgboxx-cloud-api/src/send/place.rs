//! A place on the map, in a message or in a template's header.

use serde::{Serialize, Serializer};

/// A place on the map.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Place {
    /// Degrees north, −90 to 90.
    #[serde(serialize_with = "as_text")]
    pub latitude: f64,
    /// Degrees east, −180 to 180.
    #[serde(serialize_with = "as_text")]
    pub longitude: f64,
    /// Its name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Its address.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub address: Option<String>,
}

/// Meta documents degrees as text; that numbers work as well is hearsay.
#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes the field by reference")]
fn as_text<S: Serializer>(degrees: &f64, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(degrees)
}
