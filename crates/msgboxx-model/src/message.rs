//! Messages, and how far each has come.

mod body;

pub use body::{BodyError, MAX_BODY_CHARACTERS, checked_body};

use crate::{ApiAccountId, ContactId, ContactStatus, ConversationId, Instant, MessageFile, MessageId, MobileNumber, UserId, text_enum};

text_enum! {
    /// Which way a message travels.
    Direction {
        /// From the customer.
        Incoming = "incoming",
        /// To the customer.
        Outgoing = "outgoing",
    }
}

text_enum! {
    /// What a message contains. The names are those of the Cloud API.
    MessageKind {
        /// Words.
        Text = "text",
        /// A filled-in template.
        Template = "template",
        /// A picture.
        Image = "image",
        /// A film.
        Video = "video",
        /// A sound or a voice note.
        Audio = "audio",
        /// A file.
        Document = "document",
        /// A sticker.
        Sticker = "sticker",
        /// A place.
        Location = "location",
        /// Address cards.
        Contacts = "contacts",
        /// A tap on an interactive message.
        Interactive = "interactive",
        /// A tap on a template's quick reply.
        Button = "button",
        /// An emoji on another message.
        Reaction = "reaction",
        /// A basket from a catalogue.
        Order = "order",
        /// Something WhatsApp tells, such as a changed number.
        System = "system",
        /// A kind that WhatsApp does not pass on, or that came after this version.
        Unsupported = "unsupported",
    }
}

text_enum! {
    /// How far a message has come.
    MessageStatus {
        /// Accepted by us, not yet reported by WhatsApp.
        Queued = "Queued",
        /// WhatsApp sent it.
        Sent = "Sent",
        /// It is on the customer's phone.
        Delivered = "Delivered",
        /// The customer saw it.
        Read = "Read",
        /// It will not arrive.
        Failed = "Failed",
        /// Nobody can say whether WhatsApp took it, and it is not sent again.
        Unconfirmed = "unconfirmed",
    }
}

/// Why a message did not arrive: a stable code for programs and a sentence for people.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Failure {
    /// Stable and in snake case, or WhatsApp's own number.
    pub code: String,
    /// What happened and what to do.
    pub detail: String,
}

impl Failure {
    /// The code of a message that is held because nobody knows whether WhatsApp took it.
    pub const UNCONFIRMED: &'static str = "unconfirmed";
}

/// The evidence about a message: when each thing was first seen to be true.
///
/// Evidence is only ever added, and [`Progress::merge`] keeps the earliest of each, so any order
/// and any repetition of reports ends in the same state.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Progress {
    /// When WhatsApp sent it.
    pub sent_at: Option<Instant>,
    /// When it reached the phone.
    pub delivered_at: Option<Instant>,
    /// When it was seen: by the customer if outgoing, by staff if incoming.
    pub read_at: Option<Instant>,
    /// When and why it failed.
    pub failed: Option<(Instant, Failure)>,
}

fn earliest<T: Ord>(a: Option<T>, b: Option<T>) -> Option<T> {
    match (a, b) {
        (Some(a), Some(b)) => Some(a.min(b)),
        (a, b) => a.or(b),
    }
}

/// The earliest failure; but any real one says more than that nobody knows.
fn weightier(a: Option<(Instant, Failure)>, b: Option<(Instant, Failure)>) -> Option<(Instant, Failure)> {
    a.into_iter().chain(b).min_by_key(|(at, failure)| (failure.code == Failure::UNCONFIRMED, *at, failure.clone()))
}

impl Progress {
    /// All that either of the two knows.
    #[must_use]
    pub fn merge(self, other: Progress) -> Progress {
        Progress {
            sent_at: earliest(self.sent_at, other.sent_at),
            delivered_at: earliest(self.delivered_at, other.delivered_at),
            read_at: earliest(self.read_at, other.read_at),
            failed: weightier(self.failed, other.failed),
        }
    }

    /// The customer has seen it.
    pub fn is_read(&self) -> bool {
        self.read_at.is_some()
    }

    /// It reached the phone: being read is proof of that.
    pub fn is_delivered(&self) -> bool {
        self.delivered_at.is_some() || self.is_read()
    }

    /// WhatsApp sent it: having arrived is proof of that.
    pub fn is_sent(&self) -> bool {
        self.sent_at.is_some() || self.is_delivered()
    }

    /// Why it will not arrive; proof of arrival outranks any report of failure, and any report ends not knowing.
    pub fn failure(&self) -> Option<&Failure> {
        let (_, failure) = self.failed.as_ref()?;
        let is_known_better = self.is_delivered() || (self.is_sent() && failure.code == Failure::UNCONFIRMED);
        (!is_known_better).then_some(failure)
    }

    /// The one word for all of this.
    pub fn status(&self) -> MessageStatus {
        if self.is_read() {
            MessageStatus::Read
        } else if self.is_delivered() {
            MessageStatus::Delivered
        } else if let Some(failure) = self.failure() {
            if failure.code == Failure::UNCONFIRMED { MessageStatus::Unconfirmed } else { MessageStatus::Failed }
        } else if self.is_sent() {
            MessageStatus::Sent
        } else {
            MessageStatus::Queued
        }
    }
}

/// What a message says about its contact.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ContactSummary {
    /// Its identifier.
    pub id: ContactId,
    /// The number, if known.
    pub mobile_number: Option<MobileNumber>,
    /// How people call the contact.
    pub name: String,
    /// What the contact has agreed to.
    pub status: ContactStatus,
}

/// A message as it is listed: with its contact and the name of whoever wrote it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    /// Its identifier.
    pub id: MessageId,
    /// The business side.
    pub api_account_id: ApiAccountId,
    /// The thread it belongs to.
    pub conversation_id: ConversationId,
    /// The customer side.
    pub contact: ContactSummary,
    /// Which way it travels.
    pub direction: Direction,
    /// What it contains.
    pub kind: MessageKind,
    /// What a person reads: words, caption, rendered template, or a description.
    pub body: String,
    /// The user who wrote it, if a person of ours did.
    pub sender: Option<Sender>,
    /// How far it has come.
    pub progress: Progress,
    /// Its file, if it has one.
    pub file: Option<MessageFile>,
    /// When we committed it; never before an earlier message's.
    pub created_at: Instant,
}

/// The user who wrote a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sender {
    /// Their identifier.
    pub id: UserId,
    /// Their first name.
    pub first_name: String,
    /// Their last name.
    pub last_name: String,
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn evidence() -> impl Strategy<Value = Progress> {
        let at = || proptest::option::of((0_i64..5).prop_map(Instant::from_micros));
        (at(), at(), at(), proptest::option::of((0_i64..5, "a|b|unconfirmed"))).prop_map(|(sent_at, delivered_at, read_at, failed)| {
            Progress {
                sent_at,
                delivered_at,
                read_at,
                failed: failed.map(|(at, code)| (Instant::from_micros(at), Failure { code, detail: String::new() })),
            }
        })
    }

    fn rank(progress: &Progress) -> u8 {
        match progress.status() {
            MessageStatus::Queued => 0,
            MessageStatus::Unconfirmed => 1,
            MessageStatus::Sent => 2,
            MessageStatus::Failed => 3,
            MessageStatus::Delivered => 4,
            MessageStatus::Read => 5,
        }
    }

    proptest! {
        #[test]
        fn any_order_of_reports_ends_in_the_same_state(a in evidence(), b in evidence(), c in evidence()) {
            prop_assert_eq!(a.clone().merge(b.clone()).merge(c.clone()), c.merge(a).merge(b));
        }

        #[test]
        fn a_repeated_report_changes_nothing(a in evidence(), b in evidence()) {
            let once = a.merge(b.clone());
            prop_assert_eq!(once.clone().merge(b), once);
        }

        #[test]
        fn a_report_never_lowers_the_rank_and_the_flags_imply_each_other(a in evidence(), b in evidence()) {
            let before = rank(&a);
            let after = a.merge(b);
            prop_assert!(rank(&after) >= before);
            prop_assert!(after.is_sent() >= after.is_delivered() && after.is_delivered() >= after.is_read());
        }
    }
}
