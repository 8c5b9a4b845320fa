//! The settings that exist, read from `config.default.toml`: name, what it is for, default.
//!
//! Flag and environment variable follow from the name, so a setting is added in that file and in
//! [`super::Settings`] and nowhere else.

use super::text::text_of;
use std::sync::LazyLock;

/// The documented defaults, compiled in.
pub const DEFAULTS: &str = include_str!("../../config.default.toml");

/// Settings whose value must never be shown.
const SECRETS: &[&str] = &["secret_key", "admin_password", "smtp_url", "database_url"];

/// One setting.
#[derive(Debug)]
pub struct Setting {
    /// Its name in `msgboxx.toml`.
    pub key: &'static str,
    /// Its environment variable.
    pub variable: String,
    /// Its flag, without the two hyphens.
    pub flag: String,
    /// What it is for.
    pub about: String,
    /// Its default as text; empty when there is none or it is computed.
    pub default: String,
    /// Whether its value may appear in an error.
    pub is_secret: bool,
}

/// Every setting, in the order of the file.
pub fn settings() -> &'static [Setting] {
    static SETTINGS: LazyLock<Vec<Setting>> = LazyLock::new(|| read(DEFAULTS));
    &SETTINGS
}

/// The setting with this name in the file.
pub fn setting(key: &str) -> Option<&'static Setting> {
    settings().iter().find(|setting| setting.key == key)
}

fn read(text: &'static str) -> Vec<Setting> {
    let table = toml::de::DeTable::parse(text).expect("the compiled-in defaults are tested to be TOML");
    let mut about: Vec<&str> = Vec::new();
    let mut settings = Vec::new();
    for line in text.lines() {
        if let Some(comment) = line.strip_prefix('#') {
            about.push(comment.trim());
        } else if let Some((key, _)) = line.split_once(" = ") {
            let default = table.get_ref().get(key).and_then(|value| text_of(value.get_ref()).ok());
            settings.push(Setting {
                key,
                variable: format!("MSGBOXX_{}", key.to_uppercase()),
                flag: key.replace('_', "-"),
                about: about.join(" "),
                default: default.unwrap_or_default(),
                is_secret: SECRETS.contains(&key),
            });
        } else {
            about.clear();
        }
        if line.contains(" = ") && !line.starts_with('#') {
            about.clear();
        }
    }
    settings
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_default_is_a_documented_setting() {
        let table = toml::de::DeTable::parse(DEFAULTS).expect("valid TOML");
        assert_eq!(settings().len(), table.get_ref().len());
        for setting in settings() {
            assert!(setting.about.ends_with('.'), "{} is not documented", setting.key);
        }
    }

    #[test]
    fn variable_and_flag_follow_from_the_name() {
        let setting = setting("simulator_listen").expect("it exists");
        assert_eq!((setting.variable.as_str(), setting.flag.as_str()), ("MSGBOXX_SIMULATOR_LISTEN", "simulator-listen"));
        assert_eq!(setting.default, "127.0.0.1:8081");
    }
}
