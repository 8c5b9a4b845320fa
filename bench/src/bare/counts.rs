//! Which buckets of the maintained counts make up an exact `recordCount`.

/// Microseconds.
const HOUR: i64 = 3_600_000_000;
const DAY_HOURS: i64 = 24;
const MONTH_DAYS: i64 = 32;

/// Since when messages are counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Since(pub(crate) i64);

/// The parts of a count with an open end: rows, and buckets from one on. Months end where days begin, days where hours do.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Parts {
    /// Rows in `[from, to)`, the ragged beginning.
    pub(super) rows: (i64, i64),
    pub(super) hours_from: i64,
    pub(super) days: (i64, i64),
    pub(super) months: (i64, i64),
}

impl Parts {
    /// `folded` is the hour before which hours are folded into days and these into months. What is not asked for from the
    /// very beginning is taken from hours alone: a day has few.
    pub(super) fn since(since: Since, folded: i64) -> Self {
        let first_hour = since.0.div_euclid(HOUR) + i64::from(since.0.rem_euclid(HOUR) != 0);
        if since.0 > 0 {
            return Self { rows: (since.0, first_hour * HOUR), hours_from: first_hour, days: (0, 0), months: (0, 0) };
        }
        let days = folded / DAY_HOURS;
        let months = days / MONTH_DAYS;
        Self { rows: (0, 0), hours_from: days * DAY_HOURS, days: (months * MONTH_DAYS, days), months: (0, months) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_of_history_is_months_then_days_then_hours_without_a_gap() {
        let parts = Parts::since(Since(0), 24 * 70 + 5);
        assert_eq!((parts.months, parts.days, parts.hours_from), ((0, 2), (64, 70), 24 * 70));
        assert_eq!(parts.rows, (0, 0));
    }

    #[test]
    fn a_window_is_rows_up_to_the_hour_and_then_hours() {
        let parts = Parts::since(Since(5 * HOUR + 7), 1_000);
        assert_eq!((parts.rows, parts.hours_from), ((5 * HOUR + 7, 6 * HOUR), 6));
        assert_eq!(Parts::since(Since(5 * HOUR), 1_000).rows, (5 * HOUR, 5 * HOUR));
    }
}
