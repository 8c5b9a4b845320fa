//! What a customer's message says about their consent.

use msgboxx_model::ContactStatus;
use msgboxx_model::opt_out::Consent;

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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_word_brings_back_who_opted_out() {
        assert_eq!(after_text(ContactStatus::Unsubscribed, None), ContactStatus::Unsubscribed);
        assert_eq!(after_text(ContactStatus::Unsubscribed, Some(Consent::Subscribe)), ContactStatus::Subscribed);
        assert_eq!(after_text(ContactStatus::Presubscribed, None), ContactStatus::Subscribed);
        assert_eq!(after_text(ContactStatus::Subscribed, Some(Consent::Unsubscribe)), ContactStatus::Unsubscribed);
    }
}
