//! JSON as Meta transmits it: ASCII only, everything else as `\uXXXX`, and `/` as `\/`.
//!
//! The signature covers these bytes, so whoever parses and writes the body again before the check
//! finds out here.

use std::io::{self, Write};

use serde::Serialize;
use serde_json::Value;
use serde_json::ser::{Formatter, Serializer};

struct AsciiOnly;

impl Formatter for AsciiOnly {
    fn write_string_fragment<W: ?Sized + Write>(&mut self, writer: &mut W, fragment: &str) -> io::Result<()> {
        let mut plain = 0;
        for (at, character) in fragment.char_indices() {
            if character.is_ascii() && character != '/' {
                continue;
            }
            writer.write_all(&fragment.as_bytes()[plain..at])?;
            plain = at + character.len_utf8();
            if character == '/' {
                writer.write_all(b"\\/")?;
                continue;
            }
            for unit in character.encode_utf16(&mut [0; 2]) {
                write!(writer, "\\u{unit:04x}")?;
            }
        }
        writer.write_all(&fragment.as_bytes()[plain..])
    }
}

/// The bytes of a webhook call.
pub(super) fn to_ascii(value: &Value) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(1_024);
    let mut serializer = Serializer::with_formatter(&mut bytes, AsciiOnly);
    value.serialize(&mut serializer).expect("a JSON value always serialises into memory");
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn everything_but_ascii_is_escaped_and_reads_back_the_same() {
        let value = json!({"body": "café 😀 a/b \"q\" \n", "ключ": [1.5, null, "/"]});
        let bytes = to_ascii(&value);
        let text = String::from_utf8(bytes.clone()).expect("text");
        assert!(text.is_ascii());
        assert!(text.contains(r"caf\u00e9 \ud83d\ude00 a\/b \"));
        assert_eq!(serde_json::from_slice::<Value>(&bytes).expect("JSON"), value);
    }
}
