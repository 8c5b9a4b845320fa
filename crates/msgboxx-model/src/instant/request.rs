//! Reading an instant from a request.
//!
//! Wider than RFC 3339 in four documented ways: a space for `T`, no offset (UTC), a date alone
//! (midnight UTC), and a space where form-decoding ate the `+` of the offset. Nothing else: a date
//! that is half understood would filter other records than the client meant.

use super::calendar::CivilDate;
use super::{Instant, MICROS_PER_SECOND};

/// The text is neither an RFC 3339 instant nor a date.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("must be an instant such as 2022-07-05T20:09:58.341Z, or a date such as 2022-07-05")]
pub struct InstantError;

impl Instant {
    /// Reads `fromDate` and `toDate`: RFC 3339 with up to nine fractional digits, and what the
    /// module's documentation lists.
    ///
    /// Digits below a microsecond round **up**: stored instants are whole microseconds, so that
    /// "from" and "before" the result select exactly the records that the exact value would.
    pub fn parse_request(text: &str) -> Result<Self, InstantError> {
        parse(&mut Cursor { rest: text.as_bytes() }).map(Self).ok_or(InstantError)
    }
}

fn parse(text: &mut Cursor<'_>) -> Option<i64> {
    let date = parse_date(text)?;
    let midnight = date.to_days() * 86_400;
    if text.is_at_end() {
        return Some(midnight * MICROS_PER_SECOND);
    }
    text.one_of(b"Tt ")?;
    let hour = text.number(2, 23)?;
    text.one_of(b":")?;
    let minute = text.number(2, 59)?;
    text.one_of(b":")?;
    let second = text.number(2, 60)?;
    let micros = if text.one_of(b".").is_some() { text.fraction()? } else { 0 };
    let offset = parse_offset(text)?;
    let seconds = midnight + hour * 3_600 + minute * 60 + second - offset;
    if second == 60 && !can_follow_a_leap_second(seconds) {
        return None;
    }
    text.is_at_end().then_some(seconds * MICROS_PER_SECOND + micros)
}

fn parse_date(text: &mut Cursor<'_>) -> Option<CivilDate> {
    let year = text.number(4, 9999)?;
    text.one_of(b"-")?;
    let month = text.number(2, 12)?;
    text.one_of(b"-")?;
    let day = text.number(2, 31)?;
    Some(CivilDate { year, month, day }).filter(|date| date.is_valid())
}

/// Seconds east of UTC.
fn parse_offset(text: &mut Cursor<'_>) -> Option<i64> {
    if text.is_at_end() || text.one_of(b"Zz").is_some() {
        return Some(0);
    }
    let sign = if text.one_of(b"+- ")? == b'-' { -1 } else { 1 };
    let hours = text.number(2, 23)?;
    text.one_of(b":")?;
    let minutes = text.number(2, 59)?;
    Some(sign * (hours * 3_600 + minutes * 60))
}

/// Leap seconds are the last second of a month in UTC (RFC 3339, 5.7); Unix time counts them as the
/// first second of the next.
fn can_follow_a_leap_second(seconds: i64) -> bool {
    seconds.rem_euclid(86_400) == 0 && CivilDate::from_days(seconds.div_euclid(86_400)).day == 1
}

struct Cursor<'a> {
    rest: &'a [u8],
}

impl Cursor<'_> {
    fn is_at_end(&self) -> bool {
        self.rest.is_empty()
    }

    /// Takes the next byte if it is one of `allowed`.
    fn one_of(&mut self, allowed: &[u8]) -> Option<u8> {
        let (&first, rest) = self.rest.split_first()?;
        allowed.contains(&first).then(|| self.rest = rest)?;
        Some(first)
    }

    fn digit(&mut self) -> Option<i64> {
        self.one_of(b"0123456789").map(|digit| i64::from(digit - b'0'))
    }

    /// Takes a number of exactly `digits` digits that is at most `max`.
    fn number(&mut self, digits: usize, max: i64) -> Option<i64> {
        let mut value = 0;
        for _ in 0..digits {
            value = value * 10 + self.digit()?;
        }
        (value <= max).then_some(value)
    }

    /// Takes one to nine digits after the decimal point, as microseconds rounded up.
    fn fraction(&mut self) -> Option<i64> {
        let mut nanos = self.digit()? * 100_000_000;
        let mut unit = 10_000_000;
        while let Some(digit) = self.digit() {
            if unit == 0 {
                return None;
            }
            nanos += digit * unit;
            unit /= 10;
        }
        Some((nanos + 999) / 1_000)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn micros(text: &str) -> Option<i64> {
        Instant::parse_request(text).ok().map(Instant::as_micros)
    }

    const SAMPLE: i64 = 1_657_051_798_341_000;

    #[test]
    fn every_documented_spelling_is_the_same_instant() {
        for text in [
            "2022-07-05T20:09:58.341Z",
            "2022-07-05t20:09:58.341z",
            "2022-07-05 20:09:58.341Z",
            "2022-07-05T20:09:58.341",
            "2022-07-05 20:09:58.341",
            "2022-07-05T20:09:58.341+00:00",
            "2022-07-05T20:09:58.341-00:00",
            "2022-07-05T20:09:58.341 00:00",
            "2022-07-05 20:09:58.341 00:00",
            "2022-07-05T22:09:58.341 02:00",
            "2022-07-06T01:39:58.341+05:30",
            "2022-07-05T15:09:58.341000-05:00",
            "2022-07-05T20:09:58.341000000Z",
        ] {
            assert_eq!(micros(text), Some(SAMPLE), "{text}");
        }
    }

    #[test]
    fn none_to_nine_fractional_digits_are_read_and_the_rest_of_a_microsecond_rounds_up() {
        let whole = 1_657_051_798_000_000;
        for (fraction, expected) in
            [("", 0), (".3", 300_000), (".06359", 63_590), (".000001", 1), (".0000001", 1), (".999999999", 1_000_000)]
        {
            assert_eq!(micros(&format!("2022-07-05T20:09:58{fraction}Z")), Some(whole + expected), "{fraction}");
        }
    }

    #[test]
    fn a_date_alone_is_midnight_utc() {
        assert_eq!(micros("2022-07-05"), Some(1_656_979_200_000_000));
        assert_eq!(micros("1970-01-01"), Some(0));
        assert_eq!(micros("0000-01-01T00:00:00+23:59"), Some(-62_167_305_540_000_000));
    }

    #[test]
    fn a_leap_second_is_read_only_where_one_can_be() {
        assert_eq!(micros("2016-12-31T23:59:60Z"), micros("2017-01-01T00:00:00Z"));
        assert_eq!(micros("2016-12-31T15:59:60-08:00"), micros("2017-01-01"));
        assert_eq!(micros("2016-12-30T23:59:60Z"), None);
        assert_eq!(micros("2016-12-31T12:00:60Z"), None);
    }

    #[test]
    fn anything_else_is_refused() {
        for text in [
            "",
            " ",
            "now",
            "1657051798",
            "2022",
            "2022-07",
            "2022-7-5",
            "20220705",
            "2022-07-05T",
            "2022-07-05Z",
            "2022-07-05T20",
            "2022-07-05T20:09",
            "2022-07-05T20:09Z",
            "2022-07-05T20:09:58.Z",
            "2022-07-05T20:09:58,341Z",
            "2022-07-05T20:09:58.1234567890Z",
            "2022-07-05T20:09:58ZZ",
            "2022-07-05T20:09:58 Z",
            "2022-07-05T20:09:58 ",
            " 2022-07-05",
            "2022-07-05 ",
            "2022-07-05T20:09:58+0000",
            "2022-07-05T20:09:58+00",
            "2022-07-05T20:09:58+24:00",
            "2022-07-05T20:09:58+00:60",
            "2022-07-05T20:09:58  00:00",
            "2022-07-05T24:00:00Z",
            "2022-07-05T20:60:00Z",
            "2022-07-05T20:09:61Z",
            "2022-02-29",
            "2022-13-01",
            "2022-00-10",
            "2022-01-32",
            "2022-01-00",
            "-2022-01-01",
            "+2022-01-01",
            "12022-01-01",
            "2022-07-05T20:09:58Z[UTC]",
            "2022‐07‐05",
            "２０２２-07-05",
            "2022-07-05T20:09:58\u{2212}01:00",
            "2022-07-05\u{a0}20:09:58",
        ] {
            assert_eq!(micros(text), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn what_is_emitted_is_read_back(micros in -62_167_219_200_000_000_i64..253_402_300_800_000_000) {
            let instant = Instant::from_micros(micros);
            prop_assert_eq!(Instant::parse_request(&instant.to_micros_text()), Ok(instant));
            prop_assert_eq!(Instant::parse_request(&instant.to_micros_text().replace('+', " ")), Ok(instant));
            let millis = Instant::from_micros(micros.div_euclid(1_000) * 1_000);
            prop_assert_eq!(Instant::parse_request(&instant.to_millis_text()), Ok(millis));
        }

        #[test]
        fn no_text_panics(text in "[0-9TZ:+. \\-é]{0,40}", other in ".*") {
            let _ = (Instant::parse_request(&text), Instant::parse_request(&other));
        }
    }
}
