//! Credentials that are made up: for accounts on the simulator, and for people without any.

use crate::secrets::{Secret, random};
use std::fmt::Write;

/// Letters and digits that nobody confuses.
const READABLE: &[u8; 32] = b"abcdefghijkmnpqrstuvwxyz23456789";

/// Fifteen digits like WhatsApp's ids, beginning with `prefix`.
pub(super) fn numeric_id(prefix: &str) -> String {
    let mut id = prefix.to_owned();
    for byte in random::<15>().iter().take(15_usize.saturating_sub(prefix.len())) {
        id.push(char::from(b'0' + byte % 10));
    }
    id
}

/// A token of 32 hexadecimal digits behind a prefix.
pub(super) fn token(prefix: &str) -> Secret {
    let digits = random::<16>().iter().fold(prefix.to_owned(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    });
    Secret::new(digits)
}

/// A password of 100 random bits that can be read out: `k7xq-…`.
pub(super) fn password() -> Secret {
    let letters: Vec<String> =
        random::<20>().chunks(5).map(|group| group.iter().map(|byte| char::from(READABLE[usize::from(byte % 32)])).collect()).collect();
    Secret::new(letters.join("-"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_look_like_whatsapps() {
        let id = numeric_id("1000");
        assert!(id.len() == 15 && id.starts_with("1000") && id.bytes().all(|byte| byte.is_ascii_digit()), "{id}");
        assert_ne!(id, numeric_id("1000"));
    }

    #[test]
    fn a_made_up_password_satisfies_our_own_rules() {
        let password = password();
        assert_eq!(password.expose().len(), 23);
        assert_eq!(crate::auth::password::policy::check(password.expose(), "admin@localhost"), Ok(()));
    }
}
