//! What a customer's message says about their consent.
//!
//! Messages arrive in any order; of the words that a customer said the one written last decides.

use msgboxx_model::opt_out::Consent;
use msgboxx_model::{ContactStatus, Instant};

/// Writing is consenting, unless the contact had opted out.
pub fn after_message(status: ContactStatus) -> ContactStatus {
    match status {
        ContactStatus::Presubscribed => ContactStatus::Subscribed,
        same => same,
    }
}

/// As [`after_message`], but a whole-message opt-out or opt-in word decides.
pub fn after_text(status: ContactStatus, said: Option<Consent>) -> ContactStatus {
    match said {
        Some(Consent::Unsubscribe) => ContactStatus::Unsubscribed,
        Some(Consent::Subscribe) => ContactStatus::Subscribed,
        None => after_message(status),
    }
}

/// Whether a word counts, given when the one was written that counted so far. WhatsApp tells whole seconds only: of two words of
/// one second the opt-out stands.
pub fn counts(said: Consent, written_at: Instant, so_far: Option<Instant>) -> bool {
    so_far.is_none_or(|so_far| written_at > so_far || (written_at == so_far && said == Consent::Unsubscribe))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_word_written_last_decides_and_of_two_at_once_the_opt_out() {
        let (early, late) = (Instant::from_seconds(5), Instant::from_seconds(6));
        for said in [Consent::Subscribe, Consent::Unsubscribe] {
            assert!(counts(said, early, None) && counts(said, late, Some(early)) && !counts(said, early, Some(late)));
            assert_eq!(counts(said, late, Some(late)), said == Consent::Unsubscribe);
        }
    }

    #[test]
    fn only_a_word_brings_back_who_opted_out() {
        assert_eq!(after_text(ContactStatus::Unsubscribed, None), ContactStatus::Unsubscribed);
        assert_eq!(after_text(ContactStatus::Unsubscribed, Some(Consent::Subscribe)), ContactStatus::Subscribed);
        assert_eq!(after_text(ContactStatus::Presubscribed, None), ContactStatus::Subscribed);
        assert_eq!(after_text(ContactStatus::Subscribed, Some(Consent::Unsubscribe)), ContactStatus::Unsubscribed);
    }
}
