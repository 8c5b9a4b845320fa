//! `/simulator/templates`: what becomes of templates, as Meta and the customers would have it.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::State;
use axum::response::Response;
use http::StatusCode;
use serde::Deserialize;
use serde_json::{Value, json};

use super::{Mistake, done, items, parsed, text_of};
use crate::config::BusinessNumber;
use crate::graph::template_quality as quality;
use crate::ledger::line::Kind;
use crate::shared::{Outcome, Shared};
use crate::world::World;
use crate::world::effect::Effect;
use crate::world::template::{Pause, Template, Templates};

const PATH: &str = "/simulator/templates";

/// One thing that happens to a template; it is named by its id, or by name and language.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Wanted {
    id: Option<String>,
    name: Option<String>,
    language: Option<String>,
    /// `GREEN`, `YELLOW`, `RED` or `UNKNOWN`.
    quality: Option<String>,
    /// One step down: quality, then a pause of three hours, one of six, then disabled.
    #[serde(default)]
    worsen: bool,
    /// `APPROVED`, `REJECTED`, `PENDING`, `PAUSED` or `DISABLED`.
    status: Option<String>,
    category: Option<String>,
    /// Does the category change without the notice of a day?
    #[serde(default)]
    at_once: bool,
}

pub(crate) async fn list(State(shared): State<Arc<Shared>>) -> Response {
    let now = shared.clock.now_micros();
    let world = shared.world();
    let mut accounts: Vec<_> = world.identities().iter().map(|identity| identity.business_account_id.clone()).collect();
    accounts.dedup();
    let of_account = |waba: &String| {
        let templates = world.templates(waba).into_iter().flat_map(Templates::list);
        templates.map(|template| view(waba, template, now)).collect::<Vec<_>>()
    };
    let views: Vec<_> = accounts.iter().flat_map(of_account).collect();
    drop(world);
    items(views)
}

pub(crate) async fn change(State(shared): State<Arc<Shared>>, body: Body) -> Response {
    let text = match text_of(body).await {
        Ok(text) => text,
        Err(mistake) => return mistake.response(),
    };
    done(&shared, "POST", PATH, &text, |world, now| {
        let wanted: Wanted = parsed(&text)?;
        let (identity, template) = find(world, &wanted)?;
        let effects = effects(world, &identity, template.clone(), &wanted, now)?;
        let changed = effects.iter().rev().find_map(|effect| match effect {
            Effect::Template(change) => Some(&change.template),
            _ => None,
        });
        let answer = view(&identity.business_account_id, changed.unwrap_or(&template), now);
        Ok(Outcome::new(Kind::Control, 200, answer).with(Effect::several(effects)))
    })
    .await
}

fn find(world: &World, wanted: &Wanted) -> Result<(Arc<BusinessNumber>, Template), Mistake> {
    let is_meant = |template: &&Template| match (&wanted.id, &wanted.name) {
        (Some(id), _) => *id == template.id,
        (None, Some(name)) => *name == template.name && wanted.language.as_ref().is_none_or(|language| *language == template.language),
        (None, None) => false,
    };
    let found = world.identities().into_iter().find_map(|identity| {
        let template = world.templates(&identity.business_account_id)?.list().find(is_meant)?.clone();
        Some((identity, template))
    });
    found.ok_or_else(|| Mistake::new(StatusCode::NOT_FOUND, "there is no such template: say its id, or its name and language"))
}

fn effects(world: &mut World, identity: &BusinessNumber, template: Template, wanted: &Wanted, now: i64) -> Result<Vec<Effect>, Mistake> {
    if let Some(score) = &wanted.quality {
        if !["GREEN", "YELLOW", "RED", "UNKNOWN"].contains(&score.as_str()) {
            return Err(Mistake::bad("quality is GREEN, YELLOW, RED or UNKNOWN"));
        }
        return Ok(quality::judged(world, identity, template, score, now));
    }
    if wanted.worsen {
        return Ok(quality::worsened(world, identity, template, now));
    }
    if let Some(category) = &wanted.category {
        if !["MARKETING", "UTILITY", "AUTHENTICATION"].contains(&category.as_str()) {
            return Err(Mistake::bad("category is MARKETING, UTILITY or AUTHENTICATION"));
        }
        return Ok(quality::moved(world, identity, template, category, wanted.at_once, now));
    }
    let status = wanted.status.as_deref().ok_or_else(|| Mistake::bad("say what happens: quality, worsen, status or category"))?;
    with_status(world, identity, template, status, now)
}

fn with_status(
    world: &mut World,
    identity: &BusinessNumber,
    mut template: Template,
    status: &str,
    now: i64,
) -> Result<Vec<Effect>, Mistake> {
    template.history.pause = None;
    template.verdict = None;
    let note = match status {
        "DISABLED" => return Ok(quality::disabled(world, identity, template, now)),
        "PAUSED" => {
            template.history.pause = Some(Pause { from: now, until: None });
            "APPROVED".clone_into(&mut template.status);
            Some(("RATE_LIMITING_PAUSE", "The template is paused until somebody ends the pause."))
        }
        "APPROVED" | "REJECTED" | "PENDING" => {
            status.clone_into(&mut template.status);
            None
        }
        _ => return Err(Mistake::bad("status is APPROVED, REJECTED, PENDING, PAUSED or DISABLED")),
    };
    Ok(quality::told(world, identity, template, status, note, now))
}

fn view(waba: &str, template: &Template, now: i64) -> Value {
    json!({"id": template.id, "business_account_id": waba, "name": template.name, "language": template.language,
        "category": template.category_at(now), "status": template.status_at(now), "quality": template.quality(),
        "paused_until": template.paused_until().filter(|until| *until > now).map(|until| until / 1_000_000),
        "components": template.components})
}
