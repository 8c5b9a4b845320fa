//! What a receiver's answer means for its delivery.

use msgboxx_model::Instant;
use std::time::Duration;

/// Characters of an answer's body that are kept for people.
const KEPT_CHARACTERS: usize = 200;

/// What a call came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Answer {
    /// What follows from it.
    pub(super) verdict: Verdict,
    /// The status and the first words, or why there is no answer.
    pub(super) text: String,
}

/// What follows from an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Verdict {
    /// Any 2xx.
    Taken,
    /// 410: the receiver wants no more, ever.
    Gone,
    /// Anything else; to be tried again, not before the receiver's wish.
    NotTaken {
        /// How long it wants to be left alone.
        retry_after: Option<Duration>,
    },
}

impl Answer {
    /// No answer came, or no call was made.
    pub(super) fn none(why: impl Into<String>) -> Self {
        Self { verdict: Verdict::NotTaken { retry_after: None }, text: why.into() }
    }

    /// An answer with this status and the beginning of this body.
    pub(super) fn of(status: u16, retry_after: Option<Duration>, body: &[u8]) -> Self {
        let verdict = match status {
            200..=299 => Verdict::Taken,
            410 => Verdict::Gone,
            _ => Verdict::NotTaken { retry_after },
        };
        let words = printable(body);
        Self { verdict, text: if words.is_empty() { status.to_string() } else { format!("{status}: {words}") } }
    }
}

/// The beginning of a body on one line; no database refuses it.
fn printable(body: &[u8]) -> String {
    let text = String::from_utf8_lossy(body);
    let line: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).take(KEPT_CHARACTERS).collect();
    line.trim().to_owned()
}

/// Reads `Retry-After`: whole seconds, or a date, which is compared with the receiver's own `Date`
/// where it sends one.
pub(super) fn retry_after(value: &str, date: Option<&str>, now: Instant) -> Option<Duration> {
    if let Ok(seconds) = value.trim().parse() {
        return Some(Duration::from_secs(seconds));
    }
    let read = |text: &str| httpdate::parse_http_date(text).ok().map(Instant::from_system_time);
    Some(read(value)?.saturating_since(date.and_then(read).unwrap_or(now)))
}

#[cfg(test)]
mod tests {
    use super::*;

    const AGAIN: Verdict = Verdict::NotTaken { retry_after: None };

    #[test]
    fn any_2xx_is_taken_410_is_gone_and_all_else_is_tried_again() {
        for status in [200, 201, 202, 204, 226, 299] {
            assert_eq!(Answer::of(status, None, b"").verdict, Verdict::Taken, "{status}");
        }
        assert_eq!(Answer::of(410, None, b"").verdict, Verdict::Gone);
        for status in [300, 301, 302, 307, 308, 400, 401, 404, 409, 418, 429, 500, 503, 599] {
            assert_eq!(Answer::of(status, None, b"").verdict, AGAIN, "{status}");
        }
    }

    #[test]
    fn the_text_has_the_status_and_the_first_words_on_one_line() {
        assert_eq!(Answer::of(204, None, b"").text, "204");
        assert_eq!(Answer::of(500, None, b"\r\n  out of\norder\0 \xff").text, "500: out of order  \u{fffd}");
        assert_eq!(Answer::of(500, None, &vec![b'x'; 70_000]).text.len(), "500: ".len() + KEPT_CHARACTERS);
    }

    #[test]
    fn retry_after_is_seconds_or_a_date_by_the_receivers_clock() {
        let now = Instant::from_seconds(1_445_412_480);
        let after = |value, date| retry_after(value, date, now).map(|wait| wait.as_secs());
        assert_eq!(after("120", None), Some(120));
        assert_eq!(after(" 0 ", None), Some(0));
        assert_eq!(after("Wed, 21 Oct 2015 07:29:00 GMT", None), Some(60));
        assert_eq!(after("Wed, 21 Oct 2015 07:29:00 GMT", Some("Wed, 21 Oct 2015 07:28:50 GMT")), Some(10));
        assert_eq!(after("Wed, 21 Oct 2015 07:00:00 GMT", None), Some(0));
        for value in ["", "soon", "-1", "1.5", "99999999999999999999999"] {
            assert_eq!(after(value, None), None, "{value}");
        }
    }
}
