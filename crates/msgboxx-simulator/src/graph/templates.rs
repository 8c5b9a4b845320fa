//! `/{waba}/message_templates` and `/{template-id}`: list with cursors, create, change, delete.

use std::sync::Arc;

use axum::response::Response;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Map, Value, json};

use crate::config::BusinessNumber;
use crate::graph::refusal::Refusal;
use crate::graph::{GraphCall, access, numbers, template_media, template_quality, template_rules};
use crate::ledger::line::Kind;
use crate::reply;
use crate::shared::{Outcome, Shared};
use crate::world::World;
use crate::world::effect::{Effect, TemplateChange};
use crate::world::event;
use crate::world::template::{Template, Templates};

const DEFAULT_FIELDS: &str = "name,parameter_format,components,language,status,category,id";
const SECOND: i64 = 1_000_000;

/// The simulated portfolio is verified and its numbers have approved names.
const MOST_TEMPLATES: usize = 6_000;

pub(crate) async fn of_account(shared: &Arc<Shared>, call: &GraphCall, text: &str) -> Response {
    reply::graph(shared, call, text, |world, now| {
        let outcome = access::management(world, call, now).and_then(|identity| match call.method.as_str() {
            "GET" => Ok(Outcome::new(Kind::Template, 200, page(shared, world, call, now))),
            "POST" => create(world, &identity, text, now),
            "DELETE" => delete(world, &identity, call, now),
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
            if call.edge == "unpause" {
                return unpause(world, &identity, template, now);
            }
            edit(world, &identity, template, text, now)
        });
        outcome.unwrap_or_else(|refusal| refusal.outcome(Kind::Template))
    })
    .await
}

fn page(shared: &Shared, world: &World, call: &GraphCall, now: i64) -> Value {
    let is_wanted = |template: &&Template| {
        let matches = |name: &str, value: &str| call.query.get(name).is_none_or(|wanted| is_among(wanted, value));
        matches("name", &template.name)
            && matches("language", &template.language)
            && matches("category", template.category_at(now))
            && matches("status", template.status_at(now))
            && matches("quality_score", template.quality())
            && call.query.get("name_or_content").is_none_or(|text| contains(template, text))
    };
    let mut all: Vec<_> = world.templates(&call.node).into_iter().flat_map(Templates::list).filter(is_wanted).collect();
    all.sort_by(|a, b| (&a.name, &a.language, &a.id).cmp(&(&b.name, &b.language, &b.id)));
    let limit = call.query.get("limit").and_then(|limit| limit.parse().ok()).unwrap_or(25_usize).clamp(1, 1_000);
    let place = |name: &str| call.query.get(name).and_then(|cursor| place_of(cursor));
    let before = place("before").map(|before| before.saturating_sub(limit));
    let start = place("after").or(before).unwrap_or(0).min(all.len());
    let end = (start + limit).min(all.len());
    let data: Vec<_> = all[start..end].iter().map(|template| node(template, call, now)).collect();
    let mut answer = json!({"data": data});
    if let Some(wanted) = call.query.get("summary") {
        let of_account = world.templates(&call.node).map_or(0, |templates| templates.list().count());
        let counts = json!({"total_count": all.len(), "message_template_count": of_account,
            "message_template_limit": MOST_TEMPLATES, "are_translations_complete": true});
        answer["summary"] = numbers::named(counts, wanted);
    }
    if data.is_empty() {
        return answer;
    }
    let mut paging = json!({"cursors": {"before": cursor(start), "after": cursor(end)}});
    if end < all.len() {
        paging["next"] = json!(next_address(&shared.public_url, call, &cursor(end)));
    }
    if start > 0 {
        paging["previous"] = json!(previous_address(&shared.public_url, call, &cursor(start)));
    }
    answer["paging"] = paging;
    answer
}

/// A filter is one value or a JSON list of some.
fn is_among(wanted: &str, value: &str) -> bool {
    match serde_json::from_str(wanted) {
        Ok(Value::Array(list)) => list.iter().any(|one| one.as_str().is_some_and(|one| one.eq_ignore_ascii_case(value))),
        _ => wanted.eq_ignore_ascii_case(value),
    }
}

fn contains(template: &Template, text: &str) -> bool {
    let text = text.to_lowercase();
    let has = |words: &str| words.to_lowercase().contains(&text);
    has(&template.name)
        || ["HEADER", "BODY", "FOOTER"].iter().any(|kind| template.component(kind).and_then(|part| part["text"].as_str()).is_some_and(has))
}

fn cursor(place: usize) -> String {
    STANDARD.encode(format!("{place}"))
}

fn place_of(cursor: &str) -> Option<usize> {
    String::from_utf8(STANDARD.decode(cursor).ok()?).ok()?.parse().ok()
}

/// The same call from a cursor on, under the simulator's own host.
fn next_address(public_url: &str, call: &GraphCall, after: &str) -> String {
    address(public_url, call, "after", after)
}

fn previous_address(public_url: &str, call: &GraphCall, before: &str) -> String {
    address(public_url, call, "before", before)
}

fn address(public_url: &str, call: &GraphCall, direction: &str, cursor: &str) -> String {
    let mut query = url::form_urlencoded::Serializer::new(String::new());
    let kept = call.query.iter().filter(|(name, _)| !matches!(name.as_str(), "after" | "before"));
    query.extend_pairs(kept).append_pair(direction, cursor);
    format!("{public_url}{}?{}", call.path, query.finish())
}

fn node(template: &Template, call: &GraphCall, now: i64) -> Value {
    let status = template.status_at(now);
    let history = &template.history;
    // Whoever has not been judged yet has the day's judgement, which is UNKNOWN.
    let judged = history.judged.or(template.verdict).unwrap_or(now - now.rem_euclid(86_400 * SECOND));
    let quality = json!({"score": template.quality(), "date": judged / SECOND});
    let mut all = json!({
        "id": template.id,
        "name": template.name,
        "language": template.language,
        "status": status,
        "category": template.category_at(now),
        "components": template.components,
        "parameter_format": template.parameter_format,
        "rejected_reason": if status == "REJECTED" { history.rejected.as_deref().unwrap_or("INVALID_FORMAT") } else { "NONE" },
        "quality_score": quality,
        "health_status": {"can_send_message": if status == "APPROVED" { "AVAILABLE" } else { "BLOCKED" }, "entities": [
            {"entity_type": "MESSAGE_TEMPLATE", "id": template.id, "can_send_message": if status == "APPROVED" { "AVAILABLE" } else { "BLOCKED" }}]},
    });
    let to_come = history.correct_category.as_ref();
    for (name, value) in [
        (
            "previous_category",
            history.previous_category.as_ref().or(to_come.filter(|to_come| to_come.from <= now).map(|_| &template.category)),
        ),
        ("correct_category", to_come.filter(|to_come| to_come.from > now).map(|to_come| &to_come.category)),
    ] {
        if let Some(value) = value {
            all[name] = json!(value);
        }
    }
    if let Some(seconds) = history.ttl_seconds {
        all["message_send_ttl_seconds"] = json!(seconds);
    }
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
    check_creation(world, waba, &template, now)?;
    template_media::check(world, &template)?;
    world.portfolio(waba).count_template(now);
    template.id = world.new_object_id();
    if let Some(category) =
        world.numbers.get(identity.phone_number_id.as_str()).and_then(|number| number.settings.template_category.clone())
        && category != template.category
    {
        template.history.previous_category = Some(std::mem::replace(&mut template.category, category));
    }
    let (template, effect) = reviewed(world, identity, template, now);
    let status = template.status_at(now);
    let answer = json!({"id": template.id, "status": status, "category": template.category});
    Ok(Outcome::new(Kind::Template, 200, answer).with(effect))
}

/// The hourly rate, the number of templates, and names that were deleted lately.
fn check_creation(world: &mut World, waba: &str, template: &Template, now: i64) -> Result<(), Refusal> {
    if !world.portfolio(waba).may_make_template(now) {
        return Err(Refusal::with(80_007, "At most 100 templates can be created in an hour."));
    }
    let Some(templates) = world.templates(waba) else { return Ok(()) };
    if templates.list().count() >= MOST_TEMPLATES {
        return Err(Refusal::parameter("The number of templates of this account has reached its limit.").with_subcode(2_388_019));
    }
    if templates.is_locked(&template.name, &template.language, now) {
        let sentence = "A template of this name and language is being deleted. Try again in 4 weeks, or use another name.";
        return Err(Refusal::parameter(sentence).with_subcode(2_388_023));
    }
    Ok(())
}

/// Only a pause that does not end by itself is ended so.
fn unpause(world: &mut World, identity: &BusinessNumber, mut template: Template, now: i64) -> Result<Outcome, Refusal> {
    if template.status_at(now) != "PAUSED" || template.paused_until().is_some() || template.history.pause.is_none() {
        return Err(Refusal::parameter("Message template cannot be unpaused in its present state"));
    }
    template.history.pause = None;
    let effects =
        template_quality::told(world, identity, template, "REINSTATED", Some(("UNPAUSE", "The template can be sent again.")), now);
    Ok(Outcome::new(Kind::Template, 200, json!({"success": true})).with(Effect::several(effects)))
}

fn edit(world: &mut World, identity: &BusinessNumber, template: Template, text: &str, now: i64) -> Result<Outcome, Refusal> {
    if !matches!(template.status_at(now), "APPROVED" | "REJECTED" | "PAUSED") {
        return Err(Refusal::parameter("Message template cannot be edited in its present state").with_subcode(2_388_039));
    }
    let is_approved = template.status_at(now) == "APPROVED";
    let body = object(text)?;
    if is_approved {
        check_edits(&template, &body, now)?;
    }
    let mut edited = template_rules::edited_template(template, &body)?;
    template_media::check(world, &edited)?;
    if is_approved {
        edited.history.edits.push(now);
    }
    let (_, effect) = reviewed(world, identity, edited, now);
    Ok(Outcome::new(Kind::Template, 200, json!({"success": true})).with(effect))
}

/// An approved template keeps its category and is edited once a day and ten times in thirty days.
fn check_edits(template: &Template, body: &Map<String, Value>, now: i64) -> Result<(), Refusal> {
    let category = body.get("category").and_then(Value::as_str);
    if category.is_some_and(|category| !category.eq_ignore_ascii_case(&template.category)) {
        return Err(Refusal::parameter("The category of an approved template cannot be changed."));
    }
    let within = |days: i64| template.history.edits.iter().filter(|at| now - **at < days * 86_400 * SECOND).count();
    if within(1) >= 1 || within(30) >= 10 {
        return Err(Refusal::parameter("An approved template can be edited once in 24 hours and 10 times in 30 days."));
    }
    Ok(())
}

/// The template with the verdict that the number's settings foresee.
fn reviewed(world: &mut World, identity: &BusinessNumber, template: Template, now: i64) -> (Template, Effect) {
    let settings = world.numbers.get(identity.phone_number_id.as_str()).map(|number| number.settings.clone());
    let (seconds, verdict) =
        settings.map_or((0, "APPROVED".to_owned()), |settings| (settings.template_review_seconds, settings.template_verdict));
    let wait = i64::try_from(seconds).unwrap_or(i64::MAX / SECOND).saturating_mul(SECOND);
    let mut template = Template { status: verdict, verdict: Some(now.saturating_add(wait)), ..template };
    template.history.rejected = None;
    let change = TemplateChange {
        phone_number_id: identity.phone_number_id.clone(),
        business_account_id: identity.business_account_id.clone(),
        template: template.clone(),
        update: Some(world.take_updates(1)),
    };
    (template, Effect::Template(Box::new(change)))
}

/// By name all languages go, by `hsm_id` one.
fn delete(world: &mut World, identity: &BusinessNumber, call: &GraphCall, now: i64) -> Result<Outcome, Refusal> {
    let name = call.query.get("name").ok_or_else(|| Refusal::parameter("The parameter name is required."))?;
    let id = call.query.get("hsm_id");
    let all = world.templates(&call.node).into_iter().flat_map(Templates::list);
    let named = all.filter(|template| template.name == *name && id.is_none_or(|id| *id == template.id));
    let gone: Vec<_> = named.cloned().collect();
    if gone.is_empty() {
        return Err(Refusal::parameter("The message template does not exist").with_status(404).with_subcode(2_593_002));
    }
    if gone.iter().any(|template| template.status_at(now) == "DISABLED") {
        return Err(Refusal::parameter("A disabled message template cannot be deleted"));
    }
    let ids = gone.iter().map(|template| template.id.clone()).collect();
    let mut effects = vec![Effect::TemplatesDeleted { business_account_id: call.node.clone(), ids, at: now }];
    for template in &gone {
        let value = event::template_status(template, "PENDING_DELETION", None);
        effects.push(world.event(&identity.phone_number_id, now, "message_template_status_update", value).into());
    }
    Ok(Outcome::new(Kind::Template, 200, json!({"success": true})).with(Effect::several(effects)))
}

fn object(text: &str) -> Result<Map<String, Value>, Refusal> {
    serde_json::from_str(text).map_err(|_| Refusal::parameter("The request body must be a JSON object."))
}
