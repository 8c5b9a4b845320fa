//! The words of msgboxx as types, and its rules as pure functions.
//!
//! Nothing here reads a clock, a database or the network: the instant, the value and the chance
//! come in as arguments, so that each rule can be tested with a table and replayed from a seed.

pub mod account;
pub mod account_health;
pub mod broadcast;
pub mod contact;
pub mod conversation;
pub mod event;
pub mod ids;
pub mod instant;
pub mod media;
pub mod message;
pub mod mobile_number;
pub mod opt_out;
pub mod retry;
pub mod tags;
pub mod template;
pub mod template_standing;
pub mod template_text;
pub mod text_enum;
pub mod user;
pub mod webhook;
pub mod window;

pub use account::{ApiAccount, Inbox, Organisation};
pub use account_health::AccountHealth;
pub use broadcast::Broadcast;
pub use contact::{Contact, ContactStatus};
pub use conversation::{Assignee, Conversation, Folder};
pub use event::{Event, EventKind};
pub use ids::*;
pub use instant::Instant;
pub use media::{MediaState, MessageFile};
pub use message::{ContactSummary, Direction, Failure, Message, MessageKind, MessageStatus, Progress};
pub use mobile_number::MobileNumber;
pub use template::{Template, TemplateStatus};
pub use template_standing::TemplateStanding;
pub use user::{Role, Team, User};
pub use webhook::Webhook;
