//! `POST /simulator/webhooks`: any change of any field, signed and delivered like all others.
//!
//! For what WhatsApp tells of accounts, numbers and templates, for fields that nobody knows yet, and
//! for the dashboard's test calls, whose entries have the id 0 (reference §2.3, §2.6).

use std::sync::Arc;

use axum::body::Body;
use axum::extract::State;
use axum::response::Response;
use http::StatusCode;
use serde::Deserialize;
use serde_json::{Value, json};

use super::{Mistake, done, parsed, text_of};
use crate::ledger::line::Kind;
use crate::shared::{Outcome, Shared};
use crate::world::effect::Effect;

const PATH: &str = "/simulator/webhooks";

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Wanted {
    phone_number_id: Option<String>,
    field: String,
    value: Value,
    entry_id: Option<String>,
    #[serde(default)]
    delay_seconds: u32,
}

pub(crate) async fn tell(State(shared): State<Arc<Shared>>, body: Body) -> Response {
    let text = match text_of(body).await {
        Ok(text) => text,
        Err(mistake) => return mistake.response(),
    };
    done(&shared, "POST", PATH, &text, |world, now| {
        let wanted: Wanted = parsed(&text)?;
        if wanted.field.is_empty() || !wanted.value.is_object() {
            return Err(Mistake::bad("field is a name and value an object"));
        }
        let is_meant = |id: &str| wanted.phone_number_id.as_ref().is_none_or(|wanted| wanted == id);
        let identity = world.identities().into_iter().find(|identity| is_meant(&identity.phone_number_id));
        let identity = identity.ok_or_else(|| Mistake::new(StatusCode::NOT_FOUND, "there is no number with this phone_number_id"))?;
        let mut event = world.event(&identity.phone_number_id, now, &wanted.field, wanted.value);
        event.entry_id = wanted.entry_id;
        event.due = now.saturating_add(i64::from(wanted.delay_seconds) * 1_000_000);
        Ok(Outcome::new(Kind::Control, 202, json!({"field": event.field})).with(Effect::from(event)))
    })
    .await
}
