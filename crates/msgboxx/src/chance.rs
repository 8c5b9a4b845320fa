//! The one place that asks for chance. Rules take it as a value, so that a test can repeat it.

/// A number in 0..1, to spread what would otherwise happen at the same moment.
#[expect(clippy::disallowed_methods, reason = "rules get this as a value")]
pub fn jitter() -> f64 {
    rand::random()
}
