//! What becomes of an approved template: its quality falls, it is paused, disabled, put into another category.
//!
//! Quality goes GREEN, YELLOW, RED; then the template is paused for three hours, the next time for
//! six, and at last it is disabled (reference §4.4). Each step is told by webhook.

use serde_json::{Value, json};

use crate::config::BusinessNumber;
use crate::world::World;
use crate::world::effect::{Effect, TemplateChange};
use crate::world::event::{self, StillPaused};
use crate::world::template::{CategoryToCome, Pause, Template};

const HOUR: i64 = 3_600 * 1_000_000;

/// So long before a category changes it is announced.
const CATEGORY_NOTICE: i64 = 24 * HOUR;

/// The pauses in their order, and what they are called.
const PAUSES: [(i64, &str); 2] = [(3 * HOUR, "FIRST_PAUSE"), (6 * HOUR, "SECOND_PAUSE")];

/// The template as it is now, and what is told of its state.
pub(crate) fn told(
    world: &mut World,
    identity: &BusinessNumber,
    template: Template,
    status: &str,
    note: Option<(&str, &str)>,
    now: i64,
) -> Vec<Effect> {
    let value = event::template_status(&template, status, note);
    let event = world.event(&identity.phone_number_id, now, "message_template_status_update", value);
    vec![changed(identity, template), event.into()]
}

/// The template as it is now; nothing is told.
fn changed(identity: &BusinessNumber, template: Template) -> Effect {
    Effect::Template(Box::new(TemplateChange {
        phone_number_id: identity.phone_number_id.clone(),
        business_account_id: identity.business_account_id.clone(),
        template,
        update: None,
    }))
}

/// The quality is judged anew.
pub(crate) fn judged(world: &mut World, identity: &BusinessNumber, mut template: Template, quality: &str, now: i64) -> Vec<Effect> {
    let mut value = event::of_template(&template);
    value["previous_quality_score"] = json!(template.quality());
    value["new_quality_score"] = json!(quality);
    template.history.quality = Some(quality.to_owned()).filter(|quality| quality != "UNKNOWN");
    template.history.judged = Some(now);
    let event = world.event(&identity.phone_number_id, now, "message_template_quality_update", value);
    vec![changed(identity, template), event.into()]
}

/// One step down: the next quality, a pause, or the end.
pub(crate) fn worsened(world: &mut World, identity: &BusinessNumber, mut template: Template, now: i64) -> Vec<Effect> {
    match template.quality() {
        "UNKNOWN" | "GREEN" => return judged(world, identity, template, "YELLOW", now),
        "YELLOW" => return judged(world, identity, template, "RED", now),
        _ => {}
    }
    let count = template.history.pauses;
    template.history.pauses = count.saturating_add(1);
    match PAUSES.get(count as usize) {
        Some((length, title)) => paused(world, identity, template, now.saturating_add(*length), title, now),
        None => disabled(world, identity, template, now),
    }
}

fn paused(world: &mut World, identity: &BusinessNumber, mut template: Template, until: i64, title: &str, now: i64) -> Vec<Effect> {
    template.history.pause = Some(Pause { from: now, until: Some(until) });
    let end = event::template_status(&template, "REINSTATED", Some(("UNPAUSE", "The pause is over.")));
    let mut end = world.event(&identity.phone_number_id, now, "message_template_status_update", end).at(until);
    end.only_if = Some(StillPaused { template: template.id.clone(), until });
    let hours = (until - now) / HOUR;
    let description = format!("The template is paused for {hours} hours because of its low quality.");
    let mut effects = told(world, identity, template, "PAUSED", Some((title, &description)), now);
    effects.push(end.into());
    effects
}

pub(crate) fn disabled(world: &mut World, identity: &BusinessNumber, mut template: Template, now: i64) -> Vec<Effect> {
    "DISABLED".clone_into(&mut template.status);
    template.history.pause = None;
    let mut value = event::template_status(&template, "DISABLED", Some(("DISABLED", "The template was paused too often.")));
    value["disable_info"] = json!({"disable_date": now / 1_000_000});
    let event = world.event(&identity.phone_number_id, now, "message_template_status_update", value);
    vec![changed(identity, template), event.into()]
}

/// The category changes in a day, or at once; both are told.
pub(crate) fn moved(
    world: &mut World,
    identity: &BusinessNumber,
    mut template: Template,
    category: &str,
    at_once: bool,
    now: i64,
) -> Vec<Effect> {
    let done_at = if at_once { now } else { now.saturating_add(CATEGORY_NOTICE) };
    let (before, id) = (template.category_at(now).to_owned(), &identity.phone_number_id);
    let field = "template_category_update";
    let mut effects = Vec::new();
    if !at_once {
        let mut announced: Value = event::of_template(&template);
        // In this form `new_category` is the present one.
        announced["new_category"] = json!(before);
        announced["correct_category"] = json!(category);
        announced["category_update_timestamp"] = json!(done_at / 1_000_000);
        effects.push(world.event(id, now, field, announced).into());
    }
    let mut done = event::of_template(&template);
    done["previous_category"] = json!(before);
    done["new_category"] = json!(category);
    effects.push(world.event(id, now, field, done).at(done_at).into());
    template.category = before;
    template.history.correct_category = Some(CategoryToCome { category: category.to_owned(), from: done_at });
    effects.push(changed(identity, template));
    effects
}
