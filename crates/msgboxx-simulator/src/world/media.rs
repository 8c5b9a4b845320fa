//! Media that were uploaded or that customers sent: what is known of them, not their bytes.

use serde::{Deserialize, Serialize};

/// One medium. Its bytes lie in the media folder under its id.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Medium {
    pub(crate) id: String,
    pub(crate) phone_number_id: String,
    pub(crate) mime_type: String,
    /// Lower-case hexadecimal.
    pub(crate) sha256: String,
    pub(crate) size: u64,
    /// When it came, in microseconds.
    pub(crate) at: i64,
    /// Did a customer send it? Then it lives seven days instead of thirty.
    pub(crate) is_from_customer: bool,
    /// What an address of it carries, so that ids alone open nothing.
    pub(crate) hash: String,
}

const DAY: i64 = 86_400 * 1_000_000;

impl Medium {
    pub(crate) fn is_expired(&self, now: i64) -> bool {
        let days = if self.is_from_customer { 7 } else { 30 };
        now - self.at > days * DAY
    }
}

/// The largest medium of this type that WhatsApp takes, in bytes; none: it does not take the type.
pub(crate) fn limit(mime_type: &str) -> Option<u64> {
    const MIB: u64 = 1 << 20;
    let essence = mime_type.split(';').next().unwrap_or_default().trim();
    Some(match essence {
        "image/jpeg" | "image/png" => 5 * MIB,
        "image/webp" => 500 << 10,
        "video/mp4" | "video/3gpp" | "audio/aac" | "audio/amr" | "audio/mpeg" | "audio/mp4" | "audio/ogg" | "audio/opus" => 16 * MIB,
        "text/plain" | "application/pdf" => 100 * MIB,
        _ if essence.starts_with("application/vnd.") || essence == "application/msword" => 100 * MIB,
        _ => return None,
    })
}

/// May a message of this kind carry a medium of this type?
pub(crate) fn fits(kind: &str, mime_type: &str) -> bool {
    let essence = mime_type.split(';').next().unwrap_or_default().trim();
    match kind {
        "image" => matches!(essence, "image/jpeg" | "image/png"),
        "sticker" => essence == "image/webp",
        "video" => essence.starts_with("video/"),
        "audio" => essence.starts_with("audio/"),
        _ => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_kind_takes_its_own_types() {
        assert!(fits("image", "image/png") && fits("audio", "audio/ogg; codecs=opus") && fits("document", "image/png"));
        assert!(!fits("image", "image/webp") && !fits("sticker", "image/png") && !fits("video", "audio/ogg"));
    }

    #[test]
    fn types_have_their_limits_and_foreign_types_none() {
        assert_eq!(limit("audio/ogg; codecs=opus"), Some(16 << 20));
        assert_eq!(limit("image/jpeg"), Some(5 << 20));
        assert_eq!(limit("text/html"), None);
    }
}
