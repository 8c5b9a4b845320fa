//! Telephone numbers in E.164 form.
//!
//! Only the shape is checked: the published samples contain numbers that no numbering plan has, and
//! they must be accepted. Numbers are personal, so [`std::fmt::Debug`] shows the last four digits
//! only; [`std::fmt::Display`] shows all and is for answers, not for logs.

use std::fmt;

const MIN_DIGITS: usize = 8;
const MAX_DIGITS: usize = 15;

/// A telephone number: `+`, then 8 to 15 digits, the first of them not zero.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct MobileNumber(String);

/// Why a text is not a telephone number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum MobileNumberError {
    /// It contains something other than digits, separators and a leading `+`.
    #[error("may contain only digits, a leading +, spaces, hyphens, dots and parentheses")]
    UnexpectedCharacter,
    /// It lacks the country code: no country's begins with zero.
    #[error("must begin with a country code, not with 0")]
    LeadingZero,
    /// It has too few or too many digits.
    #[error("must have 8 to 15 digits")]
    Length,
}

impl MobileNumber {
    /// Reads what people and programs write: with or without `+` or a leading `00`, with spaces,
    /// hyphens, dots and parentheses. A leading space, which is what form-decoding makes of `+`, is
    /// a separator like any other.
    pub fn parse(text: &str) -> Result<Self, MobileNumberError> {
        let mut number = String::with_capacity(MAX_DIGITS + 1);
        let mut has_plus = false;
        for character in text.chars() {
            match character {
                '0'..='9' if number.len() > MAX_DIGITS + 2 => return Err(MobileNumberError::Length),
                '0'..='9' => number.push(character),
                ' ' | '-' | '.' | '(' | ')' => {}
                '+' if number.is_empty() && !has_plus => has_plus = true,
                _ => return Err(MobileNumberError::UnexpectedCharacter),
            }
        }
        if !has_plus && number.starts_with("00") {
            number.drain(..2);
        }
        if number.starts_with('0') {
            return Err(MobileNumberError::LeadingZero);
        }
        if !(MIN_DIGITS..=MAX_DIGITS).contains(&number.len()) {
            return Err(MobileNumberError::Length);
        }
        number.insert(0, '+');
        Ok(Self(number))
    }

    /// The other spelling of the same telephone, in the countries whose mobile numbers have two: Brazil with and without the 9
    /// after the area code, Mexico with and without 1 and Argentina with and without 9 after the country code. WhatsApp and
    /// people use either.
    #[must_use]
    pub fn other_spelling(&self) -> Option<Self> {
        let other = match self.digits().split_at_checked(2)? {
            ("52", national) => with_or_without(national, 0, '1', |_| true),
            ("54", national) => with_or_without(national, 0, '9', |_| true),
            // Lines that begin with 2 to 5 are in houses, and those never got the 9.
            ("55", national) => with_or_without(national, 2, '9', |line| line.starts_with(['6', '7', '8', '9'])),
            _ => None,
        };
        let country = self.digits().get(..2)?;
        other.map(|national| Self(format!("+{country}{national}")))
    }

    /// Trusts a number that [`MobileNumber::as_str`] once returned.
    pub fn from_stored(number: String) -> Self {
        Self(number)
    }

    /// With its `+`.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Without the `+`, as WhatsApp writes it.
    pub fn digits(&self) -> &str {
        self.0.strip_prefix('+').unwrap_or(&self.0)
    }
}

/// A national number of ten digits, and the same with a mark after its area code.
fn with_or_without(national: &str, area: usize, mark: char, is_mobile: impl Fn(&str) -> bool) -> Option<String> {
    let (area, line) = national.split_at_checked(area)?;
    match national.len() {
        10 if is_mobile(line) => Some(format!("{area}{mark}{line}")),
        11 => line.strip_prefix(mark).filter(|line| is_mobile(line)).map(|line| format!("{area}{line}")),
        _ => None,
    }
}

impl fmt::Display for MobileNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for MobileNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let hidden = self.0.chars().count().saturating_sub(4);
        let shown: String = self.0.chars().skip(hidden).collect();
        write!(f, "MobileNumber(…{shown})")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn parsed(text: &str) -> Result<String, MobileNumberError> {
        MobileNumber::parse(text).map(|number| number.as_str().to_owned())
    }

    #[test]
    fn every_documented_spelling_is_the_same_number() {
        for text in [
            "+447902111123",
            "447902111123",
            "00447902111123",
            " 447902111123",
            "+44 7902 111123",
            "+44 (7902) 111-123",
            "(+44) 7902.111.123",
            "00 44 7902 111 123 ",
        ] {
            assert_eq!(parsed(text).as_deref(), Ok("+447902111123"), "{text}");
        }
    }

    #[test]
    fn the_documented_sample_that_no_numbering_plan_has_is_accepted() {
        assert_eq!(parsed("+4479051337665").as_deref(), Ok("+4479051337665"));
    }

    #[test]
    fn eight_to_fifteen_digits_are_accepted_and_no_others() {
        assert_eq!(parsed("+1234567"), Err(MobileNumberError::Length));
        assert!(parsed("+12345678").is_ok());
        assert!(parsed("+123456789012345").is_ok());
        assert!(parsed("00123456789012345").is_ok());
        assert_eq!(parsed("+1234567890123456"), Err(MobileNumberError::Length));
        assert_eq!(parsed(&"1".repeat(1_000_000)), Err(MobileNumberError::Length));
        for empty in ["", "+", " ", "00", "()"] {
            assert_eq!(parsed(empty), Err(MobileNumberError::Length), "{empty:?}");
        }
    }

    #[test]
    fn a_number_without_a_country_code_is_refused() {
        for text in ["07902111123", "+07902111123", "+00447902111123", "0000447902111123"] {
            assert_eq!(parsed(text), Err(MobileNumberError::LeadingZero), "{text}");
        }
    }

    #[test]
    fn other_characters_are_refused() {
        for text in [
            "+44790211112a",
            "44+7902111123",
            "++447902111123",
            "+44/7902111123",
            "tel:+447902111123",
            "+４４7902111123",
            "+447902\u{0}111123",
            "+447902111123\n",
        ] {
            assert_eq!(parsed(text), Err(MobileNumberError::UnexpectedCharacter), "{text:?}");
        }
    }

    #[test]
    fn debugging_output_hides_all_but_four_digits() {
        let number = MobileNumber::from_stored("+447902111123".to_owned());
        assert_eq!(format!("{number:?}"), "MobileNumber(…1123)");
        assert_eq!(number.to_string(), "+447902111123");
        assert_eq!(number.digits(), "447902111123");
        assert_eq!(format!("{:?}", MobileNumber::from_stored("é".to_owned())), "MobileNumber(…é)");
    }

    #[test]
    fn the_countries_with_two_spellings_of_a_number_and_only_those() {
        for (short, long) in [
            ("+551187654321", "+5511987654321"),
            ("+552160000000", "+5521960000000"),
            ("+525512345678", "+5215512345678"),
            ("+521112345678", "+5211112345678"),
            ("+541123456789", "+5491123456789"),
            ("+543512345678", "+5493512345678"),
        ] {
            let number = |text: &str| MobileNumber::parse(text).expect("a number");
            assert_eq!(number(short).other_spelling(), Some(number(long)), "{short}");
            assert_eq!(number(long).other_spelling(), Some(number(short)), "{long}");
        }
        for alone in [
            "+551133334444",
            "+5511933334444",
            "+55119876543",
            "+55119876543210",
            "+5215512345",
            "+447902111123",
            "+15551234567",
            "+5311987654321",
            "+5511887654321",
        ] {
            assert_eq!(MobileNumber::parse(alone).expect("a number").other_spelling(), None, "{alone}");
        }
        assert_eq!(MobileNumber::from_stored("é".to_owned()).other_spelling(), None);
    }

    proptest! {
        #[test]
        fn the_other_spelling_of_the_other_spelling_is_the_number(country in "5[2-5]", rest in "[0-9]{8,13}") {
            let number = MobileNumber::parse(&format!("{country}{rest}")).expect("a number");
            if let Some(other) = number.other_spelling() {
                prop_assert_eq!(other.other_spelling(), Some(number));
            }
        }

        #[test]
        fn what_was_parsed_parses_to_itself(text in "([ +]| ?00)?[1-9]([ .()-]?[0-9]){7,14}") {
            let number = MobileNumber::parse(&text).expect("within the documented forms");
            prop_assert_eq!(MobileNumber::parse(number.as_str()), Ok(number.clone()));
            prop_assert_eq!(MobileNumber::parse(number.digits()), Ok(number));
        }

        #[test]
        fn no_text_panics(text in ".*") {
            let _ = MobileNumber::parse(&text);
        }
    }
}
