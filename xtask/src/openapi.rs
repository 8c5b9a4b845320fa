//! Keeps `docs/openapi.json` equal to what the program says of itself, so that a change of the API shows in review.

use crate::shell;
use anyhow::{Context, Result};
use std::fs;
use std::process::Command;

const FILE: &str = "docs/openapi.json";

/// Writes the document, or with `only_check` says whether the kept one is current.
pub(crate) fn run(only_check: bool) -> Result<bool> {
    let mut command = Command::new("cargo");
    let document = shell::output(command.args(["run", "--quiet", "--package", "msgboxx", "--", "openapi"]))?;
    let document = format!("{}\n", document.trim_end());
    let file = shell::root().join(FILE);
    if !only_check {
        fs::write(&file, document).with_context(|| format!("cannot write {FILE}"))?;
        return Ok(true);
    }
    let is_current = fs::read_to_string(&file).is_ok_and(|kept| kept == document);
    if !is_current {
        eprintln!("{FILE} is not what the program says of itself: run `cargo xtask openapi` and look at the difference");
    }
    Ok(is_current)
}
