//! `msgboxx doctor`: what is wrong, in words, one line for each check.
//!
//! It changes nothing and works beside a running server.

mod accounts;
mod installation;

use super::say;
use crate::config::Settings;
use crate::simulated::business_clock;
use std::fmt::Display;
use std::process::ExitCode;

pub(super) async fn run(settings: &Settings, account: Option<&str>) -> anyhow::Result<ExitCode> {
    let mut findings = Findings { is_broken: false };
    let clock = business_clock(settings).await;
    installation::check_settings(&mut findings, settings);
    installation::check_disk(&mut findings, settings);
    let store = installation::check_database(&mut findings, settings, &clock).await;
    if let Some(store) = &store {
        installation::check_clock(&mut findings, store, &clock).await;
        installation::check_aliases(&mut findings, store).await;
    }
    let keys = installation::check_keys(&mut findings, settings, store.as_ref()).await;
    if let (Some(store), Some(keys)) = (store, keys) {
        accounts::check(&mut findings, settings, &store, &keys, &clock, account).await;
    }
    Ok(if findings.is_broken { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

/// What was found so far; each is printed at once.
struct Findings {
    is_broken: bool,
}

impl Findings {
    fn fine(&mut self, what: &str, text: impl Display) {
        self.print("ok", what, text);
    }

    /// Nothing is broken, but somebody should know.
    fn note(&mut self, what: &str, text: impl Display) {
        self.print("note", what, text);
    }

    fn broken(&mut self, what: &str, text: impl Display) {
        self.is_broken = true;
        self.print("broken", what, text);
    }

    /// Fine or broken, as it went.
    fn went<E: Display>(&mut self, what: &str, outcome: Result<impl Display, E>) {
        match outcome {
            Ok(text) => self.fine(what, text),
            Err(text) => self.broken(what, text),
        }
    }

    #[expect(clippy::unused_self, reason = "only who keeps the findings prints them")]
    fn print(&mut self, word: &str, what: &str, text: impl Display) {
        say(format_args!("{word:<7} {what}: {text}"));
    }
}
