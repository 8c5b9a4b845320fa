//! Reads a template of WhatsApp's list as ours.

use super::words;
use msgboxx_cloud_api::client::RemoteTemplate;
use msgboxx_model::template::ParameterFormat;
use msgboxx_model::template_text::placeholders;
use msgboxx_model::{ApiAccountId, Instant, Template, TemplateId, TemplateStanding, TemplateStatus};
use msgboxx_store::TemplateRecord;
use serde_json::Value;

/// A template that is new here.
pub(super) fn new_record(account: ApiAccountId, id: TemplateId, created_at: Instant, remote: &RemoteTemplate) -> TemplateRecord {
    let blank = Template {
        id,
        api_account_id: account,
        name: remote.name.clone(),
        language: remote.language.clone(),
        category: words::category(&remote.category),
        status: TemplateStatus::Pending,
        parameter_format: ParameterFormat::Positional,
        body: String::new(),
        example: Vec::new(),
        components: "[]".to_owned(),
        created_at,
    };
    merged(&TemplateRecord { template: blank, standing: TemplateStanding::default(), changed_at: created_at }, remote)
}

/// What is here, made what WhatsApp says. What its list does not tell stays.
pub(super) fn merged(known: &TemplateRecord, remote: &RemoteTemplate) -> TemplateRecord {
    let mut record = known.clone();
    let template = &mut record.template;
    // A word that nobody knows is at least not "approved".
    template.status = words::status(&remote.status).unwrap_or(TemplateStatus::Disabled);
    template.category = words::category(&remote.category);
    if let Some(format) = remote.parameter_format.as_deref().and_then(|format| format.parse().ok()) {
        template.parameter_format = format;
    }
    take_components(template, &remote.components);
    take_standing(&mut record, remote);
    record
}

/// The same components in another order of members are no change.
pub(super) fn take_components(template: &mut Template, components: &Value) {
    if !components.is_array() || serde_json::from_str::<Value>(&template.components).is_ok_and(|known| known == *components) {
        return;
    }
    template.components = components.to_string();
    let Some(body) = part(components, "BODY") else { return };
    body["text"].as_str().unwrap_or_default().clone_into(&mut template.body);
    let examples = examples(&template.body, template.parameter_format, &body["example"]);
    // Examples that WhatsApp does not repeat are still true if they fit.
    if !examples.is_empty() || placeholders(&template.body).len() != template.example.len() {
        template.example = examples;
    }
}

/// The component of this type, in any case of letters.
pub(super) fn part<'a>(components: &'a Value, kind: &str) -> Option<&'a Value> {
    components.as_array()?.iter().find(|part| part["type"].as_str().is_some_and(|name| name.eq_ignore_ascii_case(kind)))
}

/// One example for each placeholder, in order of first appearance; none if one is missing.
fn examples(body: &str, format: ParameterFormat, example: &Value) -> Vec<String> {
    let by_number = |name: &str| example["body_text"][0].get(name.parse::<usize>().ok()?.checked_sub(1)?)?.as_str();
    let by_name = |name: &str| {
        let pairs = example["body_text_named_params"].as_array()?;
        pairs.iter().find(|pair| pair["param_name"] == name)?["example"].as_str()
    };
    let names = placeholders(body);
    let found = names.iter().map(|name| match format {
        ParameterFormat::Positional => by_number(name),
        ParameterFormat::Named => by_name(name),
    });
    found.map(|example| example.map(str::to_owned)).collect::<Option<Vec<_>>>().unwrap_or_default()
}

fn take_standing(record: &mut TemplateRecord, remote: &RemoteTemplate) {
    let (template, standing) = (&record.template, &mut record.standing);
    standing.whatsapp_id = Some(remote.id.clone());
    remote.status.clone_into(&mut standing.whatsapp_status);
    if remote.quality.is_some() {
        standing.quality.clone_from(&remote.quality);
    }
    if template.status != TemplateStatus::Paused {
        standing.paused_until = None;
    }
    standing.reason = match (&remote.rejected_reason, standing.reason.take()) {
        // A webhook has told the same reason with what to do about it.
        (Some(reason), Some(known)) if known.starts_with(reason.as_str()) => Some(known),
        (Some(reason), _) if template.status == TemplateStatus::Rejected => Some(reason.clone()),
        (_, known) if matches!(template.status, TemplateStatus::Paused | TemplateStatus::Disabled) => known,
        _ => None,
    };
    if standing.announced_category.as_deref() == Some(template.category.as_str()) {
        standing.announced_category = None;
        standing.category_changes_at = None;
    }
}
