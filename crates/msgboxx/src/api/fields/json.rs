//! A JSON text as a value, read more strictly than usual.
//!
//! Refused are: a member that stands twice in an object, since two readers of such a text disagree
//! about its meaning; NUL in a string, which PostgreSQL cannot store; lone surrogates, numbers that
//! no double holds, and more than 128 levels, which `serde_json` refuses by itself.

use serde::de::{self, Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};
use std::fmt;

/// A JSON value whose objects keep their order.
#[derive(Debug, Clone, PartialEq)]
pub enum Json {
    /// `null`.
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// Any number; its value if it can say how many.
    Number(Option<u64>),
    /// A string.
    Text(String),
    /// An array.
    List(Vec<Json>),
    /// An object.
    Object(Vec<(String, Json)>),
}

impl Json {
    /// What kind of value it is, for the sentence that refuses it.
    pub fn kind(&self) -> &'static str {
        match self {
            Json::Null => "null",
            Json::Bool(_) => "a boolean",
            Json::Number(_) => "a number",
            Json::Text(_) => "a string",
            Json::List(_) => "an array",
            Json::Object(_) => "an object",
        }
    }

    /// Reads a whole text; `Err` is a sentence for the client, without any of the text.
    pub fn parse(text: &str) -> Result<Json, String> {
        serde_json::from_str(text).map_err(|error| error.to_string())
    }
}

impl<'de> Deserialize<'de> for Json {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(JsonVisitor)
    }
}

struct JsonVisitor;

fn without_nul<E: de::Error>(text: String) -> Result<String, E> {
    if text.contains('\0') { Err(E::custom("a string contains the character U+0000")) } else { Ok(text) }
}

impl<'de> Visitor<'de> for JsonVisitor {
    type Value = Json;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("any JSON value")
    }

    fn visit_unit<E>(self) -> Result<Json, E> {
        Ok(Json::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Json, E> {
        Ok(Json::Bool(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Json, E> {
        Ok(Json::Number(value.try_into().ok()))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Json, E> {
        Ok(Json::Number(Some(value)))
    }

    fn visit_f64<E>(self, _: f64) -> Result<Json, E> {
        Ok(Json::Number(None))
    }

    fn visit_str<E: de::Error>(self, value: &str) -> Result<Json, E> {
        without_nul(value.to_owned()).map(Json::Text)
    }

    fn visit_string<E: de::Error>(self, value: String) -> Result<Json, E> {
        without_nul(value).map(Json::Text)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Json, A::Error> {
        let mut list = Vec::new();
        while let Some(item) = items.next_element()? {
            list.push(item);
        }
        Ok(Json::List(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Json, A::Error> {
        let mut object = Vec::new();
        while let Some((name, value)) = members.next_entry::<String, Json>()? {
            object.push((without_nul(name)?, value));
        }
        // Sorted, so that an object of a hundred thousand members costs no ten thousand million comparisons.
        let mut names: Vec<&str> = object.iter().map(|(name, _)| name.as_str()).collect();
        names.sort_unstable();
        if names.windows(2).any(|pair| pair[0] == pair[1]) {
            return Err(de::Error::custom("an object has the same member twice"));
        }
        Ok(Json::Object(object))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_of_value_is_read() {
        let json = Json::parse(r#"{"b":[null,true,-1,1e300,7,"é😀"],"a":{}}"#).expect("JSON");
        let list =
            vec![Json::Null, Json::Bool(true), Json::Number(None), Json::Number(None), Json::Number(Some(7)), Json::Text("é😀".to_owned())];
        assert_eq!(json, Json::Object(vec![("b".to_owned(), Json::List(list)), ("a".to_owned(), Json::Object(vec![]))]));
    }

    #[test]
    fn what_the_databases_or_other_readers_would_trip_over_is_refused() {
        for text in [
            "",
            "{",
            "{}{}",
            "{\"a\":1,\"a\":1}",
            "{\"a\":{\"b\":1,\"\\u0062\":1}}",
            "[\"\\u0000\"]",
            "{\"\\u0000\":1}",
            "[\"\\ud800\"]",
            "[\"\\udc00\\ud800\"]",
            "[1e400]",
            "[\"\u{1}\"]",
            "[1,]",
            "['a']",
            "[NaN]",
        ] {
            assert!(Json::parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn depth_is_limited() {
        assert!(Json::parse(&format!("{}{}", "[".repeat(100), "]".repeat(100))).is_ok());
        assert!(Json::parse(&"[".repeat(10_000)).is_err());
        assert!(Json::parse(&r#"{"a":"#.repeat(10_000)).is_err());
    }

    #[test]
    fn an_object_of_many_members_is_read_in_good_time() {
        let members: Vec<String> = (0..50_000).map(|n| format!("\"m{n}\":0")).collect();
        assert!(Json::parse(&format!("{{{}}}", members.join(","))).is_ok());
    }
}
