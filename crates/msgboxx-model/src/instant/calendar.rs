//! Days since 1970-01-01 to and from the proleptic Gregorian calendar.
//!
//! The algorithms are those of Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms": years
//! start in March, so that the leap day comes last, and 400 years are one era of 146,097 days.

const DAYS_PER_ERA: i64 = 146_097;
const DAYS_FROM_MARCH_OF_YEAR_0_TO_1970: i64 = 719_468;

/// A day of the calendar: year, month 1–12, day 1–31.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct CivilDate {
    pub(super) year: i64,
    pub(super) month: i64,
    pub(super) day: i64,
}

impl CivilDate {
    /// The day that is `days` after 1970-01-01.
    pub(super) fn from_days(days: i64) -> Self {
        let shifted = days + DAYS_FROM_MARCH_OF_YEAR_0_TO_1970;
        let era = shifted.div_euclid(DAYS_PER_ERA);
        let day_of_era = shifted.rem_euclid(DAYS_PER_ERA);
        let year_of_era = (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
        let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        let month_from_march = (5 * day_of_year + 2) / 153;
        let day = day_of_year - (153 * month_from_march + 2) / 5 + 1;
        let month = if month_from_march < 10 { month_from_march + 3 } else { month_from_march - 9 };
        let year = era * 400 + year_of_era + i64::from(month <= 2);
        Self { year, month, day }
    }

    /// Days since 1970-01-01.
    pub(super) fn to_days(self) -> i64 {
        let year = self.year - i64::from(self.month <= 2);
        let era = year.div_euclid(400);
        let year_of_era = year.rem_euclid(400);
        let month_from_march = (self.month + 9) % 12;
        let day_of_year = (153 * month_from_march + 2) / 5 + self.day - 1;
        let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
        era * DAYS_PER_ERA + day_of_era - DAYS_FROM_MARCH_OF_YEAR_0_TO_1970
    }

    /// Whether the calendar has this day.
    pub(super) fn is_valid(self) -> bool {
        (1..=12).contains(&self.month) && self.day >= 1 && Self::from_days(self.to_days()) == self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_day_of_the_years_0000_to_9999_survives_the_round_trip() {
        let first = CivilDate { year: 0, month: 1, day: 1 }.to_days();
        let last = CivilDate { year: 9999, month: 12, day: 31 }.to_days();
        assert_eq!((first, last), (-719_528, 2_932_896));
        for days in first..=last {
            let date = CivilDate::from_days(days);
            assert_eq!(date.to_days(), days);
            assert!(date.is_valid(), "{date:?}");
        }
    }

    #[test]
    fn days_that_the_calendar_lacks_are_not_valid() {
        for (year, month, day) in [(2023, 2, 29), (1900, 2, 29), (2024, 2, 30), (2024, 4, 31), (2024, 0, 1), (2024, 13, 1), (2024, 1, 0)] {
            assert!(!CivilDate { year, month, day }.is_valid(), "{year}-{month}-{day}");
        }
        assert!(CivilDate { year: 2000, month: 2, day: 29 }.is_valid());
    }
}
