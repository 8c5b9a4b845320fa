//! What to measure, as given on the command line.

use crate::engine::Engine;
use clap::Parser;
use std::collections::BTreeSet;
use std::path::PathBuf;
use std::time::Duration;

/// The rows of the scoreboard that this program can measure.
pub(crate) const ROWS: [u8; 8] = [1, 2, 3, 4, 11, 12, 13, 14];

/// Measures msgboxx beside the bare limit of its parts.
#[derive(Debug, Parser)]
#[command(name = "bench", version)]
pub(crate) struct Options {
    /// Rows of the scoreboard, as in `1 4 12`; all that there are without any.
    #[arg(value_parser = row)]
    rows: Vec<u8>,
    /// Small data and short runs: shows that nothing is broken, not how fast it is.
    #[arg(long)]
    pub(crate) quick: bool,
    /// Also writes the figures to this file.
    #[arg(long, value_name = "FILE")]
    pub(crate) json: Option<PathBuf>,
    /// Only the rows on this database.
    #[arg(long, value_enum)]
    engine: Option<Engine>,
    /// How often each is measured; an odd number has a middle.
    #[arg(long, value_parser = clap::value_parser!(u32).range(1..))]
    rounds: Option<u32>,
    /// Messages in the largest data set.
    #[arg(long, value_name = "MESSAGES", value_parser = clap::value_parser!(u64).range(10_000..=20_000_000))]
    largest: Option<u64>,
    /// Measures this program instead of building one.
    #[arg(long, value_name = "PATH")]
    pub(crate) binary: Option<PathBuf>,
}

impl Options {
    /// Messages in the small data set of row 2.
    pub(crate) const SMALL: u64 = 10_000;

    /// The rows to measure, each once, in order.
    pub(crate) fn rows(&self) -> BTreeSet<u8> {
        if self.rows.is_empty() { ROWS.into() } else { self.rows.iter().copied().collect() }
    }

    /// Whether rows on this database are wanted.
    pub(crate) fn wants(&self, engine: Engine) -> bool {
        self.engine.is_none_or(|only| only == engine)
    }

    /// Whether this database was asked for by name, so that its absence is an error.
    pub(crate) fn insists_on(&self, engine: Engine) -> bool {
        self.engine == Some(engine)
    }

    /// How often each figure is measured.
    pub(crate) fn rounds(&self) -> u32 {
        self.rounds.unwrap_or(if self.quick { 1 } else { 3 })
    }

    /// Messages in the data set that is written to.
    pub(crate) fn middle(&self) -> u64 {
        if self.quick { Self::SMALL } else { 1_000_000.min(self.large()) }
    }

    /// Messages in the large data set: so many that page 1,000 exists on the account that holds half of them.
    pub(crate) fn large(&self) -> u64 {
        self.largest.unwrap_or(if self.quick { 250_000 } else { 10_000_000 })
    }

    /// How long a load of reading lasts, after a warm-up.
    pub(crate) fn reading(&self) -> Duration {
        if self.quick { Duration::from_millis(700) } else { Duration::from_secs(8) }
    }

    /// How long a load of writing lasts: with three rounds a minute, over which the worst answer counts.
    pub(crate) fn writing(&self) -> Duration {
        if self.quick { Duration::from_millis(1500) } else { Duration::from_secs(20) }
    }

    /// What runs unmeasured before each load.
    pub(crate) fn warm_up(&self) -> Duration {
        if self.quick { Duration::from_millis(200) } else { Duration::from_secs(2) }
    }
}

fn row(text: &str) -> Result<u8, String> {
    let number = text.parse().ok().filter(|number| ROWS.contains(number));
    number.ok_or_else(|| format!("there are the rows {}", ROWS.map(|row| row.to_string()).join(", ")))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn options(arguments: &[&str]) -> Option<Options> {
        Options::try_parse_from(std::iter::once("bench").chain(arguments.iter().copied())).ok()
    }

    #[test]
    fn without_rows_all_are_meant_and_a_row_is_never_meant_twice() {
        assert_eq!(options(&[]).expect("options").rows().len(), ROWS.len());
        assert_eq!(options(&["4", "1", "4", "--quick"]).expect("options").rows(), [1, 4].into());
        assert!(options(&["5"]).is_none());
    }

    #[test]
    fn an_engine_named_is_insisted_on_and_the_other_is_not_wanted() {
        let options = options(&["--engine", "sqlite"]).expect("options");
        assert!(options.wants(Engine::Sqlite) && options.insists_on(Engine::Sqlite));
        assert!(!options.wants(Engine::Postgres) && !options.insists_on(Engine::Postgres));
    }

    #[test]
    fn page_one_thousand_exists_in_the_large_data_set() {
        for arguments in [[].as_slice(), &["--quick"]] {
            assert!(options(arguments).expect("options").large() / 2 > 100_000);
        }
    }
}
