//! Hints from those who commit to those who work: "there is something for you".
//!
//! A hint may be lost or come for nothing; every worker also looks by itself once a second.

use tokio::sync::Notify;

/// One bell per kind of worker.
#[derive(Debug, Default)]
pub struct Wake {
    /// WhatsApp posted something.
    pub inbound: Notify,
    /// A message is to be sent.
    pub sending: Notify,
    /// A message came with a file.
    pub media: Notify,
    /// Something happened that webhooks and streams may want.
    pub events: Notify,
}
