//! `/{phone-number-id}/block_users`: customers whom the business does not want to hear from.

use std::sync::Arc;

use axum::response::Response;
use serde_json::{Value, json};

use crate::graph::refusal::Refusal;
use crate::graph::{GraphCall, access};
use crate::ledger::line::Kind;
use crate::reply;
use crate::shared::{Outcome, Shared};
use crate::world::World;
use crate::world::effect::Effect;
use crate::world::number::NumberChange;

pub(super) async fn call(shared: &Arc<Shared>, call: &GraphCall, text: &str) -> Response {
    reply::graph(shared, call, text, |world, now| {
        let outcome = access::number(world, call.token.as_deref(), &call.node, &call.method).and_then(|identity| {
            let id = &identity.phone_number_id;
            let mut blocked = world.numbers.get(id.as_str()).map(|number| number.blocked.clone()).unwrap_or_default();
            if call.method == http::Method::GET {
                let data: Vec<_> = blocked.iter().map(|digits| json!({"messaging_product": "whatsapp", "wa_id": digits})).collect();
                return Ok(Outcome::new(Kind::Control, 200, json!({"data": data})));
            }
            let users = users(world, &call.parameters(text)?)?;
            let is_blocking = call.method == http::Method::POST;
            blocked.retain(|digits| users.iter().all(|(_, user)| user != digits));
            if is_blocking {
                blocked.extend(users.iter().map(|(_, user)| user.clone()));
            }
            let done: Vec<_> = users.iter().map(|(input, user)| json!({"input": input, "wa_id": user})).collect();
            let member = if is_blocking { "added_users" } else { "removed_users" };
            let answer = json!({"messaging_product": "whatsapp", "block_users": {member: done}});
            let change = NumberChange { phone_number_id: id.clone(), at: now, blocked: Some(blocked), ..NumberChange::default() };
            Ok(Outcome::new(Kind::Control, 200, answer).with(Effect::Number(Box::new(change))))
        });
        outcome.unwrap_or_else(|refusal| refusal.outcome(Kind::Control))
    })
    .await
}

/// Who is meant, as it was written and as WhatsApp knows them.
fn users(world: &World, parameters: &Value) -> Result<Vec<(String, String)>, Refusal> {
    let list = parameters["block_users"].as_array().filter(|list| !list.is_empty());
    let list = list.ok_or_else(|| Refusal::parameter("The parameter block_users is required."))?;
    let user = |user: &Value| {
        let input = user["user"].as_str().ok_or_else(|| Refusal::parameter("Param block_users['user'] must be a string."))?;
        let digits: String = input.chars().filter(char::is_ascii_digit).collect();
        Ok((input.to_owned(), world.known_digits(&digits)))
    };
    list.iter().map(user).collect()
}
