//! `cargo xtask test`: every test, on both databases, closed by one line that counts them.
//!
//! PostgreSQL is a private server in a temporary folder, so nothing on the machine is touched and nothing needs setting up.

mod external;
mod postgres;
mod server;
mod tally;
mod tools;
mod zapier;

use crate::shell;
use anyhow::{Result, bail};
use postgres::Postgres;
use std::path::PathBuf;
use std::process::Command;
use tally::{Runner, Tally};

/// Where the tests find a PostgreSQL server on which they may create databases.
const TEST_POSTGRES: &str = "MSGBOXX_TEST_POSTGRES";

/// What to test.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Options {
    /// Only the Rust tests.
    quick: bool,
    /// Only the external checks.
    external: bool,
    /// The program to check from outside, instead of building one.
    binary: Option<PathBuf>,
    /// Arguments that choose Rust tests; with any, documentation tests are left out.
    chosen: Vec<String>,
}

impl Options {
    /// Reads the arguments; `None` when one of them does not exist.
    pub(crate) fn parse(arguments: &[String]) -> Option<Self> {
        let mut options = Self::default();
        let mut arguments = arguments.iter();
        while let Some(argument) = arguments.next() {
            match argument.as_str() {
                "--quick" => options.quick = true,
                "--external" => options.external = true,
                "--binary" => options.binary = Some(PathBuf::from(arguments.next()?)),
                "--" => options.chosen = arguments.by_ref().cloned().collect(),
                _ => return None,
            }
        }
        (!(options.quick && options.external)).then_some(options)
    }
}

/// Runs the tests; the last line printed is how many passed and failed.
pub(crate) fn run(options: &Options) -> Result<bool> {
    let postgres = Postgres::start(&tools::postgres_programs()?)?;
    let mut tally = Tally::default();
    if !options.external {
        tally += rust_tests(&postgres, &options.chosen)?;
    }
    if !options.quick {
        let binary = options.binary.clone().map_or_else(build, Ok)?;
        tally += external::run(&binary, &postgres)?;
    }
    drop(postgres);
    println!("{tally}");
    if tally.passed + tally.failed == 0 {
        bail!("no test ran");
    }
    Ok(tally.failed == 0)
}

fn rust_tests(postgres: &Postgres, chosen: &[String]) -> Result<Tally> {
    let with_postgres = |arguments: &[&str]| {
        let mut command = Command::new("cargo");
        command.args(arguments).env(TEST_POSTGRES, postgres.url());
        command
    };
    let everything = ["--workspace".to_owned()];
    let (runner, mut command) = if shell::is_installed("cargo-nextest") {
        (Runner::Nextest, with_postgres(&["nextest", "run"]))
    } else {
        (Runner::Libtest, with_postgres(&["test", "--no-fail-fast", "--all-targets"]))
    };
    let mut tally = tally::count(command.args(if chosen.is_empty() { &everything } else { chosen }), runner)?;
    if chosen.is_empty() {
        tally += tally::count(&mut with_postgres(&["test", "--workspace", "--doc"]), Runner::Libtest)?;
    }
    Ok(tally)
}

/// Builds the program that the external checks run against.
fn build() -> Result<PathBuf> {
    shell::run(Command::new("cargo").args(["build", "--package", "msgboxx"]))?;
    Ok(shell::build_folder().join("debug/msgboxx"))
}

#[cfg(test)]
mod tests {
    use super::Options;
    use std::path::PathBuf;

    fn parsed(line: &str) -> Option<Options> {
        Options::parse(&line.split_whitespace().map(str::to_owned).collect::<Vec<_>>())
    }

    #[test]
    fn what_follows_two_dashes_chooses_tests() {
        let expected = Options { quick: true, chosen: vec!["-p".into(), "bench".into()], ..Options::default() };
        assert_eq!(parsed("--quick -- -p bench"), Some(expected));
    }

    #[test]
    fn a_program_can_be_given() {
        let expected = Options { external: true, binary: Some(PathBuf::from("x/msgboxx")), ..Options::default() };
        assert_eq!(parsed("--external --binary x/msgboxx"), Some(expected));
    }

    #[test]
    fn an_argument_that_does_not_exist_is_refused() {
        assert_eq!(parsed("--fast"), None);
        assert_eq!(parsed("--binary"), None);
        assert_eq!(parsed("--quick --external"), None);
    }
}
