//! A message that has passed all checks: what is answered, what becomes of it, what it costs.

use rand::Rng;
use rand::rngs::StdRng;
use serde_json::{Value, json};

use crate::config::{BusinessNumber, Timing};
use crate::graph::addressee::Addressee;
use crate::graph::refusal::Refusal;
use crate::ledger::line::Kind;
use crate::plan::{self, Journey, Reporting};
use crate::shared::{Manner, Outcome};
use crate::world::effect::{Accepted, Effect, TemplateChange};
use crate::world::event::template_status;
use crate::world::fault::{Fault, FaultKind, Unusual};
use crate::world::reserved::{Reserved, SLOW_ANSWER_SECONDS};
use crate::world::settings::{Settings, SettingsChange};
use crate::world::template::{Pause, Rendered, Template};
use crate::world::{World, chance_for};

const SECOND: i64 = 1_000_000;
const DAY: i64 = 86_400 * SECOND;

/// Reactions to older messages are not delivered.
const REACTION_AGE: i64 = 30 * DAY;

/// A message that has passed all checks.
pub(super) struct Taken<'a> {
    pub(super) identity: &'a BusinessNumber,
    pub(super) message: &'a Value,
    pub(super) kind: &'a str,
    pub(super) addressee: Addressee,
    pub(super) template: Option<Template>,
    pub(super) rendered: Option<Rendered>,
    pub(super) fault: Option<Fault>,
    pub(super) reserved: Option<Reserved>,
    /// Does the type of its medium not fit its kind?
    pub(super) is_medium_wrong: bool,
}

/// What is known of the pair when the message is decided.
#[expect(clippy::struct_excessive_bools, reason = "each answers a question of its own")]
struct Circumstances {
    settings: Settings,
    ordinal: u64,
    is_window_open: bool,
    is_tier_used_up: bool,
    is_service_free: bool,
    free_until: Option<i64>,
    /// When the message before it is on the phone.
    not_before: i64,
    hides_reading: bool,
}

impl Taken<'_> {
    pub(super) fn decide(self, world: &mut World, now: i64) -> Result<Outcome, Refusal> {
        let known = self.circumstances(world, now)?;
        let failure = self.failure(world, &known, now);
        if let Some(code @ (131_047 | 131_042)) = failure
            && known.settings.is_checked_at_once()
        {
            return Err(Refusal::of(code));
        }
        let mut chance: StdRng = chance_for(known.settings.seed, known.ordinal);
        let held = self.held_for(&known.settings, failure);
        let is_held_in_vain = held.is_some() && known.settings.pacing == "fail";
        let journey = Journey {
            timing: known.settings.timing,
            now: now.saturating_add(held.unwrap_or_default()),
            failure: if is_held_in_vain { Some(132_015) } else { failure },
            is_reaction: self.kind == "reaction",
            is_voice: self.message["audio"]["voice"] == true,
            is_read_hidden: known.hides_reading,
            not_before: known.not_before,
            reporting: self.reporting(known.settings.shuffle),
        };
        let plan = plan::plan(&journey, &mut chance);
        let wamid = world.new_wamid(&self.addressee.digits, false);
        let answer = self.answer(&wamid, held.is_some());
        let manner = self.manner(&known.settings, &mut chance, now);
        let mut further = match held.filter(|_| is_held_in_vain) {
            Some(held) => self.paused(world, now.saturating_add(held)),
            None => Vec::new(),
        };
        further.extend(self.raised_tier(world, &known, now));
        let mut effects = vec![Effect::Accepted(Box::new(self.accepted(world, &known, wamid, plan, held.is_some(), now)))];
        effects.append(&mut further);
        Ok(Outcome { manner, ..Outcome::new(Kind::Send, 200, answer).with(Effect::several(effects)) })
    }

    fn circumstances(&self, world: &mut World, now: i64) -> Result<Circumstances, Refusal> {
        let (id, digits) = (self.identity.phone_number_id.as_str(), &*self.addressee.digits);
        let number = world.numbers.get(id).ok_or_else(|| Refusal::of(100))?;
        let (settings, ordinal, is_service_free) = (number.settings.clone(), number.taken, number.is_service_free(now));
        let customer = world.customers.get(digits);
        let is_window_open = customer.is_some_and(|customer| customer.is_window_open(id, now));
        let free_until = customer.and_then(|customer| customer.free_until(id, now));
        let not_before = customer.map_or(0, |customer| customer.last_arrival(&self.identity.display_phone_number));
        let hides_reading = customer.is_some_and(|customer| customer.hides_reading);
        let limit = settings.customers_a_day();
        let is_tier_used_up = !is_window_open && !world.portfolio(&self.identity.business_account_id).allows(limit, digits, now);
        Ok(Circumstances { settings, ordinal, is_window_open, is_tier_used_up, is_service_free, free_until, not_before, hides_reading })
    }

    /// What WhatsApp finds out after it has taken the message.
    fn failure(&self, world: &World, known: &Circumstances, now: i64) -> Option<i64> {
        if let Some(FaultKind::Status { statuses: Unusual::Failed, code, .. }) = self.fault.as_ref().map(|fault| &fault.kind) {
            return Some(*code);
        }
        let is_marketing = self.template.as_ref().is_some_and(|template| template.category_at(now) == "MARKETING");
        let id = self.identity.phone_number_id.as_str();
        let customer = world.customers.get(&self.addressee.digits);
        let wishes = customer.and_then(|customer| customer.wishes.get(id)).copied().unwrap_or_default();
        let is_blocked_by_us =
            world.numbers.get(id).is_some_and(|number| number.blocked.iter().any(|digits| **digits == *self.addressee.digits));
        [
            self.reserved.and_then(|reserved| reserved.later_failure(is_marketing)),
            is_blocked_by_us.then_some(130_403),
            wishes.is_blocked.then_some(131_026),
            (wishes.no_marketing && is_marketing).then_some(131_050),
            (!known.is_window_open && self.template.is_none()).then_some(131_047),
            (self.kind == "reaction" && !self.can_be_reacted_to(world, now)).then_some(131_009),
            self.is_medium_wrong.then_some(131_053),
            known.settings.is_unpaid().then_some(131_042),
            known.is_tier_used_up.then_some(131_048),
        ]
        .into_iter()
        .flatten()
        .next()
    }

    /// Is the target a message of this conversation, not too old, and not a reaction itself?
    fn can_be_reacted_to(&self, world: &World, now: i64) -> bool {
        let wamid = self.message["reaction"]["message_id"].as_str().unwrap_or_default();
        world.message(wamid).is_some_and(|(digits, message)| {
            *digits == self.addressee.digits && &*message.kind != "reaction" && now - message.at <= REACTION_AGE
        })
    }

    /// How long it is held for quality assessment, in microseconds.
    fn held_for(&self, settings: &Settings, failure: Option<i64>) -> Option<i64> {
        let is_marketing = self.template.as_ref().is_some_and(|template| template.category == "MARKETING" && template.quality() != "GREEN");
        (is_marketing && failure.is_none() && settings.pacing != "off").then(|| micros(settings.pacing_seconds))
    }

    /// The template is paused until somebody ends it, since what was held of it was not liked.
    fn paused(&self, world: &mut World, at: i64) -> Vec<Effect> {
        let Some(mut template) = self.template.clone() else { return Vec::new() };
        template.history.pause = Some(Pause { from: at, until: None });
        let note = ("RATE_LIMITING_PAUSE", "The first customers did not like this template.");
        let id = &self.identity.phone_number_id;
        let event = world.event(id, at, "message_template_status_update", template_status(&template, "PAUSED", Some(note)));
        let business_account_id = self.identity.business_account_id.clone();
        let change = TemplateChange { phone_number_id: id.clone(), business_account_id, template, update: None };
        vec![Effect::Template(Box::new(change)), event.into()]
    }

    /// The next tier, where it is to be raised by itself and half of this one was used in a week.
    fn raised_tier(&self, world: &mut World, known: &Circumstances, now: i64) -> Vec<Effect> {
        let settings = &known.settings;
        let Some(next) = settings.next_tier().filter(|_| settings.tier_upgrades && !known.is_window_open && settings.quality != "RED")
        else {
            return Vec::new();
        };
        let reached = world.portfolio(&self.identity.business_account_id).reached(7 * DAY, now);
        if (reached + 1) * 2 < settings.customers_a_day() {
            return Vec::new();
        }
        let change = SettingsChange::to_tier(&self.identity.phone_number_id, next);
        let mut effects = vec![Effect::Settings(Box::new(change.clone()))];
        effects.extend(world.announce(self.identity, &change, now).into_iter().map(Effect::from));
        effects
    }

    fn accepted(self, world: &mut World, known: &Circumstances, wamid: String, plan: plan::Plan, is_held: bool, now: i64) -> Accepted {
        let category = self.template.as_ref().map_or("service", |template| template.category_at(now)).to_ascii_lowercase();
        let is_free_service = category == "service" && known.is_service_free;
        let pricing = match known.free_until {
            Some(_) => "free_entry_point",
            None if is_free_service => "free_customer_service",
            None => "regular",
        };
        Accepted {
            wamid,
            phone_number_id: self.identity.phone_number_id.clone(),
            business_account_id: self.identity.business_account_id.clone(),
            business: self.identity.display_phone_number.clone(),
            customer: self.addressee.digits.to_string(),
            kind: self.kind.to_owned(),
            at: now,
            arrives: plan.arrives,
            first_update: world.take_updates(plan.reports.len()),
            reports: plan.reports,
            callback_data: self.message["biz_opaque_callback_data"].as_str().map(str::to_owned),
            category,
            pricing: pricing.to_owned(),
            is_held,
            free_until: known.free_until,
            is_outside_window: !known.is_window_open,
            rendered: self.rendered.map(Box::new),
            fault: self.fault.map(|fault| fault.id),
        }
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

    fn manner(&self, settings: &Settings, chance: &mut StdRng, now: i64) -> Manner {
        let after = |seconds: u64| Manner::Late { until: now.saturating_add(micros(seconds)) };
        match (self.fault.as_ref().map(|fault| &fault.kind), self.reserved) {
            (Some(FaultKind::Hang { seconds }), _) => after(*seconds),
            (Some(FaultKind::DropReply), _) | (_, Some(Reserved::LostAnswer)) => Manner::Lost,
            (_, Some(Reserved::SlowAnswer)) => after(SLOW_ANSWER_SECONDS),
            _ if settings.timing == Timing::Realistic => {
                Manner::Unhurried { until: now + chance.random_range(SECOND / 20..SECOND * 3 / 10) }
            }
            _ => Manner::Plain,
        }
    }

    fn answer(&self, wamid: &str, is_held: bool) -> Value {
        let mut contact = json!({"input": self.addressee.input});
        let by = if self.addressee.is_by_user_id { ("user_id", self.addressee.input.as_str()) } else { ("wa_id", &*self.addressee.digits) };
        contact[by.0] = json!(by.1);
        let mut message = json!({"id": wamid});
        if self.kind == "template" {
            message["message_status"] = json!(if is_held { "held_for_quality_assessment" } else { "accepted" });
        }
        json!({"messaging_product": "whatsapp", "contacts": [contact], "messages": [message]})
    }
}

fn micros(seconds: u64) -> i64 {
    i64::try_from(seconds).unwrap_or(i64::MAX).saturating_mul(SECOND)
}
