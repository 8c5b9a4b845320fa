//! The app for Zapier: its definition, and what it does with a server.
//!
//! Its packages lie in the build folder like all others. Node looks for them beside the app, so a link leads there; packages
//! that somebody has installed beside the app themselves are left alone and used.

use crate::shell;
use crate::test::server::Server;
use crate::test::tally::{self, Runner, Tally};
use crate::test::tools;
use anyhow::{Context, Result};
use std::fs;
use std::os::unix::fs::symlink;
use std::path::PathBuf;
use std::process::Command;

/// Installs what the app needs.
pub(crate) fn install() -> Result<()> {
    let beside = app().join("node_modules");
    if beside.is_dir() && !beside.is_symlink() {
        return Ok(());
    }
    let packages = tools::node_packages(&app(), "zapier")?;
    if beside.is_symlink() {
        fs::remove_file(&beside)?;
    }
    symlink(&packages, &beside).with_context(|| format!("cannot make the link {}", beside.display()))
}

/// What needs no server.
pub(crate) fn check_definition() -> Result<Tally> {
    let mut files = Vec::new();
    for entry in fs::read_dir(app().join("test"))? {
        let file = entry?.path();
        if file.to_string_lossy().ends_with(".test.js") {
            files.push(file);
        }
    }
    files.sort();
    tally::count(node_test().args(files), Runner::Node)
}

/// What is done with a server. It moves the server's clock by two hours.
pub(crate) fn check_against(server: &Server) -> Result<Tally> {
    let mut command = node_test();
    command.env("MSGBOXX_URL", server.url()).env("MSGBOXX_SIMULATOR_URL", server.simulator_url());
    tally::count(command.arg(app().join("test/server/all.test.js")), Runner::Node)
}

fn node_test() -> Command {
    let mut command = Command::new("node");
    command.args(["--test", "--test-reporter", "spec"]).env("NODE_ENV", "test").env("NO_COLOR", "1");
    command
}

fn app() -> PathBuf {
    shell::root().join("integrations/zapier")
}
