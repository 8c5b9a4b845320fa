//! `POST /simulator/echoes`: the owner of a number writes on the WhatsApp Business app (reference §9.2).
//!
//! The message is on the customer's phone at once, and the business learns of it by an echo.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::State;
use axum::response::Response;
use http::StatusCode;
use serde_json::{Map, Value, json};

use super::{Mistake, digits, done, parsed, text_of};
use crate::ledger::line::Kind;
use crate::shared::{Outcome, Shared};
use crate::world::World;
use crate::world::effect::{Accepted, Effect};
use crate::world::event;

const PATH: &str = "/simulator/echoes";

pub(crate) async fn write(State(shared): State<Arc<Shared>>, body: Body) -> Response {
    let text = match text_of(body).await {
        Ok(text) => text,
        Err(mistake) => return mistake.response(),
    };
    done(&shared, "POST", PATH, &text, |world, now| {
        let (wamid, effects) = effects(world, parsed(&text)?, now)?;
        Ok(Outcome::new(Kind::Control, 202, json!({"id": wamid})).with(Effect::Several(effects)))
    })
    .await
}

fn effects(world: &mut World, mut message: Map<String, Value>, now: i64) -> Result<(String, Vec<Effect>), Mistake> {
    let member = |name: &str| message.get(name).and_then(Value::as_str).ok_or_else(|| Mistake::bad(format!("{name} is missing")));
    let (from, to, kind) = (digits("from", member("from")?)?, digits("to", member("to")?)?, member("type")?.to_owned());
    let identity = world.identities().into_iter().find(|identity| identity.display_phone_number.trim_start_matches('+') == from);
    let identity = identity.ok_or_else(|| Mistake::new(StatusCode::NOT_FOUND, "from: there is no such business number here"))?;
    let customer = world.known_writer(&to);
    let user_id = world.customer_or_new(&customer).card.user_id(&identity.business_account_id);
    let wamid = world.new_wamid(&customer, false);
    for (name, value) in [
        ("from", json!(from)),
        ("to", json!(customer)),
        ("to_user_id", json!(user_id)),
        ("id", json!(wamid)),
        ("timestamp", json!((now / 1_000_000).to_string())),
    ] {
        message.insert(name.to_owned(), value);
    }
    let value = json!({"messaging_product": "whatsapp", "metadata": event::metadata(&identity), "message_echoes": [message]});
    let echo = world.event(&identity.phone_number_id, now, "smb_message_echoes", value);
    let accepted = Accepted {
        wamid: wamid.clone(),
        phone_number_id: identity.phone_number_id.clone(),
        business_account_id: identity.business_account_id.clone(),
        business: identity.display_phone_number.clone(),
        customer,
        kind,
        at: now,
        arrives: Some(now),
        reports: Vec::new(),
        first_update: world.take_updates(0),
        callback_data: None,
        category: "app".to_owned(),
        pricing: "regular".to_owned(),
        is_held: false,
        free_until: None,
        is_outside_window: false,
        rendered: None,
        fault: None,
    };
    Ok((wamid, vec![Effect::Accepted(Box::new(accepted)), echo.into()]))
}
