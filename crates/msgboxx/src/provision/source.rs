//! A TOML file being read: where each thing stands in it, and what is wrong with it.
//!
//! Reading goes on after a mistake, so that all of them are reported at once. A key that nobody
//! asked for is a mistake too.

use crate::secrets::Secret;
use std::cell::RefCell;
use std::path::{Path, PathBuf};
use toml::de::{DeTable, DeValue};
use uuid::Uuid;

/// Longer texts are mistakes: nothing in the file needs them.
const MOST_CHARACTERS: usize = 4096;

/// Something wrong, with the line it stands on.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Mistake {
    /// Counted from 1.
    pub line: usize,
    /// What is wrong, as a fragment.
    pub reason: String,
}

/// Where texts that are not in the file itself come from, and the mistakes so far.
pub(super) struct Source<'t> {
    /// Where each line ends.
    line_ends: Vec<usize>,
    directory: PathBuf,
    variable: &'t dyn Fn(&str) -> Option<String>,
    mistakes: RefCell<Vec<Mistake>>,
}

impl<'t> Source<'t> {
    pub(super) fn new(text: &str, path: &Path, variable: &'t dyn Fn(&str) -> Option<String>) -> Self {
        let directory = path.parent().unwrap_or(Path::new("")).to_owned();
        let line_ends = text.match_indices('\n').map(|(at, _)| at).collect();
        Self { line_ends, directory, variable, mistakes: RefCell::default() }
    }

    pub(super) fn line(&self, at: usize) -> usize {
        self.line_ends.partition_point(|end| *end < at) + 1
    }

    pub(super) fn mistake(&self, line: usize, reason: impl Into<String>) {
        self.mistakes.borrow_mut().push(Mistake { line, reason: reason.into() });
    }

    /// The mistakes in the order of the file.
    pub(super) fn into_mistakes(self) -> Vec<Mistake> {
        let mut mistakes = self.mistakes.into_inner();
        mistakes.sort();
        mistakes
    }
}

/// A value and the line it stands on.
#[derive(Debug, Clone)]
pub struct At<T> {
    /// The value.
    pub value: T,
    /// Its line, counted from 1.
    pub line: usize,
}

/// One table of the file.
pub(super) struct Section<'t> {
    source: &'t Source<'t>,
    table: &'t DeTable<'t>,
    /// The line of the first key, which stands for the table.
    pub(super) line: usize,
    asked: RefCell<Vec<&'static str>>,
}

impl<'t> Section<'t> {
    pub(super) fn new(source: &'t Source<'t>, table: &'t DeTable<'t>, at: usize) -> Self {
        Self { source, table, line: source.line(at), asked: RefCell::default() }
    }

    pub(super) fn mistake(&self, line: usize, reason: impl Into<String>) {
        self.source.mistake(line, reason);
    }

    /// Every key that was not asked for is a mistake.
    pub(super) fn finish(self) {
        let asked = self.asked.into_inner();
        for (key, _) in self.table {
            if !asked.contains(&key.get_ref().as_ref()) {
                self.source.mistake(self.source.line(key.span().start), format!("unknown key {}", key.get_ref()));
            }
        }
    }

    fn value(&self, key: &'static str) -> Option<(&'t DeValue<'t>, usize)> {
        self.asked.borrow_mut().push(key);
        let (name, value) = self.table.get_key_value(key)?;
        Some((value.get_ref(), self.source.line(name.span().start)))
    }

    fn of_type<T>(&self, key: &'static str, wanted: &str, read: impl FnOnce(&'t DeValue<'t>) -> Option<T>) -> Option<At<T>> {
        let (value, line) = self.value(key)?;
        let read = read(value);
        if read.is_none() {
            self.mistake(line, format!("{key} must be {wanted}, not of type {}", value.type_str()));
        }
        read.map(|value| At { value, line })
    }

    /// A text, as it is written.
    pub(super) fn text(&self, key: &'static str) -> Option<At<String>> {
        let text = self.of_type(key, "a text", |value| value.as_str().map(str::to_owned))?;
        self.storable(key, text)
    }

    /// A text that says something, without outer white space; missing is a mistake.
    pub(super) fn required(&self, key: &'static str) -> Option<At<String>> {
        if !self.table.contains_key(key) {
            self.mistake(self.line, format!("{key} is missing"));
        }
        let text = self.text(key)?;
        let trimmed = text.value.trim().to_owned();
        if trimmed.is_empty() {
            self.mistake(text.line, format!("{key} must not be empty"));
            return None;
        }
        Some(At { value: trimmed, line: text.line })
    }

    fn storable(&self, key: &'static str, text: At<String>) -> Option<At<String>> {
        if text.value.contains('\0') {
            self.mistake(text.line, format!("{key} must not contain the character U+0000"));
        } else if text.value.chars().count() > MOST_CHARACTERS {
            self.mistake(text.line, format!("{key} must have at most {MOST_CHARACTERS} characters"));
        } else {
            return Some(text);
        }
        None
    }

    /// A value read from a text by its own type; what that type complains about is the mistake.
    pub(super) fn parsed<T, E: std::fmt::Display>(
        &self,
        text: Option<At<String>>,
        key: &str,
        read: impl FnOnce(&str) -> Result<T, E>,
    ) -> Option<At<T>> {
        let text = text?;
        match read(&text.value) {
            Ok(value) => Some(At { value, line: text.line }),
            Err(reason) => {
                self.mistake(text.line, format!("{key} {reason}"));
                None
            }
        }
    }

    pub(super) fn id(&self) -> Option<At<Uuid>> {
        self.parsed(self.text("id"), "id", |text| Uuid::parse_str(text).map_err(|_| "must be a UUID"))
    }

    pub(super) fn is_on(&self, key: &'static str) -> Option<bool> {
        self.of_type(key, "true or false", DeValue::as_bool).map(|at| at.value)
    }

    /// A list of texts; absent is not the same as empty.
    pub(super) fn texts(&self, key: &'static str) -> Option<Vec<At<String>>> {
        let items = self.of_type(key, "a list of texts", DeValue::as_array)?;
        let read = items.value.iter().filter_map(|item| {
            let line = self.source.line(item.span().start);
            let Some(text) = item.get_ref().as_str() else {
                self.mistake(line, format!("{key} must be a list of texts, not of type {}", item.get_ref().type_str()));
                return None;
            };
            self.storable(key, At { value: text.to_owned(), line })
        });
        Some(read.collect())
    }

    /// A secret: here, in the environment or in a file.
    pub(super) fn secret(&self, keys: [&'static str; 3]) -> Option<At<Secret>> {
        let [here, variable, file] = keys.map(|key| self.text(key).map(|text| (key, text)));
        let mut given = [here, variable, file].into_iter().flatten();
        let (key, text) = given.next()?;
        if let Some((other, text)) = given.next() {
            self.mistake(text.line, format!("{key} and {other} must not both be given"));
            return None;
        }
        let line = text.line;
        let found = if key == keys[0] {
            Ok(text.value)
        } else if key == keys[1] {
            (self.source.variable)(&text.value).ok_or_else(|| format!("{key}: the environment variable {} is not set", text.value))
        } else {
            let read = std::fs::read_to_string(self.source.directory.join(&text.value));
            read.map_err(|error| format!("{key}: {} cannot be read: {error}", text.value))
        };
        match found.map(|text| text.trim_end_matches(['\r', '\n']).to_owned()) {
            Ok(text) if text.is_empty() || text.contains('\0') => self.mistake(line, format!("{key} must not be empty")),
            Ok(text) => return Some(At { value: Secret::new(text), line }),
            Err(reason) => self.mistake(line, reason),
        }
        None
    }

    /// A secret that must be there.
    pub(super) fn required_secret(&self, keys: [&'static str; 3]) -> Option<At<Secret>> {
        if !keys.iter().any(|key| self.table.contains_key(*key)) {
            self.mistake(self.line, format!("{} is missing", keys[0]));
        }
        self.secret(keys)
    }

    /// One table below this one.
    pub(super) fn section(&self, key: &'static str) -> Option<Section<'t>> {
        let table = self.of_type(key, "a table", DeValue::as_table)?;
        let (_, value) = self.table.get_key_value(key)?;
        Some(Section::new(self.source, table.value, value.span().start))
    }

    /// The tables `[[key]]` below this one.
    pub(super) fn sections(&self, key: &'static str) -> Vec<Section<'t>> {
        let Some(items) = self.of_type(key, "a list of tables", DeValue::as_array) else { return Vec::new() };
        let read = items.value.iter().filter_map(|item| {
            let line = self.source.line(item.span().start);
            let Some(table) = item.get_ref().as_table() else {
                self.mistake(line, format!("{key} must be a list of tables, not of type {}", item.get_ref().type_str()));
                return None;
            };
            Some(Section::new(self.source, table, item.span().start))
        });
        read.collect()
    }

    /// Any value as JSON, for parts that have the Cloud API's own form.
    pub(super) fn json(&self, key: &'static str) -> Option<At<serde_json::Value>> {
        let (value, line) = self.value(key)?;
        let Some(value) = json_of(value) else {
            self.mistake(line, format!("{key} contains a value that JSON does not have"));
            return None;
        };
        Some(At { value, line })
    }
}

fn json_of(value: &DeValue<'_>) -> Option<serde_json::Value> {
    Some(match value {
        DeValue::String(text) => text.as_ref().into(),
        DeValue::Boolean(is_true) => (*is_true).into(),
        DeValue::Integer(number) => i64::from_str_radix(number.as_str(), number.radix()).ok()?.into(),
        DeValue::Float(number) => number.as_str().parse::<f64>().ok().and_then(serde_json::Number::from_f64)?.into(),
        DeValue::Array(items) => items.iter().map(|item| json_of(item.get_ref())).collect::<Option<Vec<_>>>()?.into(),
        DeValue::Table(table) => {
            let members = table.iter().map(|(key, value)| Some((key.get_ref().clone().into_owned(), json_of(value.get_ref())?)));
            serde_json::Value::Object(members.collect::<Option<_>>()?)
        }
        DeValue::Datetime(_) => return None,
    })
}
