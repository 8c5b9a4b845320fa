//! The query of a request.
//!
//! Decoded as forms are (`+` is a space), but strictly: a value that is no percent-encoded UTF-8 is
//! kept as undecodable, and refused if it is one that the endpoint knows.

use super::edge::Notes;
use super::fields::{Fields, FromFields, Noted};
use super::prefer::is_strict;
use super::problem::Problem;
use axum::extract::FromRequestParts;
use http::request::Parts;

/// A query that was read and checked.
#[derive(Debug)]
pub(super) struct Query<T>(pub(super) T);

impl<S: Send + Sync, T: FromFields> FromRequestParts<S> for Query<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        let parameters = decode(parts.uri.query().unwrap_or_default());
        let (value, aliases) = Fields::of_query(parameters).into_value(is_strict(&parts.headers))?;
        Notes::of(&parts.extensions).aliases(aliases);
        Ok(Self(value))
    }
}

/// A request that has no use for a query: everything in it is unknown.
#[derive(Debug)]
pub(super) struct Nothing;

impl FromFields for Nothing {
    fn read(_: &mut Fields) -> Result<Self, Noted> {
        Ok(Self)
    }
}

/// The parameters in their order; `None` is a value that cannot be decoded. A parameter whose name
/// cannot be decoded is none that we know, and is kept under its raw name.
fn decode(query: &str) -> Vec<(String, Option<String>)> {
    let pairs = query.split('&').filter(|pair| !pair.is_empty());
    pairs
        .map(|pair| {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            (decode_text(name).unwrap_or_else(|| name.to_owned()), decode_text(value))
        })
        .collect()
}

fn decode_text(text: &str) -> Option<String> {
    let mut decoded = Vec::with_capacity(text.len());
    let mut bytes = text.bytes();
    while let Some(byte) = bytes.next() {
        decoded.push(match byte {
            b'+' => b' ',
            b'%' => hex_digit(bytes.next()?)? << 4 | hex_digit(bytes.next()?)?,
            other => other,
        });
    }
    String::from_utf8(decoded).ok()
}

fn hex_digit(byte: u8) -> Option<u8> {
    char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decoded(query: &str) -> Vec<(String, Option<String>)> {
        decode(query)
    }

    fn pair(name: &str, value: &str) -> (String, Option<String>) {
        (name.to_owned(), Some(value.to_owned()))
    }

    #[test]
    fn parameters_are_decoded_as_forms_are() {
        assert_eq!(decoded(""), []);
        assert_eq!(
            decoded("a=1&&b=x+y&c&d=%2B44%c3%A9=&="),
            [pair("a", "1"), pair("b", "x y"), pair("c", ""), pair("d", "+44é="), pair("", "")]
        );
    }

    #[test]
    fn what_cannot_be_decoded_is_not_guessed() {
        for value in ["%", "%2", "%zz", "%ff", "%c3", "%+1", "%ed%a0%80"] {
            assert_eq!(decoded(&format!("a={value}")), [("a".to_owned(), None)], "{value}");
        }
        assert_eq!(decoded("%ff=1"), [pair("%ff", "1")]);
    }
}
