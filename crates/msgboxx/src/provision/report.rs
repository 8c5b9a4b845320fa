//! What provisioning did, for the person who started it.

use std::fmt;

/// What became of one entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// It was not there.
    Created,
    /// Something of it differed.
    Changed,
    /// It was as the file says.
    LeftAlone,
}

/// What became of each entry, in order.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Report {
    lines: Vec<(Outcome, String)>,
}

impl Report {
    /// How many entries had this outcome.
    pub fn count(&self, outcome: Outcome) -> usize {
        self.lines.iter().filter(|(was, _)| *was == outcome).count()
    }

    pub(super) fn add(&mut self, outcome: Outcome, what: String) {
        self.lines.push((outcome, what));
    }
}

impl Outcome {
    /// Changed or left alone.
    pub(super) fn changed_if(is_changed: bool) -> Self {
        if is_changed { Outcome::Changed } else { Outcome::LeftAlone }
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (outcome, what) in &self.lines {
            let word = match outcome {
                Outcome::Created => "created",
                Outcome::Changed => "changed",
                Outcome::LeftAlone => "left alone",
            };
            writeln!(f, "{word:<10}  {what}")?;
        }
        let [created, changed, left] = [Outcome::Created, Outcome::Changed, Outcome::LeftAlone].map(|outcome| self.count(outcome));
        write!(f, "{created} created, {changed} changed, {left} left alone")
    }
}
