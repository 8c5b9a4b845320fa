//! Writing an instant, digit by digit: a page of 100 messages writes 200 of them.

use super::calendar::CivilDate;
use super::{Instant, MICROS_PER_SECOND};

pub(super) const MILLIS_LEN: usize = "2022-07-05T20:09:58.341Z".len();
pub(super) const MICROS_LEN: usize = "2024-04-30T14:03:25.063590+00:00".len();

const SECONDS_PER_DAY: i64 = 86_400;
/// 0000-01-01T00:00:00Z.
const FIRST_WRITABLE: i64 = -719_528 * SECONDS_PER_DAY * MICROS_PER_SECOND;
/// The last microsecond of 9999.
const LAST_WRITABLE: i64 = 2_932_897 * SECONDS_PER_DAY * MICROS_PER_SECOND - 1;

impl Instant {
    /// Appends what [`Instant::to_millis_text`] returns.
    pub fn write_millis(self, out: &mut String) {
        let mut buffer = *b"0000-00-00T00:00:00.000Z";
        let micros = self.fill_seconds(&mut buffer);
        fill_digits(&mut buffer[20..23], micros / 1_000);
        out.push_str(str::from_utf8(&buffer).expect("only ASCII was written"));
    }

    /// Appends what [`Instant::to_micros_text`] returns.
    pub fn write_micros(self, out: &mut String) {
        let mut buffer = *b"0000-00-00T00:00:00.000000+00:00";
        let micros = self.fill_seconds(&mut buffer);
        fill_digits(&mut buffer[20..26], micros);
        out.push_str(str::from_utf8(&buffer).expect("only ASCII was written"));
    }

    /// Fills the date and the time up to the seconds, and returns the microseconds of the second.
    fn fill_seconds(self, buffer: &mut [u8]) -> i64 {
        let micros = self.as_micros().clamp(FIRST_WRITABLE, LAST_WRITABLE);
        let seconds = micros.div_euclid(MICROS_PER_SECOND);
        let second_of_day = seconds.rem_euclid(SECONDS_PER_DAY);
        let date = CivilDate::from_days(seconds.div_euclid(SECONDS_PER_DAY));
        fill_digits(&mut buffer[0..4], date.year);
        fill_digits(&mut buffer[5..7], date.month);
        fill_digits(&mut buffer[8..10], date.day);
        fill_digits(&mut buffer[11..13], second_of_day / 3_600);
        fill_digits(&mut buffer[14..16], second_of_day / 60 % 60);
        fill_digits(&mut buffer[17..19], second_of_day % 60);
        micros.rem_euclid(MICROS_PER_SECOND)
    }
}

/// Writes `value`, which is not negative, in decimal with leading zeros.
fn fill_digits(target: &mut [u8], mut value: i64) {
    for digit in target.iter_mut().rev() {
        *digit = b'0' + (value % 10).to_le_bytes()[0];
        value /= 10;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_documented_samples_are_written_exactly() {
        let contact = Instant::from_micros(1_657_051_798_341_999);
        assert_eq!(contact.to_millis_text(), "2022-07-05T20:09:58.341Z");
        let message = Instant::from_micros(1_714_485_805_063_590);
        assert_eq!(message.to_micros_text(), "2024-04-30T14:03:25.063590+00:00");
    }

    #[test]
    fn writing_appends() {
        let mut out = String::from("\"");
        Instant::from_micros(0).write_millis(&mut out);
        out.push(' ');
        Instant::from_micros(-1).write_micros(&mut out);
        assert_eq!(out, "\"1970-01-01T00:00:00.000Z 1969-12-31T23:59:59.999999+00:00");
    }

    #[test]
    fn years_that_four_digits_cannot_hold_are_shown_as_the_nearest_that_they_can() {
        assert_eq!(Instant::from_micros(i64::MAX).to_millis_text(), "9999-12-31T23:59:59.999Z");
        assert_eq!(Instant::from_micros(i64::MAX).to_micros_text(), "9999-12-31T23:59:59.999999+00:00");
        assert_eq!(Instant::from_micros(i64::MIN).to_millis_text(), "0000-01-01T00:00:00.000Z");
        assert_eq!(Instant::from_micros(i64::MIN).to_micros_text(), "0000-01-01T00:00:00.000000+00:00");
    }

    proptest! {
        #[test]
        fn the_texts_are_those_of_an_independent_calendar(micros in FIRST_WRITABLE..=253_402_207_200_000_000) {
            let known = jiff::Timestamp::from_microsecond(micros).expect("within the range of jiff");
            let instant = Instant::from_micros(micros);
            prop_assert_eq!(instant.to_micros_text(), known.strftime("%Y-%m-%dT%H:%M:%S.%6f+00:00").to_string());
            prop_assert_eq!(instant.to_millis_text(), known.strftime("%Y-%m-%dT%H:%M:%S.%3fZ").to_string());
        }

        #[test]
        fn no_instant_panics_and_every_text_has_its_length(micros: i64) {
            let instant = Instant::from_micros(micros);
            prop_assert_eq!(instant.to_millis_text().len(), MILLIS_LEN);
            prop_assert_eq!(instant.to_micros_text().len(), MICROS_LEN);
        }
    }
}
