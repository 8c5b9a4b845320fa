//! The signature under each webhook: `X-Hub-Signature-256`.
//!
//! It covers the bytes exactly as they were transmitted. Parsing the body and writing it again
//! changes the escapes and breaks the check, so verify before anything else touches the body.

use aws_lc_rs::hmac;

/// The name of the header that carries the signature.
pub const HEADER: &str = "X-Hub-Signature-256";

const PREFIX: &str = "sha256=";

/// The header's value for this body: `sha256=` and the HMAC-SHA256 in lower-case hexadecimal.
pub fn sign(app_secret: &str, body: &[u8]) -> String {
    let tag = hmac::sign(&key(app_secret), body);
    let mut header = String::with_capacity(PREFIX.len() + 64);
    header.push_str(PREFIX);
    for byte in tag.as_ref() {
        header.push(hex_digit(byte >> 4));
        header.push(hex_digit(byte & 0x0f));
    }
    header
}

/// Does the header's value sign this body with this app secret?
///
/// The comparison takes the same time wherever the two differ.
pub fn verify(header: &str, app_secret: &str, body: &[u8]) -> bool {
    decode(header).is_some_and(|tag| hmac::verify(&key(app_secret), body, &tag).is_ok())
}

fn key(app_secret: &str) -> hmac::Key {
    hmac::Key::new(hmac::HMAC_SHA256, app_secret.as_bytes())
}

fn hex_digit(nibble: u8) -> char {
    char::from_digit(u32::from(nibble), 16).expect("a nibble is below 16")
}

fn decode(header: &str) -> Option<[u8; 32]> {
    let hex = header.trim().strip_prefix(PREFIX)?.as_bytes();
    let mut tag = [0; 32];
    if hex.len() != 64 {
        return None;
    }
    for (byte, pair) in tag.iter_mut().zip(hex.chunks_exact(2)) {
        *byte = nibble(pair[0])? << 4 | nibble(pair[1])?;
    }
    Some(tag)
}

fn nibble(digit: u8) -> Option<u8> {
    u8::try_from(char::from(digit).to_digit(16)?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_signature_is_the_known_hmac() {
        // RFC 4231, test case 2.
        assert_eq!(
            sign("Jefe", b"what do ya want for nothing?"),
            "sha256=5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
        );
    }

    #[test]
    fn what_was_signed_verifies() {
        let body = r#"{"text":"caf\u00e9 \/"}"#.as_bytes();
        assert!(verify(&sign("secret", body), "secret", body));
    }

    #[test]
    fn any_flipped_byte_of_the_signature_fails() {
        let header = sign("secret", b"body");
        for at in PREFIX.len()..header.len() {
            let mut forged = header.clone().into_bytes();
            forged[at] = if forged[at] == b'0' { b'1' } else { b'0' };
            let forged = String::from_utf8(forged).expect("hexadecimal");
            assert!(!verify(&forged, "secret", b"body"), "position {at}");
        }
    }

    #[test]
    fn another_body_another_secret_or_a_malformed_header_fails() {
        let header = sign("secret", b"body");
        assert!(!verify(&header, "secret", b"Body"));
        assert!(!verify(&header, "other", b"body"));
        for malformed in ["", "sha256=", "sha1=00", "sha256=zz", &header[..70], &format!("{header}0")] {
            assert!(!verify(malformed, "secret", b"body"), "{malformed}");
        }
    }
}
