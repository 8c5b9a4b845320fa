//! The commands of this repository: `cargo xtask VERB`.
//!
//! What CI runs is exactly what a person runs. Nothing here is part of the product, and the product knows nothing of it.

mod lint;
mod openapi;
mod shell;
mod test;
mod tidy;

use anyhow::Result;
use std::process::{Command, ExitCode};

const HELP: &str = "\
Usage: cargo xtask VERB

  test      every test: Rust on SQLite and PostgreSQL, then other people's tools against the built program
              --quick        the Rust tests only
              --external     the other people's tools only
              --binary PATH  check this program instead of building one
              -- ARGS        choose Rust tests, as in `cargo xtask test --quick -- -p msgboxx-store paging`
  lint      formatting, clippy, documentation, tidy, licences, and whether docs/openapi.json is current
  tidy      the rules of this repository: sizes, module docs, who may use whom, where SQL may stand, licences
  openapi   write docs/openapi.json from the program's own description
              --check        only say whether it is current
  bench     measure the program beside the bare limits; arguments go to the bench crate
";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let verdict = match arguments.split_first() {
        Some((verb, rest)) => carry_out(verb, rest),
        None => None,
    };
    match verdict {
        Some(Ok(true)) => ExitCode::SUCCESS,
        Some(Ok(false)) => ExitCode::FAILURE,
        Some(Err(error)) => {
            eprintln!("xtask: {error:#}");
            ExitCode::FAILURE
        }
        None => {
            eprint!("{HELP}");
            ExitCode::from(2)
        }
    }
}

/// Whether all is well, or `None` for a verb or an argument that does not exist.
fn carry_out(verb: &str, arguments: &[String]) -> Option<Result<bool>> {
    let has_only = |allowed: &[&str]| arguments.iter().all(|argument| allowed.contains(&argument.as_str()));
    match verb {
        "test" => Some(test::run(&test::Options::parse(arguments)?)),
        "lint" if arguments.is_empty() => Some(lint::run()),
        "tidy" if arguments.is_empty() => Some(tidy::run()),
        "openapi" if has_only(&["--check"]) => Some(openapi::run(!arguments.is_empty())),
        "bench" => Some(shell::succeeds(Command::new("cargo").args(["run", "--release", "--package", "bench", "--"]).args(arguments))),
        _ => None,
    }
}
