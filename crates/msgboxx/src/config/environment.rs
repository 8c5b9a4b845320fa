//! The process's environment, read once: the only place that looks at it.

use crate::secrets::Secret;
use std::collections::HashMap;

/// Environment variables by name. A variable that is empty counts as not given.
#[derive(Clone, Default)]
pub struct Environment(HashMap<String, String>);

impl Environment {
    /// The variables of this process. Those that are not Unicode are left out.
    #[expect(clippy::disallowed_methods, reason = "this is the one place that reads the environment")]
    pub fn of_process() -> Self {
        let unicode = |(name, value): (std::ffi::OsString, std::ffi::OsString)| Some((name.into_string().ok()?, value.into_string().ok()?));
        Self(std::env::vars_os().filter_map(unicode).collect())
    }

    /// The value of a variable.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str).filter(|value| !value.is_empty())
    }

    /// The variables whose names begin so, which may hold secrets.
    pub fn beginning_with(&self, prefix: &str) -> Vec<(String, Secret)> {
        let wanted = self.0.iter().filter(|(name, value)| name.starts_with(prefix) && !value.is_empty());
        wanted.map(|(name, value)| (name.clone(), Secret::new(value.clone()))).collect()
    }
}

impl<const N: usize> From<[(&str, &str); N]> for Environment {
    fn from(variables: [(&str, &str); N]) -> Self {
        Self(variables.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect())
    }
}

impl std::fmt::Debug for Environment {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Environment(…)")
    }
}
