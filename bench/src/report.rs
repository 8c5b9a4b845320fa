//! Figures, as a table for people and as JSON for machines.
//!
//! A figure is measured once a round, for msgboxx and mostly for something to compare it with; the middle round counts.

use crate::engine::Engine;
use crate::machine::Circumstances;
use crate::samples::median;
use anyhow::{Context, Result};
use serde_json::{Value, json};
use std::fmt::Write;
use std::path::Path;

/// What the scoreboard asks for.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Goal {
    /// Nothing: the figure explains another.
    None,
    RatioAtLeast(f64),
    RatioAtMost(f64),
    AtMost(f64),
}

/// One line of the table.
#[derive(Debug)]
pub(crate) struct Figure {
    row: u8,
    engine: Option<Engine>,
    what: String,
    unit: &'static str,
    /// What msgboxx is compared with; `B` is the bare limit.
    against: &'static str,
    other: Vec<f64>,
    msgboxx: Vec<f64>,
    goal: Goal,
    /// The worst round counts, not the middle one.
    is_worst: bool,
}

impl Figure {
    /// What was measured in each round.
    pub(crate) fn new(row: u8, engine: impl Into<Option<Engine>>, what: impl Into<String>, unit: &'static str, msgboxx: Vec<f64>) -> Self {
        let (engine, what) = (engine.into(), what.into());
        Self { row, engine, what, unit, against: "", other: Vec::new(), msgboxx, goal: Goal::None, is_worst: false }
    }

    /// Compares it with the bare limit.
    pub(crate) fn beside_bare(self, other: Vec<f64>) -> Self {
        self.beside("B", other)
    }

    /// Compares it with something else.
    pub(crate) fn beside(self, against: &'static str, other: Vec<f64>) -> Self {
        Self { against, other, ..self }
    }

    pub(crate) fn ratio_at_least(self, ratio: f64) -> Self {
        Self { goal: Goal::RatioAtLeast(ratio), ..self }
    }

    pub(crate) fn ratio_at_most(self, ratio: f64) -> Self {
        Self { goal: Goal::RatioAtMost(ratio), ..self }
    }

    pub(crate) fn at_most(self, value: f64) -> Self {
        Self { goal: Goal::AtMost(value), ..self }
    }

    /// Counts the worst round.
    pub(crate) fn worst(self) -> Self {
        Self { is_worst: true, ..self }
    }

    fn value(&self, rounds: &[f64]) -> f64 {
        if self.is_worst { rounds.iter().copied().fold(0.0, f64::max) } else { median(rounds) }
    }

    fn ratio(&self) -> Option<f64> {
        let other = self.value(&self.other);
        (other > 0.0).then(|| self.value(&self.msgboxx) / other)
    }

    fn is_reached(&self) -> Option<bool> {
        match self.goal {
            Goal::None => None,
            Goal::RatioAtLeast(least) => self.ratio().map(|ratio| ratio >= least),
            Goal::RatioAtMost(most) => self.ratio().map(|ratio| ratio <= most),
            Goal::AtMost(most) => Some(self.value(&self.msgboxx) <= most),
        }
    }

    fn goal(&self) -> String {
        match self.goal {
            Goal::None => String::new(),
            Goal::RatioAtLeast(ratio) => format!("ratio ≥ {ratio}"),
            Goal::RatioAtMost(ratio) => format!("ratio ≤ {ratio}"),
            Goal::AtMost(value) => format!("≤ {value} {}", self.unit),
        }
    }

    fn cells(&self) -> [String; 9] {
        let other = if self.other.is_empty() { String::new() } else { number(self.value(&self.other)) };
        [
            self.row.to_string(),
            self.engine.map_or(String::new(), |engine| engine.to_string()),
            self.what.clone(),
            self.unit.to_owned(),
            if self.other.is_empty() { String::new() } else { format!("{} {other}", self.against) },
            number(self.value(&self.msgboxx)),
            self.ratio().map_or(String::new(), |ratio| format!("{ratio:.2}")),
            self.goal(),
            self.is_reached().map_or("", |is_reached| if is_reached { "yes" } else { "NO" }).to_owned(),
        ]
    }

    fn json(&self) -> Value {
        json!({
            "row": self.row,
            "engine": self.engine,
            "what": self.what,
            "unit": self.unit,
            "against": self.against,
            "other": self.other,
            "msgboxx": self.msgboxx,
            "ratio": self.ratio(),
            "goal": self.goal(),
            "reached": self.is_reached(),
        })
    }
}

/// Everything that was measured in one run.
#[derive(Debug, Default)]
pub(crate) struct Report {
    figures: Vec<Figure>,
    notes: Vec<String>,
}

impl Report {
    /// Adds a figure, and shows it at once: a run takes long.
    pub(crate) fn add(&mut self, figure: Figure) {
        eprintln!("  {}", figure.cells().join("  "));
        self.figures.push(figure);
    }

    /// Adds a sentence for below the table.
    pub(crate) fn note(&mut self, note: impl Into<String>) {
        let note = note.into();
        eprintln!("  {note}");
        self.notes.push(note);
    }

    /// The table, as Markdown.
    pub(crate) fn table(&mut self) -> String {
        self.figures.sort_by_key(|figure| figure.row);
        let head = ["#", "database", "what", "unit", "beside", "msgboxx", "ratio", "to reach", "reached"].map(str::to_owned);
        let rule = head.each_ref().map(|_| "---".to_owned());
        let lines = [head, rule].into_iter().chain(self.figures.iter().map(Figure::cells));
        let mut table = lines.fold(String::new(), |mut table, cells| {
            // Writing to a string cannot fail.
            let _ = writeln!(table, "| {} |", cells.join(" | "));
            table
        });
        for note in &self.notes {
            let _ = write!(table, "\n{note}");
        }
        table
    }

    /// Writes all of it, each round's figure included.
    pub(crate) fn write_json(&self, file: &Path, circumstances: &Circumstances, is_quick: bool) -> Result<()> {
        let figures: Vec<Value> = self.figures.iter().map(Figure::json).collect();
        let report = json!({ "circumstances": circumstances, "quick": is_quick, "figures": figures, "notes": self.notes });
        let text = serde_json::to_string_pretty(&report)?;
        std::fs::write(file, text + "\n").with_context(|| format!("cannot write {}", file.display()))
    }
}

fn number(value: f64) -> String {
    match value {
        value if value >= 1000.0 => format!("{value:.0}"),
        value if value >= 10.0 => format!("{value:.1}"),
        value => format!("{value:.3}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn figure() -> Figure {
        Figure::new(1, Engine::Sqlite, "pages", "1/s", vec![90.0, 70.0, 80.0]).beside_bare(vec![100.0, 100.0, 90.0])
    }

    #[test]
    fn the_ratio_is_of_the_medians() {
        assert_eq!(figure().ratio(), Some(0.8));
        assert_eq!(figure().ratio_at_least(0.8).is_reached(), Some(true));
        assert_eq!(figure().ratio_at_least(0.81).is_reached(), Some(false));
        assert_eq!(figure().ratio_at_most(0.79).is_reached(), Some(false));
    }

    #[test]
    fn the_worst_round_counts_where_that_is_asked() {
        assert_eq!(figure().at_most(80.0).is_reached(), Some(true));
        assert_eq!(figure().worst().at_most(80.0).is_reached(), Some(false));
    }

    #[test]
    fn a_figure_without_a_goal_is_neither_reached_nor_missed() {
        assert_eq!(figure().is_reached(), None);
        assert_eq!(Figure::new(11, None, "memory", "MiB", vec![1.0]).ratio_at_most(1.0).is_reached(), None);
    }

    #[test]
    fn the_table_is_in_order_of_rows() {
        let mut report = Report::default();
        report.add(Figure::new(13, None, "size", "MB", vec![6.7]).at_most(20.0));
        report.add(figure());
        let table = report.table();
        assert!(table.find("| 1 |") < table.find("| 13 |"), "{table}");
        assert!(table.contains("| 1 | SQLite | pages | 1/s | B 100.0 | 80.0 | 0.80 |"), "{table}");
    }
}
