//! Other people's tools against the built program, once on SQLite and once on PostgreSQL.
//!
//! What they check stands in `tests-external/`; here is only who runs them, on what, and how their results are counted.

use crate::shell;
use crate::test::postgres::Postgres;
use crate::test::server::Server;
use crate::test::tally::{self, Runner, Tally};
use crate::test::{tools, zapier};
use anyhow::{Context, Result};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Runs all of them; a server that does not start is a failed check, and the other database is still tried.
pub(crate) fn run(binary: &Path, postgres: &Postgres) -> Result<Tally> {
    let checks = shell::root().join("tests-external");
    tools::ensure_node()?;
    let node_modules = tools::node_packages(&checks.join("node"), "node")?;
    zapier::install()?;
    let python = tools::python_environment(&checks.join("requirements.txt"))?;
    let binary = binary.canonicalize().with_context(|| format!("there is no program {}", binary.display()))?;
    let mut tally = zapier::check_definition()?;
    for (engine, database) in [("sqlite", String::new()), ("postgres", postgres.create_database("external_checks")?)] {
        let folder = shell::build_folder().join("external-checks").join(engine);
        let database = if database.is_empty() { format!("sqlite:{}", folder.join("msgboxx.db").display()) } else { database };
        eprintln!("external checks on {engine}, files in {}", folder.display());
        let checked = Server::start(&binary, &folder, &database, &checks.join("provision.toml")).and_then(|server| {
            let (folder, python, binary) = (checks.clone(), python.clone(), binary.clone());
            Checks { folder, python, node_modules: node_modules.clone(), binary, server }.run()
        });
        tally += checked.unwrap_or_else(|error| {
            eprintln!("external checks on {engine}: {error:#}");
            Tally { passed: 0, failed: 1 }
        });
    }
    Ok(tally)
}

/// The checks of one server.
struct Checks {
    folder: PathBuf,
    /// Where the tools are.
    python: PathBuf,
    /// Where the clients for Node are.
    node_modules: PathBuf,
    /// For checks that start a simulator of their own.
    binary: PathBuf,
    server: Server,
}

impl Checks {
    fn run(self) -> Result<Tally> {
        let mut tally = tally::count(self.command("python").args(["-m", "pytest", "--color=no"]).arg(&self.folder), Runner::Pytest)?;
        tally += self.schemathesis()?;
        // Last, because it moves the server's clock.
        tally += zapier::check_against(&self.server)?;
        if tally.failed > 0 {
            eprintln!("the server's own words are in {}", self.server.log().display());
        }
        let stopped_well = self.server.stop()?;
        tally += Tally { passed: u64::from(stopped_well), failed: u64::from(!stopped_well) };
        Ok(tally)
    }

    /// Counts one test for each operation, as its report does.
    fn schemathesis(&self) -> Result<Tally> {
        let report = self.server.log().with_file_name("schemathesis.xml");
        let mut command = self.command("schemathesis");
        command.arg("--config-file").arg(self.folder.join("schemathesis.toml")).arg("run").arg(self.server.url() + "/openapi.json");
        command.args(["--checks", "all", "--report", "junit", "--report-junit-path"]).arg(&report);
        // It writes its caches into the working directory.
        let is_good = shell::succeeds_in(self.server.log().parent().unwrap_or(&self.folder), &mut command)?;
        let tally = counted(&fs::read_to_string(&report).unwrap_or_default());
        Ok(if is_good || tally.failed > 0 { tally } else { Tally { failed: 1, ..tally } })
    }

    fn command(&self, tool: &str) -> Command {
        let mut command = Command::new(self.python.join(tool));
        command.env("MSGBOXX_URL", self.server.url()).env("MSGBOXX_SIMULATOR_URL", self.server.simulator_url());
        command.env("MSGBOXX_BINARY", &self.binary).env("MSGBOXX_NODE_MODULES", &self.node_modules);
        command.env("PYTHONDONTWRITEBYTECODE", "1").env("PYTHONPATH", &self.folder).env("NO_COLOR", "1");
        command
    }
}

/// Test cases of a `JUnit` report that passed and failed.
fn counted(report: &str) -> Tally {
    let cases = report.split("<testcase").skip(1);
    let mut tally = Tally::default();
    for case in cases {
        if case.contains("<failure") || case.contains("<error") {
            tally.failed += 1;
        } else {
            tally.passed += 1;
        }
    }
    tally
}

#[cfg(test)]
mod tests {
    use super::counted;
    use crate::test::tally::Tally;

    #[test]
    fn a_report_is_counted_by_operation() {
        let report = r#"<testsuites><testsuite><testcase name="GET /team"/><testcase name="GET /user"><failure message="x"/>
            <failure message="y"/></testcase><testcase name="GET /inbox"><error/></testcase></testsuite></testsuites>"#;
        assert_eq!(counted(report), Tally { passed: 1, failed: 2 });
    }
}
