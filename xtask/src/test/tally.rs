//! How many tests passed and failed, read from the closing lines of the runners.
//!
//! A runner that fails without counting a failure (it did not compile, it crashed) counts as one failure, so the sum can
//! never look better than it is.

use crate::shell;
use anyhow::{Context, Result};
use std::fmt;
use std::io::{BufRead, BufReader, Read, Write};
use std::ops::AddAssign;
use std::process::{Command, Stdio};
use std::thread;

/// Tests that passed and failed.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Tally {
    pub(crate) passed: u64,
    pub(crate) failed: u64,
}

impl AddAssign for Tally {
    fn add_assign(&mut self, other: Self) {
        self.passed += other.passed;
        self.failed += other.failed;
    }
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} passed, {} failed", self.passed, self.failed)
    }
}

/// Whose closing line to look for.
///
/// Only the one runner's: nextest repeats the output of a failed test, in which libtest's line stands.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Runner {
    Nextest,
    Libtest,
    Pytest,
    /// Node's own, with its reporter `spec`, which has a line for each number.
    Node,
}

impl Runner {
    /// What a line counts, if it is a closing line.
    fn counted(self, line: &str) -> Option<Tally> {
        let line = line.trim_matches(|c: char| c == '=' || c.is_whitespace());
        let counts = match self {
            Self::Nextest => line.strip_prefix("Summary [")?.split_once("run:")?.1,
            Self::Libtest => line.strip_prefix("test result:")?,
            Self::Node => return node_count(line),
            Self::Pytest => line.rsplit_once(" in ").filter(|(counts, _)| counts.starts_with(|c: char| c.is_ascii_digit()))?.0,
        };
        let words: Vec<&str> = counts.split(|c: char| !c.is_ascii_alphanumeric()).collect();
        let mut tally = Tally::default();
        for pair in words.windows(2) {
            let Ok(count) = pair[0].parse::<u64>() else { continue };
            match pair[1] {
                "passed" => tally.passed += count,
                // "timed out" and "exec failed" are nextest's, "error" and "errors" pytest's.
                "failed" | "timed" | "exec" | "error" | "errors" => tally.failed += count,
                _ => {}
            }
        }
        Some(tally)
    }
}

/// One of the closing lines of Node's runner: `ℹ pass 47`.
fn node_count(line: &str) -> Option<Tally> {
    let (word, count) = line.strip_prefix("ℹ ")?.split_once(' ')?;
    let count = count.parse().ok()?;
    match word {
        "pass" => Some(Tally { passed: count, failed: 0 }),
        "fail" | "cancelled" => Some(Tally { passed: 0, failed: count }),
        _ => None,
    }
}

/// Runs a test command, passing its output on, and counts.
pub(crate) fn count(command: &mut Command, runner: Runner) -> Result<Tally> {
    eprintln!("$ {}", shell::shown(command));
    command.current_dir(shell::root()).env("CARGO_TERM_COLOR", "never").stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().with_context(|| format!("cannot run `{}`", shell::shown(command)))?;
    let output = child.stdout.take().map(|stream| thread::spawn(move || pass_on(stream, std::io::stdout(), runner)));
    let errors = child.stderr.take().map(|stream| thread::spawn(move || pass_on(stream, std::io::stderr(), runner)));
    let mut tally = Tally::default();
    for reader in [output, errors].into_iter().flatten() {
        tally += reader.join().expect("reading lines does not panic");
    }
    if !child.wait()?.success() && tally.failed == 0 {
        eprintln!("`{}` failed", shell::shown(command));
        tally.failed = 1;
    }
    Ok(tally)
}

fn pass_on(stream: impl Read, mut to: impl Write, runner: Runner) -> Tally {
    let mut tally = Tally::default();
    for line in BufReader::new(stream).split(b'\n').map_while(Result::ok) {
        // Whoever reads our output may be gone; the tests go on all the same.
        let _ = to.write_all(&line).and_then(|()| to.write_all(b"\n"));
        if let Some(counted) = runner.counted(&String::from_utf8_lossy(&line)) {
            tally += counted;
        }
    }
    tally
}

#[cfg(test)]
mod tests {
    use super::{Runner, Tally, count};
    use std::process::Command;

    fn tally(passed: u64, failed: u64) -> Tally {
        Tally { passed, failed }
    }

    #[test]
    fn nextest_is_understood() {
        let line = "     Summary [   7.118s] 30 tests run: 24 passed (1 slow), 3 failed, 2 timed out, 1 exec failed, 5 skipped";
        assert_eq!(Runner::Nextest.counted(line), Some(tally(24, 6)));
        assert_eq!(Runner::Nextest.counted("     Summary [   0.1s] 1 test run: 1 passed, 0 skipped"), Some(tally(1, 0)));
    }

    #[test]
    fn libtest_is_understood() {
        let line = "test result: FAILED. 5 passed; 2 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.00s";
        assert_eq!(Runner::Libtest.counted(line), Some(tally(5, 2)));
    }

    #[test]
    fn what_libtest_says_inside_nextest_is_not_counted_twice() {
        assert_eq!(Runner::Nextest.counted("    test result: FAILED. 0 passed; 1 failed; 0 ignored"), None);
    }

    #[test]
    fn pytest_is_understood() {
        assert_eq!(Runner::Pytest.counted("36 passed in 12.40s"), Some(tally(36, 0)));
        assert_eq!(Runner::Pytest.counted("==== 1 failed, 35 passed, 2 errors in 61.40s (0:01:01) ===="), Some(tally(35, 3)));
        assert_eq!(Runner::Pytest.counted("the answer is in 12 parts"), None);
    }

    #[test]
    fn node_is_understood() {
        let counted = |line| Runner::Node.counted(line);
        assert_eq!(counted("ℹ pass 47"), Some(tally(47, 0)));
        assert_eq!(counted("ℹ fail 2"), Some(tally(0, 2)));
        assert_eq!(counted("ℹ cancelled 1"), Some(tally(0, 1)));
        assert_eq!(counted("ℹ tests 50"), None);
        assert_eq!(counted("✔ pass 3 (1.2ms)"), None);
    }

    #[test]
    fn a_runner_that_fails_without_counting_is_one_failure() {
        let counted = count(Command::new("sh").args(["-c", "echo 3 passed in 1s; exit 1"]), Runner::Pytest);
        assert_eq!(counted.ok(), Some(tally(3, 1)));
    }

    #[test]
    fn closing_lines_of_both_streams_are_added_up() {
        let counted = count(Command::new("sh").args(["-c", "echo 3 passed in 1s; echo 1 passed in 1s >&2"]), Runner::Pytest);
        assert_eq!(counted.ok(), Some(tally(4, 0)));
    }
}
