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

/// The most bytes that this medium may have; none: WhatsApp does not take its type.
pub(crate) fn limit(mime_type: &str, bytes: &[u8]) -> Option<u64> {
    const MIB: u64 = 1 << 20;
    let essence = mime_type.split(';').next().unwrap_or_default().trim();
    Some(match essence {
        "image/jpeg" | "image/png" => 5 * MIB,
        "image/webp" if is_animated(bytes) => 500 << 10,
        "image/webp" => 100 << 10,
        "video/mp4" | "video/3gpp" | "audio/aac" | "audio/amr" | "audio/mpeg" | "audio/mp4" | "audio/ogg" | "audio/opus" => 16 * MIB,
        "text/plain" | "application/pdf" => 100 * MIB,
        _ if essence.starts_with("application/vnd.") || essence == "application/msword" => 100 * MIB,
        _ => return None,
    })
}

/// A sticker that moves says so in its first chunk.
fn is_animated(webp: &[u8]) -> bool {
    const ANIMATION: u8 = 0b10;
    webp.get(12..16) == Some(b"VP8X") && webp.get(20).is_some_and(|flags| flags & ANIMATION != 0)
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
        assert_eq!(limit("audio/ogg; codecs=opus", b""), Some(16 << 20));
        assert_eq!(limit("image/jpeg", b""), Some(5 << 20));
        assert_eq!(limit("text/html", b""), None);
        let animated = b"RIFF\0\0\0\0WEBPVP8X\x0a\0\0\0\x02\0\0\0";
        assert_eq!((limit("image/webp", animated), limit("image/webp", b"RIFF\0\0\0\0WEBPVP8L")), (Some(500 << 10), Some(100 << 10)));
    }
}
