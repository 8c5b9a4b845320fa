//! `/{phone-number-id}/whatsapp_business_profile`: what customers read about a business (reference §5.3).

use std::sync::Arc;

use axum::response::Response;
use serde_json::{Map, Value, json};

use crate::graph::refusal::Refusal;
use crate::graph::{GraphCall, access, numbers};
use crate::ledger::line::Kind;
use crate::reply;
use crate::shared::{Outcome, Shared};
use crate::world::World;
use crate::world::effect::Effect;
use crate::world::number::NumberChange;

/// The text fields with the most characters of each.
const TEXTS: [(&str, usize); 4] = [("about", 139), ("address", 256), ("description", 512), ("email", 128)];

const MOST_WEBSITES: usize = 2;
const LONGEST_WEBSITE: usize = 256;

const VERTICALS: [&str; 21] = [
    "UNDEFINED",
    "OTHER",
    "AUTO",
    "BEAUTY",
    "APPAREL",
    "EDU",
    "ENTERTAIN",
    "EVENT_PLAN",
    "FINANCE",
    "GROCERY",
    "GOVT",
    "HOTEL",
    "HEALTH",
    "NONPROFIT",
    "PROF_SERVICES",
    "RETAIL",
    "TRAVEL",
    "RESTAURANT",
    "NOT_A_BIZ",
    "ALCOHOL",
    "OTC_DRUGS",
];

pub(super) async fn call(shared: &Arc<Shared>, call: &GraphCall, text: &str) -> Response {
    reply::graph(shared, call, text, |world, now| {
        let outcome = access::number(world, call.token.as_deref(), &call.node, &call.method).and_then(|identity| {
            let id = &identity.phone_number_id;
            if call.method == http::Method::GET {
                return Ok(Outcome::new(Kind::Control, 200, json!({"data": [shown(world, id, call)]})));
            }
            let profile = checked(shared, world, &call.parameters(text)?)?;
            let change = NumberChange { phone_number_id: id.clone(), at: now, profile, ..NumberChange::default() };
            Ok(Outcome::new(Kind::Control, 200, json!({"success": true})).with(Effect::Number(Box::new(change))))
        });
        outcome.unwrap_or_else(|refusal| refusal.outcome(Kind::Control))
    })
    .await
}

/// The fields that were asked for, as far as they are set.
fn shown(world: &World, phone_number_id: &str, call: &GraphCall) -> Value {
    let mut profile = world.numbers.get(phone_number_id).map(|number| number.profile.clone()).unwrap_or_default();
    profile.entry("vertical").or_insert_with(|| json!("UNDEFINED"));
    let mut shown =
        match numbers::selected(Value::Object(profile), call, "about,address,description,email,profile_picture_url,websites,vertical") {
            Value::Object(shown) => shown,
            _ => Map::new(),
        };
    shown.insert("messaging_product".to_owned(), json!("whatsapp"));
    Value::Object(shown)
}

fn checked(shared: &Shared, world: &World, parameters: &Value) -> Result<Map<String, Value>, Refusal> {
    if parameters["messaging_product"] != "whatsapp" {
        return Err(Refusal::parameter("The parameter messaging_product is required."));
    }
    let mut profile = Map::new();
    for (name, most) in TEXTS {
        let Some(value) = parameters.get(name).filter(|value| !value.is_null()) else { continue };
        let text = value.as_str().ok_or_else(|| Refusal::parameter(&format!("Param {name} must be a string.")))?;
        if text.chars().count() > most || (name == "about" && text.is_empty()) {
            return Err(Refusal::parameter(&format!("Param {name} must be at most {most} characters long.")));
        }
        profile.insert(name.to_owned(), json!(text));
    }
    if let Some(websites) = parameters.get("websites").filter(|websites| !websites.is_null()) {
        let list = websites.as_array().ok_or_else(|| Refusal::parameter("Param websites must be an array."))?;
        let is_good = |site: &Value| site.as_str().is_some_and(|site| site.len() <= LONGEST_WEBSITE && site.starts_with("http"));
        if list.len() > MOST_WEBSITES || !list.iter().all(is_good) {
            return Err(Refusal::parameter("Param websites must be an array of at most 2 valid URIs of at most 256 characters."));
        }
        profile.insert("websites".to_owned(), websites.clone());
    }
    if let Some(vertical) = parameters["vertical"].as_str() {
        if !VERTICALS.contains(&vertical) {
            return Err(Refusal::parameter(&format!("Param vertical must be one of {{{}}}", VERTICALS.join(", "))));
        }
        profile.insert("vertical".to_owned(), json!(vertical));
    }
    if let Some(handle) = parameters["profile_picture_handle"].as_str() {
        let upload = world.uploads.values().find(|upload| upload.handle.as_deref() == Some(handle));
        let upload = upload.filter(|upload| upload.file_type.starts_with("image/"));
        let upload = upload.ok_or_else(|| Refusal::parameter("Param profile_picture_handle is not the handle of an uploaded image."))?;
        profile.insert("profile_picture_url".to_owned(), json!(format!("{}/simulator/uploads/{}", shared.public_url, upload.file)));
    }
    Ok(profile)
}
