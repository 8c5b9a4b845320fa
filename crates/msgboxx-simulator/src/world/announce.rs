//! What WhatsApp tells of a change of a number's or an account's state: tier, throughput, quality, restrictions.

use serde_json::json;

use crate::config::BusinessNumber;
use crate::world::World;
use crate::world::event::Event;
use crate::world::settings::{Settings, SettingsChange};

/// From so many messages a second on the throughput is called high.
pub(crate) const HIGH_THROUGHPUT: u32 = 1_000;

impl World {
    /// The events of this number's settings changing; none of what stays as it is.
    pub(crate) fn announce(&mut self, identity: &BusinessNumber, change: &SettingsChange, now: i64) -> Vec<Event> {
        let id = identity.phone_number_id.as_str();
        let Some(before) = self.numbers.get(id).map(|number| number.settings.clone()) else { return Vec::new() };
        let mut after = before.clone();
        after.change(change);
        let number = identity.display_phone_number.trim_start_matches('+');
        let mut events = Vec::new();
        for event in number_events(&before, &after) {
            let value = json!({"display_phone_number": number, "event": event, "current_limit": format!("TIER_{}", after.tier),
                "max_daily_conversations_per_business": format!("TIER_{}", after.tier)});
            events.push(self.event(id, now, "phone_number_quality_update", value));
        }
        if before.tier != after.tier {
            let value = json!({"max_daily_conversations_per_business": format!("TIER_{}", after.tier),
                "max_phone_numbers_per_business": 20, "max_phone_numbers_per_waba": 20});
            events.push(self.event(id, now, "business_capability_update", value));
        }
        if let Some(value) = account_event(&before.account, &after.account, now) {
            events.push(self.event(id, now, "account_update", value));
        }
        events
    }
}

fn number_events(before: &Settings, after: &Settings) -> Vec<&'static str> {
    let size = |settings: &Settings| settings.customers_a_day();
    let is_red = |settings: &Settings| settings.quality == "RED";
    let is_high = |settings: &Settings| settings.throughput >= HIGH_THROUGHPUT;
    [
        (is_high(after) && !is_high(before), "THROUGHPUT_UPGRADE"),
        (size(after) > size(before), "UPGRADE"),
        (size(after) < size(before), "DOWNGRADE"),
        (is_red(after) && !is_red(before), "FLAGGED"),
        (is_red(before) && !is_red(after), "UNFLAGGED"),
    ]
    .into_iter()
    .filter_map(|(happened, event)| happened.then_some(event))
    .collect()
}

fn account_event(before: &str, after: &str, now: i64) -> Option<serde_json::Value> {
    let date = jiff::Timestamp::from_microsecond(now).map(|at| at.strftime("%B %-d, %Y").to_string()).unwrap_or_default();
    let ban = |state: &str| json!({"event": "DISABLED_UPDATE", "ban_info": {"waba_ban_state": state, "waba_ban_date": date}});
    match (before, after) {
        (before, after) if before == after => None,
        (_, "disabled") => Some(ban("DISABLE")),
        ("disabled", _) => Some(ban("REINSTATE")),
        (_, "restricted") => Some(json!({"event": "ACCOUNT_RESTRICTION", "violation_info": {"violation_type": "SPAM"},
            "restriction_info": [{"restriction_type": "RESTRICTED_BIZ_INITIATED_MESSAGING"}]})),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Timing;

    #[test]
    fn only_what_changed_is_announced() {
        let before = Settings::new(Timing::Instant);
        assert!(number_events(&before, &before).is_empty());
        let after = Settings { throughput: 1_000, tier: "250".to_owned(), quality: "RED".to_owned(), ..before.clone() };
        assert_eq!(number_events(&before, &after), ["THROUGHPUT_UPGRADE", "DOWNGRADE", "FLAGGED"]);
        assert_eq!(number_events(&after, &before), ["UPGRADE", "UNFLAGGED"]);
        assert!(account_event("active", "unpaid", 0).is_none());
        assert_eq!(account_event("active", "disabled", 0).expect("an event")["ban_info"]["waba_ban_date"], "January 1, 1970");
    }
}
