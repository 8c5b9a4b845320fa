//! The cookie of the refresh token. Its name and attributes are published.

use crate::api::problem::Problem;
use crate::auth::refresh::LIFE;
use crate::secrets::Secret;
use http::{HeaderMap, HeaderValue, header};

const NAME: &str = "refreshToken";

/// Takes the cookie away from the client.
pub(super) const CLEARED: HeaderValue =
    HeaderValue::from_static("refreshToken=; HttpOnly; Secure; SameSite=Strict; Path=/oauth; Max-Age=0");

/// Gives the cookie to the client.
pub(super) fn set(token: &Secret) -> Result<HeaderValue, Problem> {
    let text = format!("{NAME}={}; HttpOnly; Secure; SameSite=Strict; Path=/oauth; Max-Age={}", token.expose(), LIFE.as_secs());
    let mut value = HeaderValue::try_from(text).map_err(|_| Problem::internal())?;
    value.set_sensitive(true);
    Ok(value)
}

/// The cookie that the client sent. Of several none is believed: one of them was planted.
pub(super) fn read(headers: &HeaderMap) -> Option<Secret> {
    let lines = headers.get_all(header::COOKIE).iter().filter_map(|line| line.to_str().ok());
    let mut found = lines.flat_map(|line| line.split(';')).filter_map(|pair| {
        let (name, value) = pair.trim().split_once('=')?;
        (name == NAME && !value.is_empty()).then_some(value)
    });
    let token = found.next()?;
    found.next().is_none().then(|| Secret::new(token.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(lines: &[&'static str]) -> Option<String> {
        let headers = lines.iter().map(|line| (header::COOKIE, HeaderValue::from_static(line))).collect();
        read(&headers).map(|token| token.expose().to_owned())
    }

    #[test]
    fn the_cookie_is_found_among_others() {
        assert_eq!(found(&["a=b; refreshToken=t0k; c=d"]).as_deref(), Some("t0k"));
        assert_eq!(found(&["a=b", "refreshToken=t0k"]).as_deref(), Some("t0k"));
        for lines in [&["refreshToken="][..], &["refreshtoken=x"], &["xrefreshToken=x"], &["refreshToken"], &[]] {
            assert_eq!(found(lines), None, "{lines:?}");
        }
    }

    #[test]
    fn of_two_cookies_none_is_believed() {
        assert_eq!(found(&["refreshToken=a; refreshToken=b"]), None);
    }

    #[test]
    fn the_published_attributes_are_set() {
        let set = set(&Secret::new("t0k".to_owned())).expect("a header");
        assert_eq!(set, "refreshToken=t0k; HttpOnly; Secure; SameSite=Strict; Path=/oauth; Max-Age=2592000");
        assert!(set.is_sensitive());
    }
}
