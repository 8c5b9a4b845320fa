//! The four layers of settings: flags, environment, file, defaults. The first that gives a value wins.

use super::catalog::{Setting, setting, settings};
use super::environment::Environment;
use super::text::text_of;
use std::collections::HashMap;
use std::fmt;
use std::path::{Path, PathBuf};

/// The file that is read when it is there and no other is named.
const FILE: &str = "msgboxx.toml";

/// Settings given on the command line, by name.
pub type Flags = HashMap<String, String>;

/// Where a value was given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Origin {
    Flag,
    Environment,
    File { path: PathBuf, line: usize },
    Default,
}

/// A setting's text and where it came from.
#[derive(Clone)]
pub(super) struct Given {
    pub(super) setting: &'static Setting,
    pub(super) text: String,
    pub(super) origin: Origin,
}

impl Given {
    /// A complaint about this value that names the setting as it was given.
    pub(super) fn mistake(&self, reason: impl fmt::Display) -> Mistake {
        let name = match &self.origin {
            Origin::Flag => format!("--{}", self.setting.flag),
            Origin::Environment => self.setting.variable.clone(),
            Origin::File { path, line } => format!("{}:{line}: {}", path.display(), self.setting.key),
            Origin::Default => self.setting.key.to_owned(),
        };
        let value = if self.setting.is_secret { String::new() } else { format!(", not {:?}", self.text) };
        Mistake { text: format!("{name} {reason}{value}"), is_usage: self.origin == Origin::Flag }
    }
}

/// One thing that is wrong with the settings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Mistake {
    pub(super) text: String,
    /// It was given on the command line.
    pub(super) is_usage: bool,
}

/// Every value that was given above the defaults.
#[derive(Default)]
pub(super) struct Layers {
    given: HashMap<&'static str, Given>,
}

impl Layers {
    pub(super) fn gather(flags: &Flags, environment: &Environment, file: Option<&Path>) -> Result<Self, Vec<Mistake>> {
        let mut given = read_file(file)?;
        for setting in settings() {
            let from_environment = environment.get(&setting.variable).map(|text| (text.to_owned(), Origin::Environment));
            let from_flag = flags.get(setting.key).map(|text| (text.clone(), Origin::Flag));
            if let Some((text, origin)) = from_flag.or(from_environment) {
                given.insert(setting.key, Given { setting, text, origin });
            }
        }
        Ok(Self { given })
    }

    /// The value that counts; none when nobody gave one and there is no default.
    pub(super) fn given(&self, key: &'static str) -> Option<Given> {
        let above = self.given.get(key).cloned();
        let default = || {
            let setting = setting(key).expect("the typed settings are tested to be in the catalogue");
            Given { setting, text: setting.default.clone(), origin: Origin::Default }
        };
        Some(above.unwrap_or_else(default)).filter(|given| !given.text.trim().is_empty())
    }
}

fn read_file(named: Option<&Path>) -> Result<HashMap<&'static str, Given>, Vec<Mistake>> {
    let path = named.unwrap_or(Path::new(FILE));
    let wrong = |reason: String| Mistake { text: format!("{}{reason}", path.display()), is_usage: false };
    let text = match std::fs::read_to_string(path) {
        Ok(text) => text,
        Err(error) if named.is_none() && error.kind() == std::io::ErrorKind::NotFound => return Ok(HashMap::new()),
        Err(error) => return Err(vec![wrong(format!(" cannot be read: {error}"))]),
    };
    let line_of = |at: usize| text[..at.min(text.len())].matches('\n').count() + 1;
    let table = toml::de::DeTable::parse(&text).map_err(|error| {
        let line = line_of(error.span().map_or(0, |span| span.start));
        vec![wrong(format!(":{line}: {}", error.message()))]
    })?;
    let mut given = HashMap::new();
    let mut mistakes = Vec::new();
    for (key, value) in table.get_ref() {
        let line = line_of(key.span().start);
        let Some(setting) = setting(key.get_ref()) else {
            mistakes.push(wrong(format!(":{line}: unknown setting {}", key.get_ref())));
            continue;
        };
        match text_of(value.get_ref()) {
            Ok(text) => {
                given.insert(setting.key, Given { setting, text, origin: Origin::File { path: path.to_owned(), line } });
            }
            Err(reason) => mistakes.push(wrong(format!(":{line}: {} {reason}", setting.key))),
        }
    }
    if mistakes.is_empty() { Ok(given) } else { Err(mistakes) }
}
