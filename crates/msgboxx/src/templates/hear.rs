//! News about templates that WhatsApp posts.
//!
//! Posts come in any order, twice, and days late: news of a status older than the newest that was taken changes nothing,
//! and news older than WhatsApp's own list makes us ask again instead.

use super::compare::is_news;
use super::read::{part, take_components};
use super::{Owner, tell, words};
use msgboxx_cloud_api::webhook::{AccountEvent, TemplateButton, TemplateComponents, TemplateStatusUpdate};
use msgboxx_model::{Instant, TemplateStatus};
use msgboxx_store::{StoreError, TemplateRecord, Tx};
use serde_json::{Value, json};
use std::time::Duration;

/// WhatsApp's clock and ours differ by less.
const CLOCKS_DIFFER: Duration = Duration::from_mins(5);
/// How long the first pause of a template lasts, and the second.
const PAUSES: [(&str, Duration); 2] = [("FIRST_PAUSE", Duration::from_hours(3)), ("SECOND_PAUSE", Duration::from_hours(6))];

/// What a template event is about.
struct Named<'e> {
    id: Option<&'e str>,
    name: Option<&'e str>,
    language: Option<&'e str>,
}

/// Takes news about a template of an account; `at` is WhatsApp's time of it. Other news are left alone.
///
/// # Errors
/// When the database does not answer.
pub async fn hear(tx: &mut Tx<'_>, owner: Owner, event: &AccountEvent, at: Instant) -> Result<(), StoreError> {
    let Some(named) = named(event) else { return Ok(()) };
    let (name, language, id) = (named.name.unwrap_or_default(), named.language.unwrap_or_default(), named.id.unwrap_or_default());
    let Some(known) = tx.template_record_at_whatsapp(owner.organisation, owner.account, name, language, id).await? else {
        // It was made elsewhere: the list tells what it consists of.
        return tx.check_account_soon(owner.organisation, owner.account).await;
    };
    let mut record = known.clone();
    if let AccountEvent::TemplateStatus(update) = event {
        let listed_at = tx.account_health(owner.organisation, owner.account).await?.templates_listed_at;
        if record.standing.news_at.is_some_and(|news| at < news) || listed_at.is_some_and(|listed| at < listed.minus(CLOCKS_DIFFER)) {
            return tx.check_account_soon(owner.organisation, owner.account).await;
        }
        take_status(&mut record, update, at);
    } else {
        take(&mut record, event);
    }
    if record.standing.whatsapp_id.is_none() {
        record.standing.whatsapp_id = named.id.map(str::to_owned);
    }
    if record == known {
        return Ok(());
    }
    tx.update_template(owner.organisation, &record.template).await?;
    tx.set_template_standing(owner.organisation, record.template.id, &record.standing).await?;
    if matches!(event, AccountEvent::TemplateComponents(_)) {
        // The news tell no examples; the list does.
        tx.check_account_soon(owner.organisation, owner.account).await?;
    }
    if is_news(&known, &record) { tell(tx, owner, record.template.id).await } else { Ok(()) }
}

fn named(event: &AccountEvent) -> Option<Named<'_>> {
    let (id, name, language) = match event {
        AccountEvent::TemplateStatus(it) => (&it.template_id, &it.name, &it.language),
        AccountEvent::TemplateComponents(it) => (&it.template_id, &it.name, &it.language),
        AccountEvent::TemplateQuality { template_id, name, language, .. }
        | AccountEvent::TemplateCategory { template_id, name, language, .. }
        | AccountEvent::TemplateCategoryAnnounced { template_id, name, language, .. } => (template_id, name, language),
        _ => return None,
    };
    Some(Named { id: id.as_deref(), name: name.as_deref(), language: language.as_deref() })
}

fn take_status(record: &mut TemplateRecord, update: &TemplateStatusUpdate, at: Instant) {
    let standing = &mut record.standing;
    standing.news_at = Some(at);
    let Some(status) = words::status(&update.event) else { return };
    record.template.status = status;
    words::resting_word(&update.event).clone_into(&mut standing.whatsapp_status);
    if let Some(category) = &update.category {
        record.template.category = words::category(category);
    }
    standing.reason = if status == TemplateStatus::Approved { None } else { reason(update) };
    let pause = PAUSES.iter().find(|(title, _)| update.title.as_deref() == Some(title));
    standing.paused_until = pause.filter(|_| status == TemplateStatus::Paused).map(|(_, length)| at.plus(*length));
}

/// The reason in WhatsApp's words, with what it recommends.
fn reason(update: &TemplateStatusUpdate) -> Option<String> {
    let sentences = [&update.rejection, &update.description, &update.recommendation];
    let mut parts: Vec<&str> = update.reason.iter().map(String::as_str).collect();
    for sentence in sentences.into_iter().flatten() {
        if !parts.contains(&sentence.as_str()) {
            parts.push(sentence);
        }
    }
    (!parts.is_empty()).then(|| parts.join(": "))
}

fn take(record: &mut TemplateRecord, event: &AccountEvent) {
    let (template, standing) = (&mut record.template, &mut record.standing);
    match event {
        AccountEvent::TemplateQuality { quality, .. } => standing.quality = Some(quality.clone()),
        AccountEvent::TemplateCategory { category, .. } => {
            template.category = words::category(category);
            standing.announced_category = None;
            standing.category_changes_at = None;
        }
        AccountEvent::TemplateCategoryAnnounced { correct_category, at, .. } => {
            standing.announced_category = Some(correct_category.clone());
            standing.category_changes_at = at.map(|seconds| Instant::from_micros(seconds.saturating_mul(1_000_000)));
        }
        AccountEvent::TemplateComponents(update) => {
            let known = serde_json::from_str(&template.components).unwrap_or_default();
            take_components(template, &components(&known, update));
        }
        _ => {}
    }
}

/// The components as the news have them. Media in the header and examples are not told, so they stay as they were.
fn components(known: &Value, update: &TemplateComponents) -> Value {
    let mut parts = Vec::new();
    match (&update.header, part(known, "HEADER")) {
        (Some(text), known) => parts.push(with_text(known, "HEADER", text)),
        (None, Some(known)) if known["format"].as_str().is_some_and(|format| !format.eq_ignore_ascii_case("TEXT")) => {
            parts.push(known.clone());
        }
        (None, _) => {}
    }
    parts.push(with_text(part(known, "BODY"), "BODY", &update.body));
    parts.extend(update.footer.as_ref().map(|text| with_text(part(known, "FOOTER"), "FOOTER", text)));
    if !update.buttons.is_empty() {
        let buttons: Vec<Value> = update.buttons.iter().map(button).collect();
        parts.push(json!({"type": "BUTTONS", "buttons": buttons}));
    }
    Value::Array(parts)
}

fn with_text(known: Option<&Value>, kind: &str, text: &str) -> Value {
    let blank = if kind == "HEADER" { json!({"type": kind, "format": "TEXT"}) } else { json!({"type": kind}) };
    let mut part = known.filter(|known| known.get("text").is_some()).cloned().unwrap_or(blank);
    part["text"] = json!(text);
    part
}

fn button(button: &TemplateButton) -> Value {
    let members = [("type", &button.kind), ("text", &button.text), ("url", &button.url), ("phone_number", &button.phone_number)];
    members
        .into_iter()
        .filter_map(|(name, value)| Some((name.to_owned(), json!(value.as_ref()?))))
        .collect::<serde_json::Map<_, _>>()
        .into()
}
