//! The JSON body of a request.
//!
//! Read after the caller is known, so that strangers cannot make us buffer anything. At most 1 MiB,
//! UTF-8, an object; see [`super::fields`] for what becomes of its members.

use super::edge::Notes;
use super::fields::{Fields, FromFields, Json};
use super::prefer::is_strict;
use super::problem::{Code, Problem};
use axum::extract::{FromRequest, Request};
use bytes::Bytes;
use http::{HeaderMap, header};
use http_body_util::{BodyExt, LengthLimitError, Limited};
use std::time::Duration;

/// The largest body that is read, in bytes.
pub(super) const LONGEST: usize = 1 << 20;

/// How long a client may take to send its body.
const PATIENCE: Duration = Duration::from_secs(30);

/// A body that was read and checked.
#[derive(Debug)]
pub(super) struct Body<T> {
    /// What it says.
    pub(super) value: T,
    /// How it was written; idempotency keys compare this.
    pub(super) bytes: Bytes,
}

impl<S: Send + Sync, T: FromFields> FromRequest<S> for Body<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, _: &S) -> Result<Self, Problem> {
        let (parts, body) = request.into_parts();
        let bytes = read_all(&parts.headers, body).await?;
        let members = parse(&parts.headers, &bytes)?;
        let (value, aliases) = Fields::of_body(members).into_value(is_strict(&parts.headers))?;
        Notes::of(&parts.extensions).aliases(aliases);
        Ok(Self { value, bytes })
    }
}

async fn read_all(headers: &HeaderMap, body: axum::body::Body) -> Result<Bytes, Problem> {
    let announced = headers.get(header::CONTENT_LENGTH).and_then(|length| length.to_str().ok()?.parse::<u64>().ok());
    if announced.is_some_and(|length| length > LONGEST as u64) {
        return Err(Code::PayloadTooLarge.into());
    }
    match tokio::time::timeout(PATIENCE, Limited::new(body, LONGEST).collect()).await {
        Ok(Ok(collected)) => Ok(collected.to_bytes()),
        Ok(Err(error)) if error.is::<LengthLimitError>() => Err(Code::PayloadTooLarge.into()),
        Ok(Err(_)) | Err(_) => Err(Problem::new(Code::MalformedJson).detail("the body did not arrive whole")),
    }
}

fn parse(headers: &HeaderMap, bytes: &[u8]) -> Result<Vec<(String, Json)>, Problem> {
    let malformed = |detail: String| Problem::new(Code::MalformedJson).detail(detail);
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    if bytes.is_empty() {
        return Err(malformed("the body is empty; a JSON object is expected".to_owned()));
    }
    if !is_json(headers) {
        return Err(Code::UnsupportedMediaType.into());
    }
    let text = str::from_utf8(bytes).map_err(|_| malformed("the body is not UTF-8".to_owned()))?;
    match Json::parse(text).map_err(|error| malformed(format!("the body is not JSON: {error}")))? {
        Json::Object(members) => Ok(members),
        other => Err(malformed(format!("the body must be a JSON object, not {}", other.kind()))),
    }
}

/// Whether the content type is absent, `application/json` or `application/*+json`, and the body is
/// not compressed.
fn is_json(headers: &HeaderMap) -> bool {
    let is_plain = headers.get(header::CONTENT_ENCODING).is_none_or(|encoding| encoding.as_bytes().eq_ignore_ascii_case(b"identity"));
    let content_type = match headers.get(header::CONTENT_TYPE).map(http::HeaderValue::to_str) {
        None => return is_plain,
        Some(Err(_)) => return false,
        Some(Ok(content_type)) => content_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase(),
    };
    let subtype = content_type.strip_prefix("application/").unwrap_or_default();
    is_plain && (subtype == "json" || subtype.strip_suffix("+json").is_some_and(|prefix| !prefix.is_empty()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::fields::{Noted, value};
    use http::HeaderValue;

    #[derive(Debug, PartialEq)]
    struct Named(Option<String>);

    impl FromFields for Named {
        fn read(fields: &mut Fields) -> Result<Self, Noted> {
            Ok(Self(fields.optional("name", value::text(100))?))
        }
    }

    async fn read(content_type: Option<&'static str>, body: impl Into<axum::body::Body>) -> Result<Named, Code> {
        let mut request = Request::new(body.into());
        if let Some(content_type) = content_type {
            request.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(content_type));
        }
        Body::from_request(request, &()).await.map(|body| body.value).map_err(|problem| problem.code())
    }

    #[tokio::test]
    async fn every_json_content_type_is_accepted() {
        for content_type in [
            None,
            Some("application/json"),
            Some("Application/JSON; charset=iso-8859-1"),
            Some("application/vnd.api+json"),
            Some("application/json;"),
        ] {
            assert_eq!(read(content_type, r#"{"name":"Rosa"}"#).await, Ok(Named(Some("Rosa".to_owned()))), "{content_type:?}");
        }
    }

    #[tokio::test]
    async fn any_other_content_type_is_a_400_not_a_415() {
        for content_type in
            ["text/plain", "application/x-www-form-urlencoded", "text/json", "application/+json", "application/jsonp", "", "\u{80}"]
        {
            let mut request = Request::new(axum::body::Body::from("{}"));
            let value = HeaderValue::from_bytes(content_type.as_bytes()).expect("a header");
            request.headers_mut().insert(header::CONTENT_TYPE, value);
            let read = Body::<Named>::from_request(request, &()).await;
            assert_eq!(read.expect_err(content_type).code(), Code::UnsupportedMediaType);
        }
    }

    #[tokio::test]
    async fn a_compressed_body_is_refused_unread() {
        let mut request = Request::new(axum::body::Body::from("{}"));
        request.headers_mut().insert(header::CONTENT_ENCODING, HeaderValue::from_static("gzip"));
        let read = Body::<Named>::from_request(request, &()).await;
        assert_eq!(read.expect_err("refused").code(), Code::UnsupportedMediaType);
    }

    #[tokio::test]
    async fn a_byte_order_mark_is_skipped() {
        assert_eq!(read(None, "\u{feff}{\"name\":\"Rosa\"}").await, Ok(Named(Some("Rosa".to_owned()))));
    }

    #[tokio::test]
    async fn what_is_not_an_object_in_utf8_is_malformed() {
        for body in [
            &b""[..],
            b"\xef\xbb\xbf",
            b" ",
            b"[]",
            b"\"{}\"",
            b"null",
            b"{\"name\":\"\xff\"}",
            b"{\"name\":\"\xed\xa0\x80\"}",
            b"\xff\xfe{\0}\0",
            b"{\"name\":",
        ] {
            assert_eq!(read(None, body).await, Err(Code::MalformedJson), "{body:?}");
        }
    }

    #[tokio::test]
    async fn a_body_above_the_limit_is_refused_whether_announced_or_not() {
        let of_length = |length: usize| format!("{{\"name\":\"\"{}}}", " ".repeat(length - 11));
        assert_eq!(read(None, of_length(LONGEST)).await, Ok(Named(None)));
        assert_eq!(read(None, of_length(LONGEST + 1)).await, Err(Code::PayloadTooLarge));
        let mut announced = Request::new(axum::body::Body::from("{}"));
        announced.headers_mut().insert(header::CONTENT_LENGTH, HeaderValue::from_static("1048577"));
        assert_eq!(Body::<Named>::from_request(announced, &()).await.expect_err("refused").code(), Code::PayloadTooLarge);
    }
}
