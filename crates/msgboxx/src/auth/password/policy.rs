//! Which passwords may be set: long enough, not among the first that everybody guesses.
//!
//! No rules about kinds of characters: they make people choose worse. Only setting a password is
//! checked, never signing in with one.

use std::collections::HashSet;
use std::sync::LazyLock;

const FEWEST_CHARACTERS: usize = 8;
const MOST_BYTES: usize = 1024;

/// The most used passwords of at least eight characters in published leaks, lower case, one a line
/// (after the frequency list of zxcvbn, MIT licence).
const COMMON: &str = include_str!("common.txt");

/// Why a password may not be set.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum WeakPassword {
    /// It has fewer characters than it must have.
    #[error("is too short: at least {FEWEST_CHARACTERS} characters are needed")]
    TooShort,
    /// It is longer than anything sensible.
    #[error("is too long: at most {MOST_BYTES} bytes are allowed")]
    TooLong,
    /// It is one of the passwords that are tried first.
    #[error("is one of the most used passwords and would be guessed at once")]
    Common,
    /// It is the user's own address or name in it.
    #[error("is the e-mail address, or the name in it")]
    OwnAddress,
    /// It repeats one character.
    #[error("repeats one character")]
    OneCharacter,
}

/// Whether this user may have this password.
///
/// # Errors
/// Says why not.
pub fn check(password: &str, email: &str) -> Result<(), WeakPassword> {
    static COMMON_SET: LazyLock<HashSet<&str>> = LazyLock::new(|| COMMON.lines().collect());
    let mut characters = password.chars();
    let first = characters.next();
    if password.chars().count() < FEWEST_CHARACTERS {
        return Err(WeakPassword::TooShort);
    }
    if password.len() > MOST_BYTES {
        return Err(WeakPassword::TooLong);
    }
    if characters.all(|character| Some(character) == first) {
        return Err(WeakPassword::OneCharacter);
    }
    let (folded, email) = (password.to_lowercase(), email.to_lowercase());
    if folded == email || Some(folded.as_str()) == email.split('@').next() {
        return Err(WeakPassword::OwnAddress);
    }
    if COMMON_SET.contains(folded.as_str()) { Err(WeakPassword::Common) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_passphrase_may_be_set() {
        for good in ["MySuperSecurePassw0rd!", "horse staple", "ünïcödé!", &"long ".repeat(40)] {
            assert_eq!(check(good, "john@example.com"), Ok(()), "{good}");
        }
    }

    #[test]
    fn what_is_guessed_first_may_not_be_set() {
        for (bad, why) in [
            ("", WeakPassword::TooShort),
            ("1234567", WeakPassword::TooShort),
            ("ééééééé", WeakPassword::TooShort),
            ("password", WeakPassword::Common),
            ("PassWord1", WeakPassword::Common),
            ("12345678", WeakPassword::Common),
            ("qwertyuiop", WeakPassword::Common),
            ("xxxxxxxxxxxx", WeakPassword::OneCharacter),
            ("John.Smith@example.com", WeakPassword::OwnAddress),
            ("JOHN.SMITH", WeakPassword::OwnAddress),
            (&"long ".repeat(300), WeakPassword::TooLong),
        ] {
            assert_eq!(check(bad, "john.smith@example.com"), Err(why), "{bad}");
        }
    }

    #[test]
    fn the_list_holds_only_what_length_alone_would_allow() {
        assert!(COMMON.lines().count() > 1000);
        assert!(COMMON.lines().all(|word| word.chars().count() >= FEWEST_CHARACTERS && word == word.to_lowercase()));
    }
}
