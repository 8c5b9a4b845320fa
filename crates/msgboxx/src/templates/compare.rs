//! How WhatsApp's list of templates differs from what is here: pure.

use super::read::merged;
use msgboxx_cloud_api::client::RemoteTemplate;
use msgboxx_model::{Instant, TemplateId, TemplateStanding, TemplateStatus};
use msgboxx_store::TemplateRecord;
use std::collections::HashMap;

/// One difference.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Change<'r> {
    /// It is not here.
    New(&'r RemoteTemplate),
    /// It is to be like this; whether that is worth telling.
    Updated(Box<TemplateRecord>, bool),
    /// WhatsApp has it no longer.
    Gone(TemplateId, TemplateStanding),
}

/// What has to change here. `as_of` is the instant at which the list was true: what was written here since then is newer than
/// the list and stays until the next one.
pub(super) fn compare<'r>(known: &[TemplateRecord], remote: &'r [RemoteTemplate], as_of: Instant) -> Vec<Change<'r>> {
    let mut listed: HashMap<(&str, &str), &RemoteTemplate> = HashMap::new();
    for template in remote.iter().filter(|template| !template.name.is_empty()) {
        listed.insert((&template.name, &template.language), template);
    }
    let mut changes = Vec::new();
    for record in known {
        let template = &record.template;
        let remote = listed.remove(&(template.name.as_str(), template.language.as_str()));
        changes.extend(match remote {
            Some(remote) if record.changed_at < as_of => updated(record, remote),
            Some(remote) => seen(record, remote),
            None if record.changed_at < as_of => gone(record),
            None => None,
        });
    }
    // In the order of WhatsApp's list, which a map has lost.
    changes.extend(remote.iter().filter(|it| listed.contains_key(&(it.name.as_str(), it.language.as_str()))).map(Change::New));
    changes
}

fn updated<'r>(record: &TemplateRecord, remote: &RemoteTemplate) -> Option<Change<'r>> {
    let wanted = merged(record, remote);
    // What is merely learnt for the first time is no news.
    let is_news = wanted.template != record.template || (!record.standing.whatsapp_status.is_empty() && is_news(record, &wanted));
    (wanted != *record).then(|| Change::Updated(Box::new(wanted), is_news))
}

/// The list may be older than the template, yet WhatsApp has it: should it be missing one day, it is gone.
fn seen<'r>(record: &TemplateRecord, remote: &RemoteTemplate) -> Option<Change<'r>> {
    if record.standing.whatsapp_id.is_some() {
        return None;
    }
    let mut seen = record.clone();
    seen.standing.whatsapp_id = Some(remote.id.clone());
    Some(Change::Updated(Box::new(seen), false))
}

/// Whether the difference is worth telling. What WhatsApp calls a template, and when it said something, is not.
pub(super) fn is_news(before: &TemplateRecord, after: &TemplateRecord) -> bool {
    let (known, whatsapp_id) = (&before.standing, before.standing.whatsapp_id.clone());
    let standing = TemplateStanding { news_at: known.news_at, whatsapp_id, ..after.standing.clone() };
    before.template != after.template || *known != standing
}

/// One that WhatsApp never had may still be on its way there.
fn gone<'r>(record: &TemplateRecord) -> Option<Change<'r>> {
    let standing = &record.standing;
    if standing.whatsapp_id.is_none() || (record.template.status == TemplateStatus::Disabled && standing.whatsapp_status == "DELETED") {
        return None;
    }
    let standing = TemplateStanding { whatsapp_status: "DELETED".to_owned(), reason: None, paused_until: None, ..standing.clone() };
    Some(Change::Gone(record.template.id, standing))
}

#[cfg(test)]
mod tests;
