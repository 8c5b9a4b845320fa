//! What a call changes, as it stands in the ledger.
//!
//! The world is changed by effects only, live as at start, so that a rebuilt one is the one that was
//! killed. A line of the ledger keeps its effect beside the request and the answer.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::plan::Planned;
use crate::world::customer::CustomerChange;
use crate::world::event::Event;
use crate::world::fault::Fault;
use crate::world::media::Medium;
use crate::world::number::NumberChange;
use crate::world::settings::SettingsChange;
use crate::world::template::{Rendered, Template};
use crate::world::upload::Upload;

/// One change of the world.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Effect {
    /// A business's message was taken.
    Accepted(Box<Accepted>),
    /// A customer wrote.
    Wrote(Box<Wrote>),
    /// The business has read a customer's message and all before it.
    Read {
        wamid: String,
        /// When the business showed that it is typing, in microseconds.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        typing: Option<i64>,
    },
    /// These updates were acknowledged by the webhook's receiver.
    Acknowledged { updates: Vec<u64> },
    /// Faults were ordered.
    Fault(Fault),
    /// All orders are void.
    FaultsCleared,
    /// A send met an order and was refused.
    FaultMet { fault: u64 },
    /// A number, or every number, behaves differently.
    Settings(Box<SettingsChange>),
    /// The clock moved.
    Clock { seconds: u64 },
    /// A template was made or changed.
    Template(Box<TemplateChange>),
    /// Templates were deleted.
    TemplatesDeleted {
        business_account_id: String,
        ids: Vec<String>,
        /// When, in microseconds.
        #[serde(default)]
        at: i64,
    },
    /// An app (un)subscribed to a WABA's webhooks.
    Subscription { business_account_id: String, subscription: Option<Subscription> },
    /// A medium was uploaded.
    Medium(Box<Medium>),
    /// A medium was deleted.
    MediumDeleted { id: String },
    /// A number was registered, or its PIN, profile or callback address was set.
    Number(Box<NumberChange>),
    /// The app's own callback address was set for its numbers.
    AppCallback { phone_number_ids: Vec<String>, callback_url: Option<String> },
    /// A resumable upload was begun or completed.
    Upload(Box<Upload>),
    /// A customer changed something about themselves.
    Customer(Box<CustomerChange>),
    /// A webhook is told of something.
    Event(Box<Event>),
    /// Several, in this order.
    Several(Vec<Effect>),
}

/// A taken message.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Accepted {
    pub(crate) wamid: String,
    pub(crate) phone_number_id: String,
    pub(crate) business_account_id: String,
    pub(crate) business: String,
    /// The customer's digits.
    pub(crate) customer: String,
    pub(crate) kind: String,
    pub(crate) at: i64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) arrives: Option<i64>,
    pub(crate) reports: Vec<Planned>,
    /// The first report's update id; the others follow it.
    pub(crate) first_update: u64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) callback_data: Option<String>,
    /// The pricing category.
    pub(crate) category: String,
    /// The pricing type.
    #[serde(default = "regular")]
    pub(crate) pricing: String,
    /// Was it held for quality assessment? Then others overtake it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub(crate) is_held: bool,
    /// When the free entry point window that it is sent in ends, in microseconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) free_until: Option<i64>,
    /// Was it written to outside the customer service window?
    #[serde(default)]
    pub(crate) is_outside_window: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) rendered: Option<Box<Rendered>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) fault: Option<u64>,
}

fn regular() -> String {
    "regular".to_owned()
}

/// A customer's message.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Wrote {
    pub(crate) phone_number_id: String,
    pub(crate) business_account_id: String,
    pub(crate) business: String,
    /// The customer's digits.
    pub(crate) customer: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) name: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) user_id: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) hide_number: Option<bool>,
    /// When it was posted to the simulator.
    pub(crate) at: i64,
    /// The message's own time, in seconds.
    pub(crate) timestamp: i64,
    /// When its webhook goes out, in microseconds; none: at once.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) due: Option<i64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) username: Option<String>,
    /// The element of `messages` without the members that name its author.
    pub(crate) message: Value,
    /// The medium that came with it, if it is a new one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) medium: Option<Medium>,
    pub(crate) update: u64,
}

/// A template was made, changed or is under review.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct TemplateChange {
    /// The number whose webhook is told the verdict.
    pub(crate) phone_number_id: String,
    pub(crate) business_account_id: String,
    pub(crate) template: Template,
    /// The update that tells the verdict; none: no review follows.
    pub(crate) update: Option<u64>,
}

impl Effect {
    /// One effect of several; a single one stays as it is.
    pub(crate) fn several(mut effects: Vec<Self>) -> Self {
        if effects.len() == 1 { effects.remove(0) } else { Self::Several(effects) }
    }
}

impl From<Event> for Effect {
    fn from(event: Event) -> Self {
        Self::Event(Box::new(event))
    }
}

/// An app's subscription to a WABA's webhooks.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Subscription {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) override_callback_uri: Option<String>,
}
