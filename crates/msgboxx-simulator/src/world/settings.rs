//! How one number behaves; changed by `POST /simulator/settings`.

use serde::{Deserialize, Serialize};

use crate::config::Timing;

/// A number's behaviour, with the documented defaults.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[expect(clippy::struct_excessive_bools, reason = "each is a switch that callers know by its name")]
pub(crate) struct Settings {
    /// Messages a second, in and out.
    pub(crate) throughput: u32,
    /// Unique customers a day outside the service window: `250`, `2K`, `10K`, `100K` or `UNLIMITED`.
    pub(crate) tier: String,
    /// Is the pace to one customer limited?
    pub(crate) pair_limit: bool,
    /// How soon messages are reported.
    #[serde(serialize_with = "word")]
    pub(crate) timing: Timing,
    /// Updates in one webhook call.
    pub(crate) webhook_batch: usize,
    /// The share of webhook calls that are repeated.
    pub(crate) duplicates: f64,
    /// Are updates sent out of order?
    pub(crate) shuffle: bool,
    /// How long the review of a template takes.
    pub(crate) template_review_seconds: u64,
    /// How the review ends.
    pub(crate) template_verdict: String,
    /// `valid`, `expired` or `revoked`.
    pub(crate) token: String,
    /// `GREEN`, `YELLOW` or `RED`.
    pub(crate) quality: String,
    /// The category that a review gives to new templates, whatever was asked for; none: as asked.
    pub(crate) template_category: Option<String>,
    /// `off`, or what becomes of marketing templates that are held: `release` or `fail`.
    pub(crate) pacing: String,
    /// How long they are held.
    pub(crate) pacing_seconds: u64,
    /// Are the window and payment checked `later`, by webhook, or `at_once`, in the answer?
    pub(crate) errors: String,
    /// Calls an hour to the WABA's templates, numbers and subscriptions.
    pub(crate) management_limit: u32,
    /// The account's state: `active`, `restricted`, `disabled`, `maintenance` or `unpaid`.
    pub(crate) account: String,
    /// The version of the webhooks; up to 23 each status names a conversation.
    pub(crate) webhook_version: u32,
    /// Is everything but ASCII escaped in webhooks, as Meta does?
    pub(crate) escape: bool,
    /// Is the tier raised six hours after half of it was used?
    pub(crate) tier_upgrades: bool,
    /// What chance starts from.
    pub(crate) seed: u64,
}

/// Any subset of the settings.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct SettingsChange {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) phone_number_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    throughput: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    tier: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pair_limit: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    timing: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    webhook_batch: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    duplicates: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    shuffle: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    template_review_seconds: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    template_verdict: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    token: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    quality: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    template_category: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pacing: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pacing_seconds: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    errors: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    management_limit: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    account: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    webhook_version: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    escape: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    tier_upgrades: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    seed: Option<u64>,
}

/// The tiers and how many customers a day each allows.
const TIERS: [(&str, usize); 6] =
    [("250", 250), ("1K", 1_000), ("2K", 2_000), ("10K", 10_000), ("100K", 100_000), ("UNLIMITED", usize::MAX)];

/// What can be the matter with an account.
const ACCOUNT_STATES: [&str; 5] = ["active", "restricted", "disabled", "maintenance", "unpaid"];

/// Meta's limit for one webhook call.
const LARGEST_BATCH: usize = 1_000;

impl Settings {
    pub(crate) fn new(timing: Timing) -> Self {
        Self {
            throughput: 80,
            tier: "UNLIMITED".to_owned(),
            pair_limit: true,
            timing,
            webhook_batch: 1,
            duplicates: 0.0,
            shuffle: false,
            template_review_seconds: 1,
            template_verdict: "APPROVED".to_owned(),
            token: "valid".to_owned(),
            quality: "GREEN".to_owned(),
            template_category: None,
            pacing: "off".to_owned(),
            pacing_seconds: 60,
            errors: "later".to_owned(),
            management_limit: 5_000,
            account: "active".to_owned(),
            webhook_version: 25,
            escape: true,
            tier_upgrades: false,
            seed: 1,
        }
    }

    pub(crate) fn customers_a_day(&self) -> usize {
        TIERS.iter().find(|(name, _)| *name == self.tier).map_or(usize::MAX, |(_, count)| *count)
    }

    /// The next tier, if there is one.
    pub(crate) fn next_tier(&self) -> Option<&'static str> {
        let place = TIERS.iter().position(|(name, _)| *name == self.tier)?;
        TIERS[place + 1..].iter().map(|(name, _)| *name).find(|name| *name != "1K")
    }

    /// The error that every send of an account in this state meets at once.
    pub(crate) fn account_refusal(&self) -> Option<i64> {
        Some(match self.account.as_str() {
            "restricted" => 368,
            "disabled" => 131_031,
            "maintenance" => 131_057,
            _ => return None,
        })
    }

    /// Has a bill not been paid?
    pub(crate) fn is_unpaid(&self) -> bool {
        self.account == "unpaid"
    }

    /// Are checks that WhatsApp makes sooner or later made at once?
    pub(crate) fn is_checked_at_once(&self) -> bool {
        self.errors == "at_once"
    }

    /// Takes over what the change says; it has passed [`SettingsChange::check`].
    pub(crate) fn change(&mut self, change: &SettingsChange) {
        fn set<T: Clone>(member: &mut T, value: Option<&T>) {
            if let Some(value) = value {
                member.clone_from(value);
            }
        }
        set(&mut self.throughput, change.throughput.as_ref());
        set(&mut self.tier, change.tier.as_ref().map(|tier| tier_name(tier)).as_ref());
        set(&mut self.pair_limit, change.pair_limit.as_ref());
        set(&mut self.timing, change.timing.as_ref().and_then(|word| word.parse().ok()).as_ref());
        set(&mut self.webhook_batch, change.webhook_batch.as_ref());
        set(&mut self.duplicates, change.duplicates.as_ref());
        set(&mut self.shuffle, change.shuffle.as_ref());
        set(&mut self.template_review_seconds, change.template_review_seconds.as_ref());
        set(&mut self.template_verdict, change.template_verdict.as_ref());
        set(&mut self.token, change.token.as_ref());
        set(&mut self.quality, change.quality.as_ref());
        set(&mut self.pacing, change.pacing.as_ref());
        set(&mut self.pacing_seconds, change.pacing_seconds.as_ref());
        set(&mut self.errors, change.errors.as_ref());
        set(&mut self.management_limit, change.management_limit.as_ref());
        set(&mut self.account, change.account.as_ref());
        set(&mut self.webhook_version, change.webhook_version.as_ref());
        set(&mut self.escape, change.escape.as_ref());
        set(&mut self.tier_upgrades, change.tier_upgrades.as_ref());
        if let Some(category) = &change.template_category {
            self.template_category = Some(category.to_ascii_uppercase()).filter(|category| !category.is_empty());
        }
        set(&mut self.seed, change.seed.as_ref());
    }
}

impl SettingsChange {
    /// The change to this tier and nothing else.
    pub(crate) fn to_tier(phone_number_id: &str, tier: &str) -> Self {
        Self { phone_number_id: Some(phone_number_id.to_owned()), tier: Some(tier.to_owned()), ..Self::default() }
    }

    /// What is wrong with the values, if anything.
    pub(crate) fn check(&self) -> Result<(), &'static str> {
        let is_one_of = |value: &Option<String>, words: &[&str]| value.as_ref().is_none_or(|value| words.contains(&value.as_str()));
        if self.throughput == Some(0) {
            return Err("throughput is at least 1");
        }
        if self.tier.as_ref().is_some_and(|tier| TIERS.iter().all(|(name, _)| *name != tier_name(tier))) {
            return Err("tier is one of 250, 1K, 2K, 10K, 100K and UNLIMITED");
        }
        if self.timing.as_ref().is_some_and(|word| word.parse::<Timing>().is_err()) {
            return Err("timing is one of instant, brisk and realistic");
        }
        if self.webhook_batch.is_some_and(|batch| !(1..=LARGEST_BATCH).contains(&batch)) {
            return Err("webhook_batch is between 1 and 1000");
        }
        if self.duplicates.is_some_and(|share| !(0.0..=1.0).contains(&share)) {
            return Err("duplicates is between 0 and 1");
        }
        if self.management_limit == Some(0) {
            return Err("management_limit is at least 1");
        }
        for (value, words, sentence) in [
            (&self.template_verdict, &["APPROVED", "REJECTED", "PENDING"][..], "template_verdict is one of APPROVED, REJECTED and PENDING"),
            (&self.template_category, &["", "MARKETING", "UTILITY", "AUTHENTICATION"], "template_category is a category or empty"),
            (&self.token, &["valid", "expired", "revoked"], "token is one of valid, expired and revoked"),
            (&self.quality, &["GREEN", "YELLOW", "RED", "UNKNOWN"], "quality is one of GREEN, YELLOW, RED and UNKNOWN"),
            (&self.pacing, &["off", "release", "fail"], "pacing is one of off, release and fail"),
            (&self.errors, &["later", "at_once"], "errors is later or at_once"),
            (&self.account, &ACCOUNT_STATES, "account is one of active, restricted, disabled, maintenance and unpaid"),
        ] {
            if !is_one_of(value, words) {
                return Err(sentence);
            }
        }
        Ok(())
    }
}

/// `TIER_250` and `250` are the same tier.
fn tier_name(tier: &str) -> String {
    tier.strip_prefix("TIER_").unwrap_or(tier).to_ascii_uppercase()
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde's signature")]
fn word<S: serde::Serializer>(timing: &Timing, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(timing.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn change(json: &str) -> Result<SettingsChange, String> {
        let change: SettingsChange = serde_json::from_str(json).map_err(|error| error.to_string())?;
        change.check().map_err(str::to_owned)?;
        Ok(change)
    }

    #[test]
    fn a_change_touches_only_what_it_names() {
        let mut settings = Settings::new(Timing::Brisk);
        settings.change(&change(r#"{"throughput": 1000, "tier": "TIER_250", "timing": "instant"}"#).expect("valid"));
        let expected = Settings { throughput: 1000, tier: "250".to_owned(), timing: Timing::Instant, ..Settings::new(Timing::Brisk) };
        assert_eq!(settings, expected);
        assert_eq!(settings.customers_a_day(), 250);
    }

    #[test]
    fn unknown_members_and_impossible_values_are_refused() {
        for wrong in [
            r#"{"thruput": 1}"#,
            r#"{"throughput": 0}"#,
            r#"{"throughput": -1}"#,
            r#"{"tier": "9K"}"#,
            r#"{"timing": "slow"}"#,
            r#"{"webhook_batch": 0}"#,
            r#"{"webhook_batch": 1001}"#,
            r#"{"duplicates": 1.5}"#,
            r#"{"token": "stolen"}"#,
            r#"{"quality": "PINK"}"#,
            r#"{"template_verdict": "MAYBE"}"#,
        ] {
            assert!(change(wrong).is_err(), "{wrong}");
        }
    }
}
