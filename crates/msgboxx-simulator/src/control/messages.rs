//! `/simulator/messages`: a customer writes, and a customer's phone.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::{RawQuery, State};
use axum::response::Response;
use serde_json::json;

use super::{Mistake, done, items, text_of, view, writing};
use crate::ledger::line::Kind;
use crate::reply;
use crate::shared::{Outcome, Shared};
use crate::world::customer::Direction;
use crate::world::effect::Effect;

const PATH: &str = "/simulator/messages";

pub(crate) async fn list(State(shared): State<Arc<Shared>>, RawQuery(query): RawQuery) -> Response {
    let query = reply::query(query.as_deref());
    let Some(phone) = query.get("phone") else {
        return Mistake::bad("phone is missing: say whose phone, for example ?phone=%2B447902111123").response();
    };
    // A plus that was not encoded arrives as a space.
    let digits = match super::digits("phone", phone.trim()) {
        Ok(digits) => digits,
        Err(mistake) => return mistake.response(),
    };
    let now = shared.clock.now_micros();
    let world = shared.world();
    let digits = world.known_writer(&digits);
    let messages = world.customers.get(digits.as_str()).map_or(&[][..], |customer| &customer.messages);
    let is_wanted = |business: &str| query.get("business").is_none_or(|wanted| wanted == business);
    let mut on_phone: Vec<_> = messages
        .iter()
        .filter(|message| is_wanted(&message.business))
        .filter_map(|message| message.arrives.filter(|arrives| *arrives <= now).map(|arrives| (arrives, message)))
        .collect();
    on_phone.sort_by_key(|(arrives, message)| if message.direction == Direction::In { *arrives } else { message.at });
    let views: Vec<_> = on_phone.into_iter().map(|(_, message)| view::message(message, now)).collect();
    drop(world);
    items(views)
}

pub(crate) async fn write(State(shared): State<Arc<Shared>>, body: Body) -> Response {
    let text = match text_of(body).await {
        Ok(text) => text,
        Err(mistake) => return mistake.response(),
    };
    let written = match writing::read(&text) {
        Ok(written) => writing::with_medium(&shared, written).await,
        Err(mistake) => Err(mistake),
    };
    done(&shared, "POST", PATH, writing::noted(&text), |world, now| {
        let wrote = written?.wrote(world, now)?;
        let answer = json!({"id": wrote.message["id"]});
        Ok(Outcome::new(Kind::Control, 202, answer).with(Effect::Wrote(Box::new(wrote))))
    })
    .await
}
