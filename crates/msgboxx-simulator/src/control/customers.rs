//! `/simulator/customers`: who has a phone here, those with the newest message first; and what a
//! customer changes about themselves: blocking, opting out, a user name, a new number.

use std::cmp::Reverse;
use std::sync::Arc;

use axum::body::Body;
use axum::extract::State;
use axum::response::Response;
use http::StatusCode;
use serde::Deserialize;
use serde_json::{Value, json};

use super::{Mistake, digits, done, parsed, text_of, view};
use crate::ledger::line::Kind;
use crate::shared::{Outcome, Shared};
use crate::world::World;
use crate::world::customer::{CustomerChange, Direction};
use crate::world::effect::{Effect, Wrote};
use crate::world::event;

/// A business is shown as typing for so long, in microseconds.
const TYPING: i64 = 25_000_000;

/// More phones than a page can offer for choice.
const MOST_SHOWN: usize = 200;

pub(crate) async fn list(State(shared): State<Arc<Shared>>) -> Response {
    let now = shared.clock.now_micros();
    let world = shared.world();
    let mut newest: Vec<_> = world
        .customers
        .values()
        .filter_map(|customer| {
            let seen = customer.messages.iter().rev().find(|message| message.arrives.is_some_and(|arrives| arrives <= now))?;
            Some((customer, seen))
        })
        .collect();
    if newest.len() > MOST_SHOWN {
        newest.select_nth_unstable_by_key(MOST_SHOWN, |(_, message)| Reverse(message.arrives));
        newest.truncate(MOST_SHOWN);
    }
    newest.sort_by_key(|(_, message)| Reverse(message.arrives));
    let customers: Vec<_> = newest
        .into_iter()
        .map(|(customer, message)| {
            let wishes = customer.wishes.get(&*message.phone_number_id).copied().unwrap_or_default();
            let typing = customer.typing.as_ref().filter(|(_, at)| now - at < TYPING);
            json!({"phone": format!("+{}", customer.card.digits), "name": customer.card.name, "username": customer.card.username,
                "hide_number": customer.card.is_number_hidden, "blocked": wishes.is_blocked, "marketing": !wishes.no_marketing,
                "read_receipts": !customer.hides_reading, "is_typing": typing.is_some(), "business": &*message.business,
                "direction": if message.direction == Direction::In { "in" } else { "out" }, "type": &*message.kind,
                "last": view::text(message), "timestamp": view::seconds(message.arrives.unwrap_or(message.at))})
        })
        .collect();
    drop(world);
    super::items(customers)
}

const PATH: &str = "/simulator/customers";

/// What a customer changes; what is left out stays.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Wanted {
    phone: String,
    name: Option<String>,
    user_id: Option<String>,
    username: Option<String>,
    hide_number: Option<bool>,
    read_receipts: Option<bool>,
    /// The business number that `blocked` and `marketing` are about; without it, all of them.
    business: Option<String>,
    blocked: Option<bool>,
    marketing: Option<String>,
    /// The customer's new phone number.
    new_phone: Option<String>,
}

pub(crate) async fn change(State(shared): State<Arc<Shared>>, body: Body) -> Response {
    let text = match text_of(body).await {
        Ok(text) => text,
        Err(mistake) => return mistake.response(),
    };
    done(&shared, "POST", PATH, &text, |world, now| {
        let wanted: Wanted = parsed(&text)?;
        let effects = effects(world, &wanted, now)?;
        let answer = json!({"phone": wanted.new_phone.as_ref().unwrap_or(&wanted.phone)});
        Ok(Outcome::new(Kind::Control, 200, answer).with(Effect::Several(effects)))
    })
    .await
}

fn effects(world: &mut World, wanted: &Wanted, now: i64) -> Result<Vec<Effect>, Mistake> {
    let customer = world.known_writer(&digits("phone", &wanted.phone)?);
    let marketing = match wanted.marketing.as_deref() {
        None => None,
        Some("resume") => Some(true),
        Some("stop") => Some(false),
        Some(_) => return Err(Mistake::bad("marketing is stop or resume")),
    };
    let mut effects = vec![Effect::Customer(Box::new(CustomerChange {
        customer: customer.clone(),
        name: wanted.name.clone(),
        user_id: wanted.user_id.clone(),
        username: wanted.username.clone(),
        hide_number: wanted.hide_number,
        hides_reading: wanted.read_receipts.map(|shows| !shows),
        ..CustomerChange::default()
    }))];
    let business = wanted.business.as_deref().map(|business| digits("business", business)).transpose()?;
    let is_meant = |number: &str| business.as_ref().is_none_or(|business| number.trim_start_matches('+') == business);
    let identities: Vec<_> = world.identities().into_iter().filter(|identity| is_meant(&identity.display_phone_number)).collect();
    if identities.is_empty() {
        return Err(Mistake::new(StatusCode::NOT_FOUND, "there is no such business number here"));
    }
    for identity in identities.iter().filter(|_| marketing.is_some() || wanted.blocked.is_some()) {
        let id = &identity.phone_number_id;
        effects.push(Effect::Customer(Box::new(CustomerChange {
            customer: customer.clone(),
            phone_number_id: Some(id.clone()),
            blocked: wanted.blocked,
            marketing,
            ..CustomerChange::default()
        })));
        if let Some(marketing) = marketing {
            let value = preference(world, &customer, identity, marketing, now);
            effects.push(world.event(id, now, "user_preferences", value).into());
        }
    }
    if let Some(new) = &wanted.new_phone {
        effects.extend(moved(world, &customer, &digits("new_phone", new)?, now)?);
    }
    Ok(effects)
}

/// The value of `user_preferences` (reference §2.6).
fn preference(world: &mut World, customer: &str, identity: &crate::config::BusinessNumber, marketing: bool, now: i64) -> Value {
    let card = Arc::clone(&world.customer_or_new(customer).card);
    let user_id = card.user_id(&identity.business_account_id);
    let value = if marketing { "resume" } else { "stop" };
    let detail = format!("User requested to {value} marketing messages");
    json!({"messaging_product": "whatsapp", "metadata": event::metadata(identity),
        "contacts": [{"profile": {"name": card.name}, "wa_id": &*card.digits, "user_id": user_id}],
        "user_preferences": [{"wa_id": &*card.digits, "user_id": user_id, "detail": detail, "category": "marketing_messages",
            "value": value, "timestamp": now / 1_000_000}]})
}

/// A new number: every business that the customer knows is told by a system message under the old one.
fn moved(world: &mut World, customer: &str, new: &str, now: i64) -> Result<Vec<Effect>, Mistake> {
    if world.customers.contains_key(new) {
        return Err(Mistake::new(StatusCode::CONFLICT, "new_phone belongs to another customer"));
    }
    let known = world.customer_or_new(customer);
    let (card, ids) =
        (Arc::clone(&known.card), known.messages.iter().map(|message| Arc::clone(&message.phone_number_id)).collect::<Vec<_>>());
    let mut effects = Vec::new();
    for identity in world.identities().into_iter().filter(|identity| ids.iter().any(|id| **id == *identity.phone_number_id)) {
        let waba = identity.business_account_id.clone();
        let mut future = crate::world::customer::Customer::new(new.into());
        future.learn(Some(&card.name), None, None);
        let system = json!({"type": "user_changed_number", "wa_id": new, "user_id": future.card.user_id(&waba),
            "previous_user_id": card.user_id(&waba), "body": format!("{} changed from {customer} to {new}", card.name)});
        effects.push(Effect::Wrote(Box::new(Wrote {
            phone_number_id: identity.phone_number_id.clone(),
            business_account_id: waba,
            business: identity.display_phone_number.clone(),
            customer: customer.to_owned(),
            name: None,
            user_id: None,
            hide_number: None,
            at: now,
            timestamp: now / 1_000_000,
            due: None,
            username: None,
            message: json!({"id": world.new_wamid(customer, true), "type": "system", "system": system}),
            medium: None,
            update: world.take_updates(1),
        })));
    }
    effects.push(Effect::Customer(Box::new(CustomerChange {
        customer: customer.to_owned(),
        new_number: Some(new.to_owned()),
        ..CustomerChange::default()
    })));
    Ok(effects)
}
