//! `msgboxx openapi`: the document as it is served, for the copy in the repository.

use super::say;
use std::process::ExitCode;

#[expect(clippy::unnecessary_wraps, reason = "a command like the others")]
pub(super) fn run() -> anyhow::Result<ExitCode> {
    say(crate::api::openapi::document());
    Ok(ExitCode::SUCCESS)
}
