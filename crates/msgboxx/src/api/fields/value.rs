//! Readers of single values: what each kind of text may look like.
//!
//! A reader returns the sentence that tells the client what would have been right.

use msgboxx_model::{Instant, MobileNumber, text_enum::UnknownValue};
use std::borrow::Cow;
use std::str::FromStr;
use uuid::Uuid;

/// Why a value was refused: completes `<member> …`.
pub type Reason = Cow<'static, str>;

/// A hyphenated UUID in any case and of any version.
pub fn uuid(text: &str) -> Option<Uuid> {
    // `Uuid` also reads braces, URNs and 32 bare digits, which the API never had.
    (text.len() == 36).then(|| Uuid::try_parse(text).ok()).flatten()
}

/// An identifier.
pub fn id<T: From<Uuid>>(text: &str) -> Result<T, Reason> {
    uuid(text).map(T::from).ok_or(Cow::Borrowed("must be a UUID"))
}

/// A telephone number.
pub fn mobile_number(text: &str) -> Result<MobileNumber, Reason> {
    MobileNumber::parse(text).map_err(|error| error.to_string().into())
}

/// An instant or a date.
pub fn instant(text: &str) -> Result<Instant, Reason> {
    Instant::parse_request(text).map_err(|error| error.to_string().into())
}

/// One of the values of an enumeration, in any case.
pub fn one_of<T: FromStr<Err = UnknownValue>>(text: &str) -> Result<T, Reason> {
    text.parse().map_err(|error: UnknownValue| error.to_string().into())
}

/// A text of at most `longest` characters, without the white space around it.
pub fn text(longest: usize) -> impl Fn(&str) -> Result<String, Reason> {
    move |text| {
        let text = text.trim();
        if text.contains('\0') {
            Err(Cow::Borrowed("must not contain the character U+0000"))
        } else if text.chars().count() > longest {
            Err(format!("must have at most {longest} characters").into())
        } else {
            Ok(text.to_owned())
        }
    }
}

/// A text that may be shown to people: of 1 to `longest` characters after trimming.
pub fn words(longest: usize) -> impl Fn(&str) -> Result<String, Reason> {
    move |words| {
        let words = text(longest)(words)?;
        if words.is_empty() { Err(format!("must have 1 to {longest} characters besides white space").into()) } else { Ok(words) }
    }
}

/// A whole number from 1; a number too large for us is the largest that we have.
pub fn counting_number(text: &str) -> Result<u64, Reason> {
    let is_number = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let number = if is_number { text.parse().unwrap_or(u64::MAX) } else { 0 };
    if number == 0 { Err(Cow::Borrowed("must be a whole number from 1")) } else { Ok(number) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use msgboxx_model::{ContactStatus, Folder};

    #[test]
    fn an_id_is_a_hyphenated_uuid_of_any_case_and_version() {
        for text in ["3fa85f64-5717-4562-b3fc-2c963f66afa6", "17B5C90A-7465-1097-B2DB-66AFA62C963F", "00000000-0000-0000-0000-000000000000"]
        {
            assert_eq!(id::<Uuid>(text).expect("a UUID").to_string(), text.to_lowercase());
        }
        for text in [
            "",
            "3fa85f6457174562b3fc2c963f66afa6",
            "{3fa85f64-5717-4562-b3fc-2c963f66afa6}",
            "urn:uuid:3fa85f64-5717-4562-b3fc-2c963f66afa6",
            "3fa85f64-5717-4562-b3fc-2c963f66afa6 ",
            "3fa85f64-5717-4562-b3fc-2c963f66afag",
            "3fa85f64-57174562-b3fc-2c963f66-afa6",
            "'; drop table contacts; --",
        ] {
            assert!(id::<Uuid>(text).is_err(), "{text}");
        }
    }

    #[test]
    fn an_enumeration_is_read_in_any_case() {
        assert_eq!(one_of("presubscribed"), Ok(ContactStatus::Presubscribed));
        assert_eq!(one_of("ARCHIVE"), Ok(Folder::Archive));
        assert_eq!(one_of::<Folder>("bin").map_err(Cow::into_owned), Err("must be one of inbox, archive, spam".to_owned()));
    }

    #[test]
    fn words_are_counted_in_characters_after_trimming() {
        assert_eq!(words(3)(" äöü\n"), Ok("äöü".to_owned()));
        assert!(words(3)("abcd").is_err());
        assert!(words(3)(" \t").is_err());
        assert_eq!(text(3)(" "), Ok(String::new()));
        assert!(text(3)("\0").is_err());
    }

    #[test]
    fn a_page_number_beyond_all_numbers_is_still_a_number() {
        assert_eq!(counting_number("007"), Ok(7));
        assert_eq!(counting_number("99999999999999999999999"), Ok(u64::MAX));
        for text in ["", "0", "-1", "+1", " 1", "1.0", "1e3", "one", "١"] {
            assert!(counting_number(text).is_err(), "{text}");
        }
    }
}
