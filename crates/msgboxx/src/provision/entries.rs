//! The entries of a provisioning file, typed and each with its line.

use super::source::At;
use crate::secrets::Secret;
use msgboxx_model::template::{ParameterFormat, TemplateCategory};
use msgboxx_model::{
    ApiAccountId, ContactId, ContactStatus, EventKind, InboxId, MobileNumber, Role, TeamId, TemplateId, TemplateStatus, UserId,
};

/// A whole file.
#[derive(Debug, Default)]
pub struct ProvisioningFile {
    /// Its organisations, in order.
    pub organisations: Vec<OrganisationEntry>,
}

/// `[[organisation]]`.
#[derive(Debug)]
pub struct OrganisationEntry {
    /// Unique over the installation.
    pub name: At<String>,
    /// `[[organisation.api_account]]`.
    pub api_accounts: Vec<AccountEntry>,
    /// `[[organisation.inbox]]`.
    pub inboxes: Vec<InboxEntry>,
    /// `[[organisation.user]]`.
    pub users: Vec<UserEntry>,
    /// `[[organisation.team]]`.
    pub teams: Vec<TeamEntry>,
    /// `[[organisation.template]]`.
    pub templates: Vec<TemplateEntry>,
    /// `[[organisation.contact]]`.
    pub contacts: Vec<ContactEntry>,
    /// `[[organisation.webhook]]`.
    pub webhooks: Vec<WebhookEntry>,
}

/// `[[organisation.api_account]]`.
#[derive(Debug)]
pub struct AccountEntry {
    /// Its identifier, if it was chosen.
    pub id: Option<At<ApiAccountId>>,
    /// Unique within the organisation.
    pub name: At<String>,
    /// Unique over the installation.
    pub phone_number: At<MobileNumber>,
    /// Absent for an account on the simulator.
    pub whatsapp: Option<WhatsappEntry>,
}

/// `[organisation.api_account.whatsapp]`.
#[derive(Debug)]
pub struct WhatsappEntry {
    /// Where the Cloud API is, without a slash at the end.
    pub base_url: String,
    /// Such as `v25.0`.
    pub api_version: String,
    /// Unique over the installation.
    pub phone_number_id: At<String>,
    /// The WABA.
    pub business_account_id: String,
    /// Opens the Cloud API.
    pub access_token: Secret,
    /// Signs WhatsApp's calls.
    pub app_secret: Secret,
    /// Shown when the webhook is set up.
    pub verify_token: Secret,
}

impl WhatsappEntry {
    /// Whether it is WhatsApp itself, not a simulator or proxy elsewhere.
    pub fn is_real(&self) -> bool {
        is_real(&self.base_url)
    }
}

/// Whether an address of the Cloud API is Meta's own.
pub fn is_real(base_url: &str) -> bool {
    url::Url::parse(base_url).is_ok_and(|url| url.host_str() == Some("graph.facebook.com"))
}

/// `[[organisation.inbox]]`.
#[derive(Debug)]
pub struct InboxEntry {
    /// Its identifier, if it was chosen.
    pub id: Option<At<InboxId>>,
    /// Unique within the account.
    pub name: At<String>,
    /// The name of its account.
    pub api_account: At<String>,
}

/// `[[organisation.user]]`.
#[derive(Debug)]
pub struct UserEntry {
    /// Their identifier, if it was chosen.
    pub id: Option<At<UserId>>,
    /// Unique over the installation.
    pub email: At<String>,
    /// Absent: unchanged.
    pub first_name: Option<String>,
    /// Absent: unchanged.
    pub last_name: Option<String>,
    /// What they may do.
    pub role: Role,
    /// Set when the user is made, never changed later.
    pub password: Option<Secret>,
    /// Names of the accounts given to them. Absent: unchanged.
    pub api_accounts: Option<Vec<At<String>>>,
}

/// `[[organisation.team]]`.
#[derive(Debug)]
pub struct TeamEntry {
    /// Its identifier, if it was chosen.
    pub id: Option<At<TeamId>>,
    /// Unique within the organisation.
    pub name: At<String>,
    /// Absent: unchanged.
    pub description: Option<String>,
    /// Names of its accounts; none makes it global.
    pub api_accounts: Vec<At<String>>,
    /// E-mail addresses of its members. Absent: unchanged.
    pub users: Option<Vec<At<String>>>,
}

/// `[[organisation.template]]`.
#[derive(Debug)]
pub struct TemplateEntry {
    /// Its identifier, if it was chosen.
    pub id: Option<At<TemplateId>>,
    /// The name of its account.
    pub api_account: At<String>,
    /// Unique per account and language.
    pub name: At<String>,
    /// Such as `en_GB`.
    pub language: String,
    /// What it is for.
    pub category: TemplateCategory,
    /// How placeholders are written.
    pub parameter_format: ParameterFormat,
    /// The text with placeholders.
    pub body: String,
    /// One value per placeholder of the body, in order of first appearance.
    pub example: Vec<String>,
    /// The Cloud API's `components`, as JSON.
    pub components: String,
    /// Only for accounts on a simulator.
    pub status: Option<At<TemplateStatus>>,
}

/// `[[organisation.contact]]`.
#[derive(Debug)]
pub struct ContactEntry {
    /// Its identifier, if it was chosen.
    pub id: Option<At<ContactId>>,
    /// The name of its account.
    pub api_account: At<String>,
    /// Unique within the account.
    pub mobile_number: At<MobileNumber>,
    /// Absent: unchanged, or the number for a new contact.
    pub name: Option<String>,
    /// Absent: unchanged.
    pub email: Option<String>,
    /// Absent: unchanged, or `Presubscribed` for a new contact.
    pub status: Option<ContactStatus>,
    /// Absent: unchanged.
    pub tags: Option<Vec<String>>,
}

/// `[[organisation.webhook]]`.
#[derive(Debug)]
pub struct WebhookEntry {
    /// The line of the entry.
    pub line: usize,
    /// Which events.
    pub kind: EventKind,
    /// Where to.
    pub target_url: String,
    /// Absent: unchanged, or on for a new webhook.
    pub is_enabled: Option<bool>,
    /// Absent: unchanged, or made for a new webhook.
    pub signing_secret: Option<Secret>,
}
