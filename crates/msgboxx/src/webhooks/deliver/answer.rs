//! What a receiver's answer means for its delivery.

use msgboxx_model::Instant;
use msgboxx_store::AttemptOutcome;
use std::time::Duration;

/// Bytes of an answer's body that are kept for people.
const KEPT_BYTES: usize = 1024;

/// What a call came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Answer {
    /// What follows from it.
    pub(super) verdict: Verdict,
    /// The status, if there is an answer.
    pub(super) status: Option<u16>,
    /// The beginning of the answer, or why there is none.
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
        Self { verdict: Verdict::NotTaken { retry_after: None }, status: None, text: why.into() }
    }

    /// An answer with this status and the beginning of this body.
    pub(super) fn of(status: u16, retry_after: Option<Duration>, body: &[u8]) -> Self {
        let verdict = match status {
            200..=299 => Verdict::Taken,
            410 => Verdict::Gone,
            _ => Verdict::NotTaken { retry_after },
        };
        Self { verdict, status: Some(status), text: printable(body) }
    }

    /// What is kept of it, after the receiver took this long.
    pub(super) fn outcome(&self, latency: Duration) -> AttemptOutcome {
        let (failure, answer) = if self.status.is_some() { ("", self.text.as_str()) } else { (self.text.as_str(), "") };
        AttemptOutcome {
            status: self.status.map(i64::from),
            failure: failure.to_owned(),
            latency_ms: i64::try_from(latency.as_millis()).unwrap_or(i64::MAX),
            answer: answer.to_owned(),
        }
    }
}

/// The beginning of a body as text that no database refuses.
fn printable(body: &[u8]) -> String {
    let kept = &body[..body.len().min(KEPT_BYTES)];
    let text = String::from_utf8_lossy(kept);
    // A character may have been cut in two.
    let text = if kept.len() < body.len() { text.trim_end_matches(char::REPLACEMENT_CHARACTER) } else { &text };
    text.chars().map(|c| if c.is_control() && c != '\n' { ' ' } else { c }).collect::<String>().trim().to_owned()
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
    fn the_first_kibibyte_of_an_answer_is_kept_and_no_half_character() {
        assert_eq!(Answer::of(204, None, b"").text, "");
        assert_eq!(Answer::of(500, None, b"\r\n  out of\norder\0 \xff").text, "out of\norder  \u{fffd}");
        assert_eq!(Answer::of(500, None, &vec![b'x'; 70_000]).text.len(), KEPT_BYTES);
        let cut = format!("x{}", "é".repeat(KEPT_BYTES));
        assert_eq!(Answer::of(500, None, cut.as_bytes()).text, format!("x{}", "é".repeat(KEPT_BYTES / 2 - 1)));
    }

    #[test]
    fn an_attempt_keeps_an_answer_or_why_there_is_none() {
        let answered = Answer::of(503, None, b"busy").outcome(Duration::from_millis(7));
        assert_eq!(answered, AttemptOutcome { status: Some(503), failure: String::new(), latency_ms: 7, answer: "busy".to_owned() });
        let silent = Answer::none("no answer").outcome(Duration::from_secs(10));
        assert_eq!(silent, AttemptOutcome { status: None, failure: "no answer".to_owned(), latency_ms: 10_000, answer: String::new() });
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
