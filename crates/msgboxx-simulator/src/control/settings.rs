//! `/simulator/settings`: how a number, or without `phone_number_id` every number, behaves.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::State;
use axum::response::Response;
use http::StatusCode;
use serde_json::{Value, json};

use super::{Mistake, done, items, parsed, text_of};
use crate::ledger::line::Kind;
use crate::shared::{Outcome, Shared};
use crate::world::World;
use crate::world::effect::Effect;
use crate::world::settings::{Settings, SettingsChange};

const PATH: &str = "/simulator/settings";

pub(crate) async fn list(State(shared): State<Arc<Shared>>) -> Response {
    items(views(&shared.world(), None))
}

pub(crate) async fn change(State(shared): State<Arc<Shared>>, body: Body) -> Response {
    let text = match text_of(body).await {
        Ok(text) => text,
        Err(mistake) => return mistake.response(),
    };
    done(&shared, "POST", PATH, &text, |world, now| {
        let change: SettingsChange = parsed(&text)?;
        change.check().map_err(Mistake::bad)?;
        let views = views(world, Some(&change));
        let answer = match &change.phone_number_id {
            None => json!({"items": views}),
            Some(id) => {
                let view = views.into_iter().next();
                view.ok_or_else(|| Mistake::new(StatusCode::NOT_FOUND, format!("there is no number with the phone_number_id {id:?}")))?
            }
        };
        let mut effects = Vec::new();
        for identity in world.identities() {
            if change.phone_number_id.as_ref().is_none_or(|id| *id == identity.phone_number_id) {
                effects.extend(world.announce(&identity, &change, now).into_iter().map(Effect::from));
            }
        }
        effects.insert(0, Effect::Settings(Box::new(change)));
        Ok(Outcome::new(Kind::Control, 200, answer).with(Effect::several(effects)))
    })
    .await
}

/// The settings of the numbers, or of those that the change is about as they will be after it.
fn views(world: &World, change: Option<&SettingsChange>) -> Vec<Value> {
    let wanted = change.and_then(|change| change.phone_number_id.as_deref());
    let identities = world.identities().into_iter().filter(|identity| wanted.is_none_or(|id| id == identity.phone_number_id));
    let with_settings = identities.filter_map(|identity| {
        let mut settings = world.numbers.get(identity.phone_number_id.as_str())?.settings.clone();
        if let Some(change) = change {
            settings.change(change);
        }
        Some(view(&identity.phone_number_id, &settings))
    });
    with_settings.collect()
}

fn view(phone_number_id: &str, settings: &Settings) -> Value {
    let mut view = json!(settings);
    view["phone_number_id"] = json!(phone_number_id);
    view
}
