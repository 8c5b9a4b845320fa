//! `Prefer: handling=strict` (RFC 7240): what is not known is an error instead of being ignored.

use http::HeaderMap;

/// Whether the client asked for strict handling.
pub(super) fn is_strict(headers: &HeaderMap) -> bool {
    headers.get_all("prefer").iter().filter_map(|value| value.to_str().ok()).flat_map(|value| value.split(',')).any(|preference| {
        let preference = preference.split(';').next().unwrap_or_default();
        preference.split_once('=').is_some_and(|(name, value)| {
            name.trim().eq_ignore_ascii_case("handling") && value.trim().trim_matches('"').eq_ignore_ascii_case("strict")
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use http::HeaderValue;

    #[test]
    fn the_preference_is_found_among_others() {
        for (value, expected) in [
            ("handling=strict", true),
            ("respond-async, Handling = \"strict\"; x=1", true),
            ("handling=lenient", false),
            ("strict", false),
            ("return=minimal", false),
        ] {
            let headers = HeaderMap::from_iter([(http::header::HeaderName::from_static("prefer"), HeaderValue::from_static(value))]);
            assert_eq!(is_strict(&headers), expected, "{value}");
        }
        assert!(!is_strict(&HeaderMap::new()));
    }
}
