//! What the words of a message may be.

/// The most characters that WhatsApp takes in a text message.
pub const MAX_BODY_CHARACTERS: usize = 4096;

/// Why words cannot be a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BodyError {
    /// Nothing but white space.
    #[error("must not be empty")]
    Empty,
    /// Too many characters after trimming.
    #[error("must have at most {MAX_BODY_CHARACTERS} characters")]
    TooLong,
    /// The character U+0000, which `PostgreSQL` cannot store.
    #[error("must not contain the character U+0000")]
    Nul,
}

/// The words without outer white space, if they can be a message: 1 to 4096 characters (not bytes).
pub fn checked_body(text: &str) -> Result<String, BodyError> {
    let body = text.trim();
    if body.is_empty() {
        Err(BodyError::Empty)
    } else if body.chars().nth(MAX_BODY_CHARACTERS).is_some() {
        Err(BodyError::TooLong)
    } else if body.contains('\0') {
        Err(BodyError::Nul)
    } else {
        Ok(body.to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn outer_white_space_goes_and_inner_stays() {
        assert_eq!(checked_body("\n\u{a0} Hi,\r\n  John \t").as_deref(), Ok("Hi,\r\n  John"));
    }

    #[test]
    fn a_message_has_one_to_4096_characters_after_trimming() {
        let longest = "é".repeat(4096);
        assert_eq!(checked_body(&format!("  {longest}  ")), Ok(longest.clone()));
        assert_eq!(checked_body(&format!("{longest}é")), Err(BodyError::TooLong));
        assert_eq!(checked_body("x").as_deref(), Ok("x"));
        for empty in ["", " ", "\r\n\t\u{3000}"] {
            assert_eq!(checked_body(empty), Err(BodyError::Empty), "{empty:?}");
        }
    }

    #[test]
    fn words_that_cannot_be_stored_are_refused() {
        assert_eq!(checked_body("a\0b"), Err(BodyError::Nul));
        assert_eq!(checked_body("\0"), Err(BodyError::Nul));
    }
}
