//! Who may do what with Graph: a bearer token opens its number and that number's WABA.

use std::collections::HashMap;
use std::sync::Arc;

use http::{HeaderMap, Method, header};

use crate::config::BusinessNumber;
use crate::graph::GraphCall;
use crate::graph::refusal::Refusal;
use crate::world::World;
use crate::world::settings::Settings;

/// The token from the header, in either of the words that Graph takes, or from the query.
pub(crate) fn token(headers: &HeaderMap, query: &HashMap<String, String>) -> Option<String> {
    let header = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
    let from_header = header.and_then(|value| value.split_once(' ')).and_then(|(scheme, token)| {
        let is_known = scheme.eq_ignore_ascii_case("bearer") || scheme.eq_ignore_ascii_case("oauth");
        is_known.then(|| token.trim().to_owned())
    });
    from_header.or_else(|| query.get("access_token").cloned())
}

/// A number that this token opens; one of several, if it opens several.
pub(crate) fn account_of(world: &World, token: Option<&str>) -> Result<Arc<BusinessNumber>, Refusal> {
    let token = token.ok_or_else(|| Refusal::bad_token("An access token is required to request this resource.", None))?;
    let mut refusal = Refusal::bad_token("Invalid OAuth access token - Cannot parse access token", None);
    for number in world.numbers.values() {
        match &number.identity {
            Some(identity) if identity.access_token == token => match ended(&number.settings) {
                None => return Ok(Arc::clone(identity)),
                Some(ended) => refusal = ended,
            },
            Some(_) | None => {}
        }
    }
    Err(refusal)
}

/// Why the token that was good before is not any more.
fn ended(settings: &Settings) -> Option<Refusal> {
    match settings.token.as_str() {
        "expired" => Some(Refusal::bad_token("Error validating access token: Session has expired.", Some(463))),
        "revoked" => Some(Refusal::bad_token(
            "Error validating access token: The session has been invalidated because the user changed their password or Facebook \
             has changed the session for security reasons.",
            Some(460),
        )),
        _ => None,
    }
}

/// The number with this id, if the token opens it.
pub(crate) fn number(world: &World, token: Option<&str>, id: &str, method: &Method) -> Result<Arc<BusinessNumber>, Refusal> {
    account_of(world, token)?;
    let number = world
        .numbers
        .get(id)
        .filter(|number| number.identity.as_ref().is_some_and(|identity| Some(identity.access_token.as_str()) == token));
    let number = number.ok_or_else(|| Refusal::unknown_object(method, id))?;
    if let Some(ended) = ended(&number.settings) {
        return Err(ended);
    }
    number.identity.clone().ok_or_else(|| Refusal::unknown_object(method, id))
}

/// A number of the WABA with this id that the token opens.
pub(crate) fn business_account(world: &World, token: Option<&str>, id: &str, method: &Method) -> Result<Arc<BusinessNumber>, Refusal> {
    account_of(world, token)?;
    let mut own = world.identities().into_iter().filter(|identity| Some(identity.access_token.as_str()) == token);
    own.find(|identity| identity.business_account_id == id).ok_or_else(|| Refusal::unknown_object(method, id))
}

/// As [`business_account`], for the calls whose number an hour is limited.
pub(crate) fn management(world: &mut World, call: &GraphCall, now: i64) -> Result<Arc<BusinessNumber>, Refusal> {
    let identity = business_account(world, call.token.as_deref(), &call.node, &call.method)?;
    let limit = world.numbers.get(identity.phone_number_id.as_str()).map_or(u32::MAX, |number| number.settings.management_limit);
    if world.portfolio(&identity.business_account_id).take_call(limit, now) { Ok(identity) } else { Err(Refusal::of(80_007)) }
}
