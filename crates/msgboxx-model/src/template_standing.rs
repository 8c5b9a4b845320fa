//! What WhatsApp says about a template beside what it consists of, and why it cannot be sent.
//!
//! Status words and scores are WhatsApp's own; the public API knows only [`TemplateStatus`].

use crate::{Instant, TemplateStatus};

/// A template's standing at WhatsApp.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TemplateStanding {
    /// WhatsApp's id of it; none: it was never seen there.
    pub whatsapp_id: Option<String>,
    /// WhatsApp's own word for its status; empty: it was never seen there.
    pub whatsapp_status: String,
    /// `GREEN`, `YELLOW`, `RED` or `UNKNOWN`.
    pub quality: Option<String>,
    /// Why it was rejected, paused or disabled.
    pub reason: Option<String>,
    /// When a pause ends by itself.
    pub paused_until: Option<Instant>,
    /// The category that it will have.
    pub announced_category: Option<String>,
    /// From when on it will have that category.
    pub category_changes_at: Option<Instant>,
    /// WhatsApp's time of the newest news of its status.
    pub news_at: Option<Instant>,
}

impl TemplateStanding {
    /// Why a template with this status cannot be sent now, as a sentence without a full stop; none: it can.
    pub fn why_unusable(&self, status: TemplateStatus, now: Instant) -> Option<String> {
        let because = |sentence: &str| match &self.reason {
            Some(reason) => format!("{sentence}: {reason}"),
            None => sentence.to_owned(),
        };
        Some(match status {
            TemplateStatus::Approved => return None,
            TemplateStatus::Pending if self.whatsapp_id.is_none() => "is not known to WhatsApp yet".to_owned(),
            TemplateStatus::Pending => "is still being reviewed by WhatsApp".to_owned(),
            TemplateStatus::Rejected => because("was rejected by WhatsApp"),
            TemplateStatus::Paused => because(&self.pause(now)),
            TemplateStatus::Disabled => because(self.end()),
        })
    }

    fn pause(&self, now: Instant) -> String {
        match self.paused_until {
            Some(until) if until > now => format!("is paused by WhatsApp until {}", until.to_millis_text()),
            Some(_) => "is paused by WhatsApp, which should resume it at any moment".to_owned(),
            None => "is paused by WhatsApp".to_owned(),
        }
    }

    fn end(&self) -> &'static str {
        match self.whatsapp_status.as_str() {
            "DELETED" | "PENDING_DELETION" => "was deleted at WhatsApp",
            "ARCHIVED" => "was archived by WhatsApp, because it was not used for long",
            "LIMIT_EXCEEDED" => "is beyond the number of templates that WhatsApp allows",
            _ => "was disabled by WhatsApp",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_status_that_forbids_sending_says_why() {
        let now = Instant::from_micros(1_000_000);
        let seen = TemplateStanding { whatsapp_id: Some("1".to_owned()), ..TemplateStanding::default() };
        let why = |standing: &TemplateStanding, status| standing.why_unusable(status, now).unwrap_or_default();
        assert_eq!(seen.why_unusable(TemplateStatus::Approved, now), None);
        assert_eq!(why(&TemplateStanding::default(), TemplateStatus::Pending), "is not known to WhatsApp yet");
        assert_eq!(why(&seen, TemplateStatus::Pending), "is still being reviewed by WhatsApp");
        let rejected = TemplateStanding { reason: Some("INVALID_FORMAT".to_owned()), ..seen.clone() };
        assert_eq!(why(&rejected, TemplateStatus::Rejected), "was rejected by WhatsApp: INVALID_FORMAT");
        let paused = TemplateStanding { paused_until: Some(Instant::from_micros(2_000_000)), ..seen.clone() };
        assert_eq!(why(&paused, TemplateStatus::Paused), "is paused by WhatsApp until 1970-01-01T00:00:02.000Z");
        let over = TemplateStanding { paused_until: Some(now), ..seen.clone() };
        assert_eq!(why(&over, TemplateStatus::Paused), "is paused by WhatsApp, which should resume it at any moment");
        let deleted = TemplateStanding { whatsapp_status: "DELETED".to_owned(), ..seen.clone() };
        assert_eq!(why(&deleted, TemplateStatus::Disabled), "was deleted at WhatsApp");
        assert_eq!(why(&seen, TemplateStatus::Disabled), "was disabled by WhatsApp");
    }
}
