//! `/{waba}/message_templates` and `/{template-id}`: list with cursors, create, change, delete.

use std::sync::Arc;

use axum::response::Response;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Map, Value, json};

use crate::config::BusinessNumber;
use crate::graph::refusal::Refusal;
use crate::graph::{GraphCall, access, numbers, template_rules};
use crate::ledger::line::Kind;
use crate::reply;
use crate::shared::{Outcome, Shared};
use crate::world::World;
use crate::world::effect::{Effect, TemplateChange};
use crate::world::template::{Template, Templates};

const DEFAULT_FIELDS: &str = "name,parameter_format,components,language,status,category,id";
const SECOND: i64 = 1_000_000;

pub(crate) async fn of_account(shared: &Arc<Shared>, call: &GraphCall, text: &str) -> Response {
    reply::graph(shared, call, text, |world, now| {
        let account = access::business_account(world, call.token.as_deref(), &call.node, &call.method);
        let outcome = account.and_then(|identity| match call.method.as_str() {
            "GET" => Ok(Outcome::new(Kind::Template, 200, page(shared, world, call, now))),
            "POST" => create(world, &identity, text, now),
            "DELETE" => delete(world, call),
            _ => Err(Refusal::unknown_object(&call.method, &call.node)),
        });
        outcome.unwrap_or_else(|refusal| refusal.outcome(Kind::Template))
    })
    .await
}

pub(crate) async fn of_one(shared: &Arc<Shared>, call: &GraphCall, text: &str) -> Response {
    reply::graph(shared, call, text, |world, now| {
        let found = world.template_by_id(&call.node).map(|(waba, template)| (waba.to_owned(), template.clone()));
        let (waba, template) = found.unzip();
        let account = access::business_account(world, call.token.as_deref(), &waba.unwrap_or_default(), &call.method);
        let outcome = account.and_then(|identity| {
            let template = template.ok_or_else(|| Refusal::unknown_object(&call.method, &call.node))?;
            if call.method == http::Method::GET {
                return Ok(Outcome::new(Kind::Template, 200, node(&template, call, now)));
            }
            edit(world, &identity, template, text, now)
        });
        outcome.unwrap_or_else(|refusal| refusal.outcome(Kind::Template))
    })
    .await
}

fn page(shared: &Shared, world: &World, call: &GraphCall, now: i64) -> Value {
    let is_wanted = |template: &&Template| {
        let matches = |name: &str, value: &str| call.query.get(name).is_none_or(|wanted| wanted.eq_ignore_ascii_case(value));
        matches("name", &template.name)
            && matches("language", &template.language)
            && matches("category", &template.category)
            && matches("status", template.status_at(now))
    };
    let mut all: Vec<_> = world.templates(&call.node).into_iter().flat_map(Templates::list).filter(is_wanted).collect();
    all.sort_by(|a, b| (&a.name, &a.language, &a.id).cmp(&(&b.name, &b.language, &b.id)));
    let limit = call.query.get("limit").and_then(|limit| limit.parse().ok()).unwrap_or(25_usize).clamp(1, 1_000);
    let start = call.query.get("after").and_then(|cursor| place_of(cursor)).unwrap_or(0).min(all.len());
    let end = (start + limit).min(all.len());
    let data: Vec<_> = all[start..end].iter().map(|template| node(template, call, now)).collect();
    if data.is_empty() {
        return json!({"data": data});
    }
    let mut paging = json!({"cursors": {"before": cursor(start), "after": cursor(end)}});
    if end < all.len() {
        paging["next"] = json!(next_address(&shared.public_url, call, &cursor(end)));
    }
    json!({"data": data, "paging": paging})
}

fn cursor(place: usize) -> String {
    STANDARD.encode(format!("{place}"))
}

fn place_of(cursor: &str) -> Option<usize> {
    String::from_utf8(STANDARD.decode(cursor).ok()?).ok()?.parse().ok()
}

/// The same call from a cursor on, under the simulator's own host.
fn next_address(public_url: &str, call: &GraphCall, after: &str) -> String {
    let mut query = url::form_urlencoded::Serializer::new(String::new());
    let kept = call.query.iter().filter(|(name, _)| !matches!(name.as_str(), "after" | "before"));
    query.extend_pairs(kept).append_pair("after", after);
    format!("{public_url}{}?{}", call.path, query.finish())
}

fn node(template: &Template, call: &GraphCall, now: i64) -> Value {
    let status = template.status_at(now);
    let all = json!({
        "id": template.id,
        "name": template.name,
        "language": template.language,
        "status": status,
        "category": template.category,
        "components": template.components,
        "parameter_format": template.parameter_format,
        "rejected_reason": if status == "REJECTED" { "INVALID_FORMAT" } else { "NONE" },
        "quality_score": {"score": "UNKNOWN"},
    });
    numbers::selected(all, call, DEFAULT_FIELDS)
}

fn create(world: &mut World, identity: &BusinessNumber, text: &str, now: i64) -> Result<Outcome, Refusal> {
    let body = object(text)?;
    let mut template = template_rules::new_template(&body)?;
    let waba = &identity.business_account_id;
    if world.templates(waba).is_some_and(|templates| templates.find(&template.name, &template.language).is_some()) {
        let sentence = "There is already content in this language for this template";
        return Err(Refusal::parameter(sentence).with_subcode(2_388_024));
    }
    template.id = world.new_object_id();
    let (template, effect) = reviewed(world, identity, template, now);
    let status = template.status_at(now);
    let answer = json!({"id": template.id, "status": status, "category": template.category});
    Ok(Outcome::new(Kind::Template, 200, answer).with(effect))
}

fn edit(world: &mut World, identity: &BusinessNumber, template: Template, text: &str, now: i64) -> Result<Outcome, Refusal> {
    if !matches!(template.status_at(now), "APPROVED" | "REJECTED" | "PAUSED") {
        return Err(Refusal::parameter("Message template cannot be edited in its present state").with_subcode(2_388_039));
    }
    let edited = template_rules::edited_template(template, &object(text)?)?;
    let (_, effect) = reviewed(world, identity, edited, now);
    Ok(Outcome::new(Kind::Template, 200, json!({"success": true})).with(effect))
}

/// The template with the verdict that the number's settings foresee.
fn reviewed(world: &mut World, identity: &BusinessNumber, template: Template, now: i64) -> (Template, Effect) {
    let settings = world.numbers.get(identity.phone_number_id.as_str()).map(|number| number.settings.clone());
    let (seconds, verdict) =
        settings.map_or((0, "APPROVED".to_owned()), |settings| (settings.template_review_seconds, settings.template_verdict));
    let wait = i64::try_from(seconds).unwrap_or(i64::MAX / SECOND).saturating_mul(SECOND);
    let template = Template { status: verdict, verdict: Some(now.saturating_add(wait)), ..template };
    let change = TemplateChange {
        phone_number_id: identity.phone_number_id.clone(),
        business_account_id: identity.business_account_id.clone(),
        template: template.clone(),
        update: world.take_updates(1),
    };
    (template, Effect::Template(Box::new(change)))
}

/// By name all languages go, by `hsm_id` one.
fn delete(world: &World, call: &GraphCall) -> Result<Outcome, Refusal> {
    let name = call.query.get("name").ok_or_else(|| Refusal::parameter("The parameter name is required."))?;
    let id = call.query.get("hsm_id");
    let all = world.templates(&call.node).into_iter().flat_map(Templates::list);
    let named = all.filter(|template| template.name == *name && id.is_none_or(|id| *id == template.id));
    let ids: Vec<_> = named.map(|template| template.id.clone()).collect();
    if ids.is_empty() {
        return Err(Refusal::parameter("The message template does not exist").with_status(404).with_subcode(2_593_002));
    }
    let effect = Effect::TemplatesDeleted { business_account_id: call.node.clone(), ids };
    Ok(Outcome::new(Kind::Template, 200, json!({"success": true})).with(effect))
}

fn object(text: &str) -> Result<Map<String, Value>, Refusal> {
    serde_json::from_str(text).map_err(|_| Refusal::parameter("The request body must be a JSON object."))
}
