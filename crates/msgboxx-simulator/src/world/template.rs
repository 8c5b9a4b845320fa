//! The templates of a WABA: provided by the host or made through the Graph API.
//!
//! A verdict is not an event here but a time: a template under review simply is approved later.
//! What the Graph API did to a template outlives what the host says of it.

use std::collections::{HashMap, HashSet};

use aws_lc_rs::digest;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::config::SimTemplate;

/// One language of a template.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Template {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) language: String,
    pub(crate) category: String,
    /// The state, or before `verdict` the state to come.
    pub(crate) status: String,
    pub(crate) components: Value,
    pub(crate) parameter_format: String,
    /// When the review ends, in microseconds; until then it is pending.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) verdict: Option<i64>,
    #[serde(default)]
    pub(crate) history: History,
}

/// What became of a template since it was approved.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct History {
    /// `GREEN`, `YELLOW` or `RED`; none: `UNKNOWN`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) quality: Option<String>,
    /// When the quality was last judged, in microseconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) judged: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) pause: Option<Pause>,
    /// How often it was paused for its quality.
    #[serde(skip_serializing_if = "is_zero")]
    pub(crate) pauses: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) previous_category: Option<String>,
    /// The category that it is about to get.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) correct_category: Option<CategoryToCome>,
    /// When it was edited, in microseconds.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) edits: Vec<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) ttl_seconds: Option<i64>,
    /// Why it was rejected.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) rejected: Option<String>,
}

/// A pause; times in microseconds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Pause {
    pub(crate) from: i64,
    /// None: until somebody ends it.
    pub(crate) until: Option<i64>,
}

/// A category that was announced.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct CategoryToCome {
    pub(crate) category: String,
    /// From when on, in microseconds.
    pub(crate) from: i64,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde's signature")]
fn is_zero(count: &u32) -> bool {
    *count == 0
}

/// A template as the customer sees it.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Rendered {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) header: Option<String>,
    /// The kind of a header that is not text: `image`, `video`, `document` or `location`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) header_kind: Option<String>,
    /// The medium or place in such a header, as it was sent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) header_medium: Option<Value>,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub(crate) body: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) footer: Option<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) buttons: Vec<Value>,
}

/// The templates of one WABA.
#[derive(Debug, Default)]
pub(crate) struct Templates {
    made: Vec<Template>,
    provided: Vec<Template>,
    deleted: HashSet<String>,
    /// Names and languages that may not be used again until then.
    locked: HashMap<(String, String), i64>,
}

impl Template {
    /// Its state at this instant.
    pub(crate) fn status_at(&self, now: i64) -> &str {
        match self.verdict {
            Some(verdict) if now < verdict => "PENDING",
            _ if self.status == "APPROVED" && self.is_paused(now) => "PAUSED",
            _ => &self.status,
        }
    }

    fn is_paused(&self, now: i64) -> bool {
        let pause = self.history.pause.as_ref();
        pause.is_some_and(|pause| pause.from <= now && pause.until.is_none_or(|until| now < until))
    }

    /// When its pause ends by itself, in microseconds.
    pub(crate) fn paused_until(&self) -> Option<i64> {
        self.history.pause.as_ref().and_then(|pause| pause.until)
    }

    /// Its category at this instant.
    pub(crate) fn category_at(&self, now: i64) -> &str {
        let to_come = self.history.correct_category.as_ref().filter(|to_come| to_come.from <= now);
        to_come.map_or(&self.category, |to_come| &to_come.category)
    }

    /// Its quality as Graph names it.
    pub(crate) fn quality(&self) -> &str {
        self.history.quality.as_deref().unwrap_or("UNKNOWN")
    }

    /// Its components of this type, in any case of letters.
    pub(crate) fn component(&self, kind: &str) -> Option<&Value> {
        let components = self.components.as_array()?;
        components.iter().find(|component| component["type"].as_str().is_some_and(|name| name.eq_ignore_ascii_case(kind)))
    }

    /// Its buttons.
    pub(crate) fn buttons(&self) -> &[Value] {
        self.component("BUTTONS").and_then(|component| component["buttons"].as_array()).map_or(&[], Vec::as_slice)
    }

    pub(crate) fn is_named(&self) -> bool {
        self.parameter_format.eq_ignore_ascii_case("NAMED")
    }
}

impl From<SimTemplate> for Template {
    fn from(template: SimTemplate) -> Self {
        Self {
            id: graph_id(&template.id),
            name: template.name,
            language: template.language,
            category: template.category.to_ascii_uppercase(),
            status: template.status.to_ascii_uppercase(),
            components: template.components,
            parameter_format: template.parameter_format.to_ascii_uppercase(),
            verdict: None,
            history: History::default(),
        }
    }
}

/// The id as Graph's are: digits. Another one gets digits that follow from it.
fn graph_id(id: &str) -> String {
    if id.bytes().all(|byte| byte.is_ascii_digit()) {
        return id.to_owned();
    }
    let hash = digest::digest(&digest::SHA256, id.as_bytes());
    let number = hash.as_ref()[..8].iter().fold(0_u64, |number, byte| number << 8 | u64::from(*byte));
    (1_000_000_000_000_000 + number % 9_000_000_000_000_000 / 10).to_string()
}

impl Templates {
    /// Forgets what the host provided, before it provides anew.
    pub(crate) fn forget_provided(&mut self) {
        self.provided.clear();
    }

    /// Takes one from the host, unless the Graph API has made, changed or deleted it.
    pub(crate) fn provide(&mut self, template: Template) {
        let is_known = self.list().any(|known| known.id == template.id || same_name(known, &template));
        if !is_known && !self.deleted.contains(&template.id) {
            self.provided.push(template);
        }
    }

    /// Makes or replaces one through the Graph API.
    pub(crate) fn put(&mut self, template: Template) {
        self.provided.retain(|known| known.id != template.id && !same_name(known, &template));
        self.made.retain(|known| known.id != template.id);
        self.made.push(template);
    }

    /// Deletes these; the names of approved ones are locked for thirty days from this instant.
    pub(crate) fn delete(&mut self, ids: &[String], now: i64) {
        const LOCKED: i64 = 30 * 86_400 * 1_000_000;
        let approved = self.list().filter(|template| ids.contains(&template.id) && template.status == "APPROVED");
        let names: Vec<_> = approved.map(|template| (template.name.clone(), template.language.clone())).collect();
        self.locked.extend(names.into_iter().map(|name| (name, now.saturating_add(LOCKED))));
        self.provided.retain(|template| !ids.contains(&template.id));
        self.made.retain(|template| !ids.contains(&template.id));
        self.deleted.extend(ids.iter().cloned());
    }

    pub(crate) fn list(&self) -> impl Iterator<Item = &Template> {
        self.provided.iter().chain(&self.made)
    }

    /// Was a template of this name and language deleted too lately to make another?
    pub(crate) fn is_locked(&self, name: &str, language: &str, now: i64) -> bool {
        self.locked.get(&(name.to_owned(), language.to_owned())).is_some_and(|until| now < *until)
    }

    pub(crate) fn find(&self, name: &str, language: &str) -> Option<&Template> {
        self.list().find(|template| template.name == name && template.language == language)
    }

    pub(crate) fn by_id(&self, id: &str) -> Option<&Template> {
        self.list().find(|template| template.id == id)
    }
}

fn same_name(a: &Template, b: &Template) -> bool {
    a.name == b.name && a.language == b.language
}

#[cfg(test)]
mod tests {
    use super::*;

    fn template(id: &str, status: &str) -> Template {
        Template {
            id: id.to_owned(),
            name: "hello".to_owned(),
            language: "en".to_owned(),
            category: "UTILITY".to_owned(),
            status: status.to_owned(),
            components: Value::Null,
            parameter_format: "POSITIONAL".to_owned(),
            verdict: None,
            history: History::default(),
        }
    }

    #[test]
    fn a_template_is_pending_until_its_verdict() {
        let reviewed = Template { verdict: Some(10), ..template("1", "APPROVED") };
        assert_eq!((reviewed.status_at(9), reviewed.status_at(10)), ("PENDING", "APPROVED"));
    }

    #[test]
    fn every_id_is_of_digits_and_stays_the_same() {
        assert_eq!(graph_id("301"), "301");
        let made = graph_id("0bbadd13-0e3f-4ebb-9f65-9e6ee460d7ba");
        assert!(made.len() == 16 && made.bytes().all(|byte| byte.is_ascii_digit()), "{made}");
        assert_eq!(made, graph_id("0bbadd13-0e3f-4ebb-9f65-9e6ee460d7ba"));
        assert_ne!(made, graph_id("follow_up.en_GB"));
    }

    #[test]
    fn a_pause_and_an_announced_category_have_their_times() {
        let mut template = template("1", "APPROVED");
        template.history.pause = Some(Pause { from: 10, until: Some(20) });
        template.history.correct_category = Some(CategoryToCome { category: "MARKETING".to_owned(), from: 15 });
        let states: Vec<_> = [9, 10, 19, 20].map(|now| (template.status_at(now), template.category_at(now))).to_vec();
        assert_eq!(states, [("APPROVED", "UTILITY"), ("PAUSED", "UTILITY"), ("PAUSED", "MARKETING"), ("APPROVED", "MARKETING")]);
    }

    #[test]
    fn the_hosts_word_does_not_undo_what_the_graph_api_did() {
        let mut templates = Templates::default();
        templates.provide(template("1", "PAUSED"));
        templates.put(template("1", "APPROVED"));
        templates.forget_provided();
        templates.provide(template("1", "REJECTED"));
        assert_eq!(templates.list().map(|template| template.status.as_str()).collect::<Vec<_>>(), ["APPROVED"]);
        templates.delete(&["1".to_owned()], 0);
        assert!(templates.is_locked("hello", "en", 1) && !templates.is_locked("hello", "de", 1));
        templates.provide(template("1", "APPROVED"));
        assert_eq!(templates.list().count(), 0);
    }
}
