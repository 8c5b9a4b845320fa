//! Lenient readers of JSON members: WhatsApp sends ids as strings here and as numbers there.
//!
//! A member of an unexpected type reads as absent; nothing in this file fails.

use serde_json::{Map, Value};

pub(crate) type Object = Map<String, Value>;

/// The member as text: a string as it stands, a number or boolean written out.
pub(crate) fn text(object: &Object, name: &str) -> Option<String> {
    match object.get(name)? {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(flag) => Some(flag.to_string()),
        _ => None,
    }
}

/// The member as an identifier: like [`text`], but an empty one counts as absent.
pub(crate) fn id(object: &Object, name: &str) -> Option<String> {
    text(object, name).filter(|id| !id.is_empty())
}

/// The member as an integer, whether it came as a number or as digits in a string.
pub(crate) fn integer(object: &Object, name: &str) -> Option<i64> {
    as_integer(object.get(name)?)
}

/// The value as an integer, whether it is a number or digits in a string.
pub(crate) fn as_integer(value: &Value) -> Option<i64> {
    match value {
        Value::Number(number) => number.as_i64(),
        Value::String(text) => text.trim().parse().ok(),
        _ => None,
    }
}

/// The member as a floating-point number, whether it came as a number or in a string.
pub(crate) fn float(object: &Object, name: &str) -> Option<f64> {
    match object.get(name)? {
        Value::Number(number) => number.as_f64(),
        Value::String(text) => text.trim().parse().ok(),
        _ => None,
    }
}

/// The member as a boolean; anything but `true` reads as false.
pub(crate) fn is_true(object: &Object, name: &str) -> bool {
    object.get(name).and_then(Value::as_bool).unwrap_or(false)
}

/// The member as an object.
pub(crate) fn object<'a>(object: &'a Object, name: &str) -> Option<&'a Object> {
    object.get(name)?.as_object()
}

/// The member's elements, or none if it is not an array.
pub(crate) fn list<'a>(object: &'a Object, name: &str) -> &'a [Value] {
    object.get(name).and_then(Value::as_array).map_or(&[], Vec::as_slice)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_and_numbers_are_read_from_strings_and_from_numbers() {
        let value = serde_json::json!({"a": 5, "b": "5", "c": "", "d": [1], "e": "37.5"});
        let object = value.as_object().expect("an object");
        assert_eq!(id(object, "a").as_deref(), Some("5"));
        assert_eq!(id(object, "b").as_deref(), Some("5"));
        assert_eq!(id(object, "c"), None);
        assert_eq!(id(object, "d"), None);
        assert_eq!(integer(object, "a"), Some(5));
        assert_eq!(integer(object, "b"), Some(5));
        assert_eq!(integer(object, "d"), None);
        assert_eq!(float(object, "e"), Some(37.5));
        assert_eq!(list(object, "a"), &[] as &[Value]);
    }
}
