//! Reading a provisioning file: from TOML to typed entries, with every mistake that the text alone shows.

use super::entries::{
    AccountEntry, ContactEntry, InboxEntry, OrganisationEntry, ProvisioningFile, TeamEntry, UserEntry, WebhookEntry, WhatsappEntry,
};
use super::source::{At, Mistake, Section, Source};
use super::{check, is_email, read_template};
use crate::auth::password::policy;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use msgboxx_model::tags::normalised_tags;
use msgboxx_model::{EventKind, MobileNumber};
use std::path::Path;
use toml::de::DeTable;
use url::Url;
use uuid::Uuid;

const MOST_URL_BYTES: usize = 2048;

/// Reads a file's text. `path` is where relative names of files in it start; `variable` looks into the environment.
///
/// # Errors
/// Every mistake, in the order of the file.
pub fn read(text: &str, path: &Path, variable: &dyn Fn(&str) -> Option<String>) -> Result<ProvisioningFile, Vec<Mistake>> {
    let source = Source::new(text, path, variable);
    let table = DeTable::parse(text).map_err(|error| {
        let line = source.line(error.span().map_or(0, |span| span.start));
        vec![Mistake { line, reason: error.message().to_owned() }]
    })?;
    let root = Section::new(&source, table.get_ref(), 0);
    let organisations = root.sections("organisation").into_iter().filter_map(organisation).collect();
    root.finish();
    let file = ProvisioningFile { organisations };
    check::check(&file, &source);
    let mistakes = source.into_mistakes();
    if mistakes.is_empty() { Ok(file) } else { Err(mistakes) }
}

fn organisation(section: Section<'_>) -> Option<OrganisationEntry> {
    let name = section.required("name");
    let api_accounts = section.sections("api_account").into_iter().filter_map(account).collect();
    let inboxes = section.sections("inbox").into_iter().filter_map(inbox).collect();
    let users = section.sections("user").into_iter().filter_map(user).collect();
    let teams = section.sections("team").into_iter().filter_map(team).collect();
    let templates = section.sections("template").into_iter().filter_map(read_template::template).collect();
    let contacts = section.sections("contact").into_iter().filter_map(contact).collect();
    let webhooks = section.sections("webhook").into_iter().filter_map(webhook).collect();
    section.finish();
    Some(OrganisationEntry { name: name?, api_accounts, inboxes, users, teams, templates, contacts, webhooks })
}

/// The `id` of an entry as the type of its kind.
pub(super) fn id<T: From<Uuid>>(section: &Section<'_>) -> Option<At<T>> {
    section.id().map(|at| At { value: at.value.into(), line: at.line })
}

fn account(section: Section<'_>) -> Option<AccountEntry> {
    let id = id(&section);
    let name = section.required("name");
    let phone_number = phone_number(&section, "phone_number");
    let whatsapp = section.section("whatsapp").map(whatsapp);
    section.finish();
    Some(AccountEntry { id, name: name?, phone_number: phone_number?, whatsapp: whatsapp.map_or(Some(None), |read| read.map(Some))? })
}

fn phone_number(section: &Section<'_>, key: &'static str) -> Option<At<MobileNumber>> {
    section.parsed(section.required(key), key, MobileNumber::parse)
}

fn whatsapp(section: Section<'_>) -> Option<WhatsappEntry> {
    let base_url = section.text("base_url").or(Some(At { value: "https://graph.facebook.com".to_owned(), line: section.line }));
    let base_url = section.parsed(base_url, "base_url", base_address);
    let api_version = section.text("api_version").or(Some(At { value: "v25.0".to_owned(), line: section.line }));
    let api_version = section.parsed(api_version, "api_version", version);
    let phone_number_id = section.parsed(section.required("phone_number_id"), "phone_number_id", digits);
    let business_account_id = section.parsed(section.required("business_account_id"), "business_account_id", digits);
    let access_token = section.required_secret(["access_token", "access_token_env", "access_token_file"]);
    let app_secret = section.required_secret(["app_secret", "app_secret_env", "app_secret_file"]);
    let verify_token = section.required_secret(["verify_token", "verify_token_env", "verify_token_file"]);
    section.finish();
    Some(WhatsappEntry {
        base_url: base_url?.value,
        api_version: api_version?.value,
        phone_number_id: phone_number_id?,
        business_account_id: business_account_id?.value,
        access_token: access_token?.value,
        app_secret: app_secret?.value,
        verify_token: verify_token?.value,
    })
}

fn base_address(text: &str) -> Result<String, &'static str> {
    let is_address = Url::parse(text).is_ok_and(|url| {
        matches!(url.scheme(), "http" | "https") && url.host_str().is_some() && url.query().is_none() && url.fragment().is_none()
    });
    if is_address { Ok(text.trim_end_matches('/').to_owned()) } else { Err("must be an address such as https://graph.facebook.com") }
}

fn version(text: &str) -> Result<String, &'static str> {
    let is_version = text.strip_prefix('v').is_some_and(|rest| !rest.is_empty() && rest.chars().all(|c| c.is_ascii_digit() || c == '.'));
    if is_version { Ok(text.to_owned()) } else { Err("must be a version such as v25.0") }
}

/// WhatsApp's ids stand in paths of its addresses.
fn digits(text: &str) -> Result<String, &'static str> {
    let is_id = text.len() <= 64 && text.chars().all(|c| c.is_ascii_alphanumeric());
    if is_id { Ok(text.to_owned()) } else { Err("must be one of WhatsApp's ids: digits") }
}

fn inbox(section: Section<'_>) -> Option<InboxEntry> {
    let id = id(&section);
    let (name, api_account) = (section.required("name"), section.required("api_account"));
    section.finish();
    Some(InboxEntry { id, name: name?, api_account: api_account? })
}

fn user(section: Section<'_>) -> Option<UserEntry> {
    let id = id(&section);
    let email = section.parsed(section.required("email"), "email", |text| {
        if is_email(text) { Ok(text.to_owned()) } else { Err("must be an e-mail address") }
    });
    let (first_name, last_name) = (section.text("first_name"), section.text("last_name"));
    let role = section.parsed(section.required("role"), "role", str::parse);
    let password = section.secret(["password", "password_env", "password_file"]);
    let api_accounts = section.texts("api_accounts");
    if let (Some(password), Some(email)) = (&password, &email)
        && let Err(reason) = policy::check(password.value.expose(), &email.value)
    {
        section.mistake(password.line, format!("weak password: it {reason}"));
    }
    section.finish();
    let password = password.map(|at| at.value);
    let text = |at: Option<At<String>>| at.map(|at| at.value);
    Some(UserEntry {
        id,
        email: email?,
        first_name: text(first_name),
        last_name: text(last_name),
        role: role?.value,
        password,
        api_accounts,
    })
}

fn team(section: Section<'_>) -> Option<TeamEntry> {
    let id = id(&section);
    let (name, description) = (section.required("name"), section.text("description").map(|at| at.value));
    let (api_accounts, users) = (section.texts("api_accounts").unwrap_or_default(), section.texts("users"));
    section.finish();
    Some(TeamEntry { id, name: name?, description, api_accounts, users })
}

fn contact(section: Section<'_>) -> Option<ContactEntry> {
    let id = id(&section);
    let api_account = section.required("api_account");
    let mobile_number = phone_number(&section, "mobile_number");
    let name = section.text("name").map(|at| at.value.trim().to_owned()).filter(|name| !name.is_empty());
    let email = section.parsed(section.text("email"), "email", |text| {
        if text.is_empty() || is_email(text) { Ok(text.to_owned()) } else { Err("must be an e-mail address") }
    });
    let status = section.parsed(section.text("status"), "status", str::parse);
    let tags = tags(&section);
    section.finish();
    Some(ContactEntry {
        id,
        api_account: api_account?,
        mobile_number: mobile_number?,
        name,
        email: email.map(|at| at.value),
        status: status.map(|at| at.value),
        tags,
    })
}

fn tags(section: &Section<'_>) -> Option<Vec<String>> {
    let given = section.texts("tags")?;
    let line = given.first().map_or(section.line, |tag| tag.line);
    match normalised_tags(given.iter().map(|tag| tag.value.as_str())) {
        Ok(tags) => Some(tags),
        Err(reason) => {
            section.mistake(line, format!("tags: {reason}"));
            None
        }
    }
}

fn webhook(section: Section<'_>) -> Option<WebhookEntry> {
    let kind = section.parsed(section.required("type"), "type", str::parse::<EventKind>);
    let target_url = section.parsed(section.required("target_url"), "target_url", target_url);
    let is_enabled = section.is_on("enabled");
    let secret = section.secret(["signing_secret", "signing_secret_env", "signing_secret_file"]);
    if let Some(secret) = secret.as_ref().filter(|secret| !is_signing_secret(secret.value.expose())) {
        section.mistake(secret.line, "signing_secret must be whsec_ and 24 to 64 bytes in base64");
    }
    let line = section.line;
    section.finish();
    Some(WebhookEntry { line, kind: kind?.value, target_url: target_url?.value, is_enabled, signing_secret: secret.map(|at| at.value) })
}

fn target_url(text: &str) -> Result<String, &'static str> {
    const MUST: &str = "must be an http or https address of at most 2048 characters, without user name and fragment";
    let url = Url::parse(text).map_err(|_| MUST)?;
    let is_plain = url.username().is_empty() && url.password().is_none() && url.fragment().is_none();
    let is_web = matches!(url.scheme(), "http" | "https") && url.host_str().is_some();
    if is_plain && is_web && text.len() <= MOST_URL_BYTES { Ok(text.to_owned()) } else { Err(MUST) }
}

fn is_signing_secret(text: &str) -> bool {
    let key = text.strip_prefix("whsec_").and_then(|rest| STANDARD.decode(rest).ok());
    key.is_some_and(|key| (24..=64).contains(&key.len()))
}
