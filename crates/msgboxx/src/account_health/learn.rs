//! What follows from WhatsApp's answers for what is known of an account: pure.

use super::instant_of;
use super::look::{Look, is_refused_token};
use msgboxx_cloud_api::client::{CanSend, Health, PhoneNumber, SHARED_NUMBER_RATE, TokenInfo};
use msgboxx_cloud_api::error::SendFailure;
use msgboxx_model::account_health::TokenState;
use msgboxx_model::{AccountHealth, Instant};
use std::time::Duration;

/// A token that ends within this time should be replaced.
pub const EXPIRES_SOON: Duration = Duration::from_hours(24 * 7);
/// WhatsApp's health check may lag behind the webhook that told of a restriction.
const RESTRICTION_STANDS: Duration = Duration::from_hours(1);

/// What is known after a look. What WhatsApp did not say stays as it was.
pub(super) fn learn(before: &AccountHealth, look: &Look, now: Instant) -> AccountHealth {
    let mut known = AccountHealth { checked_at: Some(now), ..before.clone() };
    match &look.number {
        Ok(number) => {
            known.failure = None;
            known.token = Some(TokenState::Valid);
            take_number(&mut known, number);
        }
        Err(failure) => {
            known.failure = Some(sentence(failure));
            if is_refused_token(failure) {
                known.token = Some(TokenState::Refused);
            }
            return known;
        }
    }
    if let Some(is_on_business_app) = look.is_on_business_app {
        known.is_on_business_app = is_on_business_app;
    }
    if let Some(token) = &look.token {
        take_token(&mut known, token, now);
    }
    if let Some(Ok(apps)) = &look.apps {
        known.is_subscribed = Some(!apps.is_empty());
    }
    if let Some(health) = &look.health {
        take_health(&mut known, health, now);
    }
    known
}

/// How many messages a second the number may send, as far as that is known.
pub fn messages_per_second(health: &AccountHealth) -> Option<u32> {
    if health.is_on_business_app {
        return Some(SHARED_NUMBER_RATE);
    }
    PhoneNumber { throughput: health.throughput.clone(), ..PhoneNumber::default() }.messages_per_second()
}

fn sentence(failure: &SendFailure) -> String {
    failure.graph_error().map_or_else(|| failure.to_string(), |error| format!("{} ({error})", error.advice().sentence))
}

fn take_number(known: &mut AccountHealth, number: &PhoneNumber) {
    for (member, said) in [
        (&mut known.number_status, &number.status),
        (&mut known.verified_name, &number.verified_name),
        (&mut known.name_status, &number.name_status),
        (&mut known.quality, &number.quality_rating),
        (&mut known.messaging_limit, &number.messaging_limit),
        (&mut known.throughput, &number.throughput),
    ] {
        if said.is_some() {
            member.clone_from(said);
        }
    }
}

fn take_token(known: &mut AccountHealth, token: &TokenInfo, now: Instant) {
    let ends = [token.expires_at, token.data_access_expires_at].into_iter().flatten().min().map(instant_of);
    known.token_expires_at = ends;
    if !token.is_valid {
        known.token = Some(TokenState::Refused);
    } else if ends.is_some_and(|ends| ends < now.plus(EXPIRES_SOON)) {
        known.token = Some(TokenState::Expiring);
    }
}

fn take_health(known: &mut AccountHealth, health: &Health, now: Instant) {
    known.obstacle = match health.can_send {
        CanSend::Limited | CanSend::Blocked => Some(obstacle(health)),
        CanSend::Available | CanSend::Other(_) => None,
    };
    let is_old = known.restriction_at.is_none_or(|at| now.saturating_since(at) > RESTRICTION_STANDS);
    if health.can_send == CanSend::Available && is_old {
        known.restriction = None;
    }
}

/// What is in the way, in WhatsApp's words.
fn obstacle(health: &Health) -> String {
    let ill = health.entities.iter().filter(|entity| matches!(entity.can_send, CanSend::Limited | CanSend::Blocked));
    let sentences: Vec<String> = ill
        .flat_map(|entity| {
            let errors = entity.errors.iter().map(|error| {
                let solution = error.possible_solution.as_deref().unwrap_or_default();
                format!("{} {solution}", error.description.as_deref().unwrap_or_default()).trim().to_owned()
            });
            errors.chain(entity.additional_info.iter().cloned())
        })
        .filter(|sentence| !sentence.is_empty())
        .collect();
    match (sentences.is_empty(), &health.can_send) {
        (false, _) => sentences.join(" "),
        (true, CanSend::Blocked) => "WhatsApp says that the number cannot send.".to_owned(),
        (true, _) => "WhatsApp says that the number can send with limits only.".to_owned(),
    }
}

#[cfg(test)]
mod tests;
