//! The log: lines for people or JSON, on standard error, so that standard output stays for answers.
//!
//! Secrets cannot get here: their types do not print. Telephone numbers print their last four digits.

use crate::config::{LogFormat, LogSettings};
use std::io::IsTerminal;
use std::sync::LazyLock;
use tracing_subscriber::EnvFilter;
use tracing_subscriber::filter::Directive;

/// Libraries that log what they carry.
static WORDY: LazyLock<[Directive; 2]> =
    LazyLock::new(|| ["tokio_postgres=warn", "hyper_util=info"].map(|text| text.parse().expect("a directive of our own")));

/// Starts logging for the whole process. A second call changes nothing.
pub fn start(settings: &LogSettings) {
    let filter = EnvFilter::try_new(&settings.filter).unwrap_or_else(|_| EnvFilter::new("info"));
    // The driver's debug lines hold bound values: numbers and words of customers.
    let filter = WORDY.iter().fold(filter, |filter, library| filter.add_directive(Directive::clone(library)));
    let is_terminal = std::io::stderr().is_terminal();
    let lines = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).with_ansi(is_terminal);
    let started = match settings.format {
        LogFormat::Text => lines.try_init(),
        LogFormat::Json => lines.json().flatten_event(true).try_init(),
    };
    drop(started);
}
