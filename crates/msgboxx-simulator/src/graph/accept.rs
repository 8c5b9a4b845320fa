//! Whether a message is taken, and what becomes of it then.
//!
//! The checks come in the real one's order: content, recipient, faults ordered by a test, pace of the
//! number, pace of the pair, template. What WhatsApp finds out later (the window, a number that is
//! not on WhatsApp) is a failure reported by webhook after the message was taken.

use std::sync::Arc;

use rand::rngs::StdRng;
use serde_json::{Map, Value, json};

use crate::config::BusinessNumber;
use crate::graph::refusal::Refusal;
use crate::graph::{content, template_check};
use crate::ledger::line::Kind;
use crate::plan::{self, Journey, Reporting};
use crate::shared::{Manner, Outcome};
use crate::world::effect::{Accepted, Effect};
use crate::world::fault::{Fault, FaultKind, Unusual};
use crate::world::reserved::{Reserved, SLOW_ANSWER_SECONDS};
use crate::world::template::Rendered;
use crate::world::{World, chance_for, country};

const SECOND: i64 = 1_000_000;

/// A number without its `+` that has so many digits is taken to be complete.
const COMPLETE_NUMBER: usize = 11;

/// Who is written to, and how they were addressed.
struct Addressee {
    digits: Arc<str>,
    input: String,
    is_by_user_id: bool,
}

pub(crate) fn accept(world: &mut World, identity: &BusinessNumber, message: &Value, now: i64) -> Result<Outcome, Refusal> {
    let empty = Map::new();
    let fields = message.as_object().unwrap_or(&empty);
    let kind = content::check(fields)?;
    let addressee = addressee(world, identity, fields)?;
    let fault = world.faults.meeting(&addressee.digits).cloned();
    if let Some(refused) = fault.as_ref().and_then(refused_by) {
        return Ok(refused);
    }
    let reserved = Reserved::of(&addressee.digits);
    if let Some(code) = reserved.and_then(Reserved::refusal) {
        return Err(Refusal::of(code));
    }
    take_pace(world, identity, &addressee.digits, now)?;
    check_media(world, fields, kind, now)?;
    let (category, rendered) = match kind {
        "template" => {
            let templates = world.templates(&identity.business_account_id);
            let (template, rendered) = template_check::fill(templates, &message["template"], now)?;
            (template.category.clone(), Some(rendered))
        }
        _ => ("SERVICE".to_owned(), None),
    };
    let taken = Taken { identity, message, kind, addressee, category, rendered, fault, reserved };
    Ok(taken.outcome(world, now))
}

/// A message that has passed all checks.
struct Taken<'a> {
    identity: &'a BusinessNumber,
    message: &'a Value,
    kind: &'a str,
    addressee: Addressee,
    category: String,
    rendered: Option<Rendered>,
    fault: Option<Fault>,
    reserved: Option<Reserved>,
}

impl Taken<'_> {
    fn outcome(self, world: &mut World, now: i64) -> Outcome {
        let id = &self.identity.phone_number_id;
        let digits = &self.addressee.digits;
        let is_window_open = world.customers.get(digits).is_some_and(|customer| customer.is_window_open(id, now));
        let Some(number) = world.numbers.get(id.as_str()) else { return Refusal::of(100).outcome(Kind::Send) };
        let is_tier_used_up = !is_window_open && !number.tier_allows(digits, now);
        let (timing, is_shuffled) = (number.settings.timing, number.settings.shuffle);
        let mut chance: StdRng = chance_for(number.settings.seed, number.taken);
        let journey = Journey {
            timing,
            now,
            failure: self.failure(is_window_open, is_tier_used_up),
            is_reaction: self.kind == "reaction",
            is_voice: self.message["audio"]["voice"] == true,
            not_before: world.customers.get(digits).map_or(0, |customer| customer.last_arrival(&self.identity.display_phone_number)),
            reporting: self.reporting(is_shuffled),
        };
        let plan = plan::plan(&journey, &mut chance);
        let wamid = world.new_wamid(digits, false);
        let answer = self.answer(&wamid);
        let manner = self.manner(now);
        let accepted = Accepted {
            wamid,
            phone_number_id: id.clone(),
            business_account_id: self.identity.business_account_id.clone(),
            business: self.identity.display_phone_number.clone(),
            customer: digits.to_string(),
            kind: self.kind.to_owned(),
            at: now,
            arrives: plan.arrives,
            first_update: world.take_updates(plan.reports.len()),
            reports: plan.reports,
            callback_data: self.message["biz_opaque_callback_data"].as_str().map(str::to_owned),
            category: self.category.to_ascii_lowercase(),
            is_outside_window: !is_window_open,
            rendered: self.rendered.map(Box::new),
            fault: self.fault.map(|fault| fault.id),
        };
        let outcome = Outcome::new(Kind::Send, 200, answer).with(Effect::Accepted(Box::new(accepted)));
        Outcome { manner, ..outcome }
    }

    fn failure(&self, is_window_open: bool, is_tier_used_up: bool) -> Option<i64> {
        if let Some(FaultKind::Status { statuses: Unusual::Failed, code, .. }) = self.fault.as_ref().map(|fault| &fault.kind) {
            return Some(*code);
        }
        let is_template = self.kind == "template";
        let by_customer = self.reserved.and_then(|reserved| reserved.later_failure(self.category == "MARKETING"));
        let by_window = (!is_window_open && !is_template).then_some(131_047);
        by_customer.or(by_window).or(is_tier_used_up.then_some(131_048))
    }

    fn reporting(&self, is_shuffled: bool) -> Reporting {
        let mut reporting = Reporting { is_shuffled, ..Reporting::default() };
        match self.fault.as_ref().map(|fault| &fault.kind) {
            Some(FaultKind::Status { statuses, seconds, .. }) => match statuses {
                Unusual::Late => reporting.late_by = micros(*seconds),
                Unusual::Twice => reporting.is_twice = true,
                Unusual::Shuffled => reporting.is_shuffled = true,
                Unusual::Never => reporting.is_silent = true,
                Unusual::Failed => {}
            },
            _ => match self.reserved {
                Some(Reserved::Silent) => reporting.is_silent = true,
                Some(Reserved::Noisy) => {
                    reporting.is_twice = true;
                    reporting.is_shuffled = true;
                }
                _ => {}
            },
        }
        reporting
    }

    fn manner(&self, now: i64) -> Manner {
        let after = |seconds: u64| Manner::Late { until: now.saturating_add(micros(seconds)) };
        match (self.fault.as_ref().map(|fault| &fault.kind), self.reserved) {
            (Some(FaultKind::Hang { seconds }), _) => after(*seconds),
            (Some(FaultKind::DropReply), _) | (_, Some(Reserved::LostAnswer)) => Manner::Lost,
            (_, Some(Reserved::SlowAnswer)) => after(SLOW_ANSWER_SECONDS),
            _ => Manner::Plain,
        }
    }

    fn answer(&self, wamid: &str) -> Value {
        let mut contact = json!({"input": self.addressee.input});
        let by = if self.addressee.is_by_user_id { ("user_id", self.addressee.input.as_str()) } else { ("wa_id", &*self.addressee.digits) };
        contact[by.0] = json!(by.1);
        let mut message = json!({"id": wamid});
        if self.kind == "template" {
            message["message_status"] = json!("accepted");
        }
        json!({"messaging_product": "whatsapp", "contacts": [contact], "messages": [message]})
    }
}

fn micros(seconds: u64) -> i64 {
    i64::try_from(seconds).unwrap_or(i64::MAX).saturating_mul(SECOND)
}

fn refused_by(fault: &Fault) -> Option<Outcome> {
    let outcome = match fault.kind {
        FaultKind::Error { code, http_status } => {
            let refusal = Refusal::of(code);
            let status = http_status.unwrap_or(refusal.http_status);
            refusal.with_status(status).outcome(Kind::Send)
        }
        FaultKind::Http { http_status } => Outcome { manner: Manner::Bare, ..Outcome::new(Kind::Send, http_status, Value::Null) },
        FaultKind::Hang { .. } | FaultKind::DropReply | FaultKind::Status { .. } => return None,
    };
    Some(outcome.with(Effect::FaultMet { fault: fault.id }))
}

/// `to` wins over `recipient` if both are given.
fn addressee(world: &World, identity: &BusinessNumber, message: &Map<String, Value>) -> Result<Addressee, Refusal> {
    let text = |member: &str| match message.get(member) {
        Some(Value::String(text)) if !text.trim().is_empty() => Ok(Some(text.trim())),
        None | Some(Value::Null | Value::String(_)) => Ok(None),
        Some(_) => Err(Refusal::parameter(&format!("Param {member} must be a string."))),
    };
    if let Some(to) = text("to")? {
        let digits = digits(world, identity, to)?;
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

fn take_pace(world: &mut World, identity: &BusinessNumber, customer: &Arc<str>, now: i64) -> Result<(), Refusal> {
    let Some(number) = world.numbers.get_mut(identity.phone_number_id.as_str()) else { return Ok(()) };
    if !number.take_throughput(now) {
        return Err(Refusal::of(130_429));
    }
    if !number.take_pair(customer, now) {
        return Err(Refusal::of(131_056));
    }
    Ok(())
}

/// A medium that is named by its id must be there.
fn check_media(world: &World, message: &Map<String, Value>, kind: &str, now: i64) -> Result<(), Refusal> {
    if !matches!(kind, "image" | "video" | "audio" | "document" | "sticker") {
        return Ok(());
    }
    let id = match message.get(kind).and_then(|medium| medium.get("id")) {
        None => return Ok(()),
        Some(Value::String(id)) => id.clone(),
        Some(id) => id.to_string(),
    };
    let is_there = world.media.get(&id).is_some_and(|medium| !medium.is_expired(now));
    if is_there { Ok(()) } else { Err(Refusal::invalid(&format!("{kind}.id"), "is not the id of an uploaded medium")) }
}
