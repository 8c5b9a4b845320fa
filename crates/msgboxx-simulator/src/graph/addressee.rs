//! Who a message is for: a phone number as businesses write it, or a business-scoped user id.

use std::sync::Arc;

use serde_json::{Map, Value};

use crate::config::BusinessNumber;
use crate::graph::refusal::Refusal;
use crate::world::{World, country};

/// A number without its `+` that has so many digits is taken to be complete.
const COMPLETE_NUMBER: usize = 11;

/// Who is written to, and how they were addressed.
pub(super) struct Addressee {
    /// What WhatsApp knows them by; not always what was written.
    pub(super) digits: Arc<str>,
    pub(super) input: String,
    pub(super) is_by_user_id: bool,
}

/// `to` wins over `recipient` if both are given.
pub(super) fn addressee(world: &World, identity: &BusinessNumber, message: &Map<String, Value>) -> Result<Addressee, Refusal> {
    let text = |member: &str| match message.get(member) {
        Some(Value::String(text)) if !text.trim().is_empty() => Ok(Some(text.trim())),
        None | Some(Value::Null | Value::String(_)) => Ok(None),
        Some(_) => Err(Refusal::parameter(&format!("Param {member} must be a string."))),
    };
    if let Some(to) = text("to")? {
        let digits = world.known_digits(&digits(world, identity, to)?);
        if *digits == *identity.display_phone_number.trim_start_matches('+') {
            return Err(Refusal::of(131_021));
        }
        return Ok(Addressee { digits: digits.as_str().into(), input: to.to_owned(), is_by_user_id: false });
    }
    let user_id = text("recipient")?.ok_or_else(|| Refusal::missing("to"))?;
    let digits = world.customer_with_user_id(user_id).cloned();
    let digits = digits.ok_or_else(|| Refusal::with(131_026, format!("There is no user '{user_id}'")))?;
    Ok(Addressee { digits, input: user_id.to_owned(), is_by_user_id: true })
}

/// The digits of a phone number as businesses write it.
///
/// Meta prepends the sender's calling code where the `+` is missing. Clients send whole numbers
/// without it all the same (`wa_id` has none), so known and long enough ones are left as they are.
fn digits(world: &World, identity: &BusinessNumber, to: &str) -> Result<String, Refusal> {
    let is_ignored = |character: char| matches!(character, ' ' | '-' | '(' | ')' | '.');
    let number: String = to.chars().filter(|character| !is_ignored(*character)).collect();
    let digits = number.strip_prefix('+').unwrap_or(&number);
    if digits.is_empty() || digits.len() > 15 || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(Refusal::invalid("to", "is not a valid phone number"));
    }
    let is_complete = number.starts_with('+') || digits.len() >= COMPLETE_NUMBER || world.customers.contains_key(digits);
    if is_complete {
        return Ok(digits.to_owned());
    }
    let own = identity.display_phone_number.trim_start_matches('+');
    let code = country::of(own).map_or("", |(code, _)| code);
    Ok(format!("{code}{digits}"))
}
