//! Exact samples of durations: all are kept and sorted, nothing is put into buckets.

use std::time::Duration;

/// Durations of one measurement.
#[derive(Debug, Default, Clone)]
pub(crate) struct Samples(Vec<u64>);

impl Samples {
    /// Adds one.
    pub(crate) fn push(&mut self, duration: Duration) {
        self.0.push(u64::try_from(duration.as_nanos()).unwrap_or(u64::MAX));
    }

    /// Adds those of another measurement.
    pub(crate) fn append(&mut self, mut others: Self) {
        self.0.append(&mut others.0);
    }

    /// How many there are.
    pub(crate) fn count(&self) -> usize {
        self.0.len()
    }

    /// In milliseconds, the smallest sample that so many of a thousand do not exceed (nearest rank); 0 without samples.
    pub(crate) fn per_mille(&mut self, share: usize) -> f64 {
        self.0.sort_unstable();
        let rank = (self.0.len() * share).div_ceil(1000);
        milliseconds(self.0.get(rank.saturating_sub(1)).copied().unwrap_or(0))
    }

    /// The median, in milliseconds.
    pub(crate) fn p50(&mut self) -> f64 {
        self.per_mille(500)
    }

    /// In milliseconds, what 99 of 100 do not exceed.
    pub(crate) fn p99(&mut self) -> f64 {
        self.per_mille(990)
    }

    /// The longest, in milliseconds.
    pub(crate) fn worst(&mut self) -> f64 {
        self.per_mille(1000)
    }
}

impl FromIterator<Duration> for Samples {
    fn from_iter<I: IntoIterator<Item = Duration>>(durations: I) -> Self {
        let mut samples = Self::default();
        durations.into_iter().for_each(|duration| samples.push(duration));
        samples
    }
}

fn milliseconds(nanos: u64) -> f64 {
    Duration::from_nanos(nanos).as_secs_f64() * 1e3
}

/// How many a second. Counts stay far below 2^32, so none is rounded.
pub(crate) fn per_second(count: usize, during: Duration) -> f64 {
    f64::from(u32::try_from(count).unwrap_or(u32::MAX)) / during.as_secs_f64()
}

/// The middle one; of an even number, the mean of the middle two. 0 without any.
pub(crate) fn median(values: &[f64]) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    match sorted.len() {
        0 => 0.0,
        n if n % 2 == 1 => sorted[n / 2],
        n => f64::midpoint(sorted[n / 2 - 1], sorted[n / 2]),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentiles_are_samples_that_were_taken() {
        let mut samples: Samples = (1..=200).rev().map(Duration::from_millis).collect();
        let close_to = |value: f64, wanted: f64| (value - wanted).abs() < 1e-9;
        assert!(close_to(samples.p50(), 100.0));
        assert!(close_to(samples.p99(), 198.0));
        assert!(close_to(samples.worst(), 200.0));
    }

    #[test]
    fn a_single_sample_is_every_percentile_and_none_is_nought() {
        let mut one: Samples = [Duration::from_millis(3)].into_iter().collect();
        assert!((one.per_mille(1) - one.worst()).abs() < 1e-12);
        assert!(Samples::default().p99().abs() < 1e-12);
    }

    #[test]
    fn the_median_of_an_even_number_lies_between() {
        assert!((median(&[4.0, 1.0, 2.0]) - 2.0).abs() < 1e-12);
        assert!((median(&[4.0, 1.0, 2.0, 3.0]) - 2.5).abs() < 1e-12);
        assert!(median(&[]).abs() < 1e-12);
    }
}
