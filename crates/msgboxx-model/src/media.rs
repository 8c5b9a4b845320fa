//! Files of messages: how far each has come, how large it may be, and how long WhatsApp keeps it.

use crate::{Failure, MediaId, MessageKind, text_enum};
use std::time::Duration;

text_enum! {
    /// How far the file of a message has come.
    MediaState {
        /// It is still at WhatsApp.
        Waiting = "waiting",
        /// We have it.
        Stored = "stored",
        /// It will not come.
        Failed = "failed",
    }
}

/// The file of a message, as far as readers of the message care.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MessageFile {
    /// Its identifier.
    pub id: MediaId,
    /// How far it has come.
    pub state: MediaState,
    /// Why the last attempt failed, if one did.
    pub failure: Option<Failure>,
}

impl MessageFile {
    /// Why it will not come, if it will not.
    pub fn final_failure(&self) -> Option<&Failure> {
        self.failure.as_ref().filter(|_| self.state == MediaState::Failed)
    }
}

/// How long WhatsApp keeps what a customer sent.
pub const LIFE: Duration = Duration::from_hours(7 * 24);

const MIB: u64 = 1 << 20;

/// The most bytes that the file of such a message may have; none for a kind without a file.
///
/// WhatsApp documents 100 MB for whatever customers send, and far less for pictures that businesses
/// send: the limits of pictures here leave room above those.
pub fn most_bytes(kind: MessageKind) -> Option<u64> {
    match kind {
        MessageKind::Image => Some(25 * MIB),
        MessageKind::Sticker => Some(5 * MIB),
        MessageKind::Video | MessageKind::Audio | MessageKind::Document => Some(100 * MIB),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    #[test]
    fn kinds_with_a_file_have_a_limit_and_no_other() {
        let with: Vec<_> = MessageKind::ALL.iter().filter(|kind| most_bytes(**kind).is_some()).map(|kind| kind.as_str()).collect();
        assert_eq!(with, ["image", "video", "audio", "document", "sticker"]);
        assert!(MessageKind::ALL.iter().filter_map(|kind| most_bytes(*kind)).all(|most| most <= 100 * MIB));
    }

    #[test]
    fn a_reason_is_final_only_with_the_state() {
        let failure = Failure { code: "file_gone".to_owned(), detail: "gone".to_owned() };
        let file = |state| MessageFile { id: MediaId(Uuid::nil()), state, failure: Some(failure.clone()) };
        assert_eq!(file(MediaState::Waiting).final_failure(), None);
        assert_eq!(file(MediaState::Failed).final_failure(), Some(&failure));
    }
}
