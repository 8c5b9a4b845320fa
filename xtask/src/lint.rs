//! Everything that judges the code without running it.
//!
//! All steps run, so that one run shows all there is to mend.

use crate::{openapi, shell, tidy};
use anyhow::Result;
use std::process::Command;

/// Runs every step and says which failed.
pub(crate) fn run() -> Result<bool> {
    let mut failed = Vec::new();
    for (name, is_good) in [
        ("formatting", cargo(&["fmt", "--all", "--check"])?),
        ("clippy", cargo(&["clippy", "--workspace", "--all-targets", "--", "-D", "warnings"])?),
        ("documentation", documentation()?),
        ("tidy", tidy::run()?),
        ("dependencies", dependencies()?),
        ("openapi", openapi::run(true)?),
    ] {
        if !is_good {
            failed.push(name);
        }
    }
    if failed.is_empty() {
        eprintln!("lint: all is well");
    } else {
        eprintln!("lint: failed: {}", failed.join(", "));
    }
    Ok(failed.is_empty())
}

fn cargo(arguments: &[&str]) -> Result<bool> {
    shell::succeeds(Command::new("cargo").args(arguments))
}

fn documentation() -> Result<bool> {
    let mut command = Command::new("cargo");
    command.args(["doc", "--workspace", "--no-deps", "--document-private-items"]);
    shell::succeeds(command.env("RUSTDOCFLAGS", "-D warnings"))
}

fn dependencies() -> Result<bool> {
    if !shell::is_installed("cargo-deny") {
        eprintln!("cargo-deny is not installed: known vulnerabilities were not looked up; licences and banned crates were (tidy)");
        return Ok(true);
    }
    let are_fine = cargo(&["deny", "check", "bans", "licenses", "sources"])?;
    if !cargo(&["deny", "fetch", "db"])? {
        eprintln!("the list of known vulnerabilities is out of reach: they were not looked up");
        return Ok(are_fine);
    }
    Ok(cargo(&["deny", "check", "advisories"])? && are_fine)
}
