//! What is counted for a whole business portfolio; here each WABA is one.
//!
//! The messaging limit counts unique customers written to outside the customer service window in a
//! moving day (reference §8), over all numbers; the management calls of an hour are counted too.

use std::collections::HashMap;
use std::sync::Arc;

const HOUR: i64 = 3_600 * 1_000_000;
const DAY: i64 = 24 * HOUR;

/// What one portfolio has used up.
#[derive(Debug, Default)]
pub(crate) struct Portfolio {
    /// Customers written to outside the window, with the last time.
    outside_window: HashMap<Arc<str>, i64>,
    /// When templates were made lately.
    pub(crate) templates_made: Vec<i64>,
    /// When the hour of `calls` began.
    hour: i64,
    calls: u32,
}

/// So many templates may be made in an hour.
const TEMPLATES_AN_HOUR: usize = 100;

impl Portfolio {
    /// Does this limit allow one more message to this customer outside the window?
    pub(crate) fn allows(&self, limit: usize, customer: &str, now: i64) -> bool {
        if limit == usize::MAX {
            return true;
        }
        let within_a_day = |at: &i64| now - at < DAY;
        self.outside_window.get(customer).is_some_and(within_a_day) || self.reached(DAY, now) < limit
    }

    /// How many customers were written to outside the window in this span.
    pub(crate) fn reached(&self, span: i64, now: i64) -> usize {
        self.outside_window.values().filter(|at| now - **at < span).count()
    }

    /// Counts a message outside the window.
    pub(crate) fn count_outside_window(&mut self, customer: &Arc<str>, at: i64) {
        self.outside_window.insert(Arc::clone(customer), at);
    }

    /// Takes one management call of this hour; false if they are used up.
    pub(crate) fn take_call(&mut self, an_hour: u32, now: i64) -> bool {
        if now - self.hour >= HOUR {
            self.hour = now;
            self.calls = 0;
        }
        self.calls = self.calls.saturating_add(1);
        self.calls <= an_hour
    }

    /// May one more template be made?
    pub(crate) fn may_make_template(&self, now: i64) -> bool {
        self.templates_made.iter().filter(|at| now - **at < HOUR).count() < TEMPLATES_AN_HOUR
    }

    /// Counts a new template.
    pub(crate) fn count_template(&mut self, now: i64) {
        self.templates_made.retain(|at| now - *at < HOUR);
        self.templates_made.push(now);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_limit_counts_customers_once_and_for_a_day() {
        let mut portfolio = Portfolio::default();
        portfolio.count_outside_window(&"1".into(), 0);
        portfolio.count_outside_window(&"1".into(), 5);
        assert!(portfolio.allows(1, "1", 10));
        assert!(!portfolio.allows(1, "2", 10));
        assert!(portfolio.allows(1, "2", 5 + DAY));
    }

    #[test]
    fn calls_are_counted_by_the_hour() {
        let mut portfolio = Portfolio::default();
        assert!(portfolio.take_call(2, HOUR) && portfolio.take_call(2, HOUR));
        assert!(!portfolio.take_call(2, 2 * HOUR - 1));
        assert!(portfolio.take_call(2, 2 * HOUR));
    }
}
