//! `GET /media/<id>`: hands a file to whoever has its signed address.
//!
//! What could act in a browser is a download; and should a browser show something nevertheless, it
//! is in a sandbox without any rights. A player may ask for a part.

use super::content_type::{extension, is_inert};
use super::links::Claim;
use super::range::{Part, part};
use crate::api::problem::{Code, Problem};
use crate::app::App;
use axum::Router;
use axum::body::Body;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Path, Query, State};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use msgboxx_model::{MediaId, OrganisationId};
use msgboxx_store::{StoredMedia, Tx};
use serde::Deserialize;
use std::ops::Range;
use std::sync::Arc;
use std::time::Duration;
use uuid::Uuid;

const POLICY: HeaderValue = HeaderValue::from_static("sandbox; default-src 'none'");
/// Pages of others may show a file whose address they have.
const CROSS_ORIGIN: HeaderValue = HeaderValue::from_static("cross-origin");
const REFUSED: &str = "The address of this file is not valid or has expired: read its message again for a fresh one";
/// Characters of a file's name that are passed on.
const LONGEST_NAME: usize = 120;

/// The route of files.
pub fn router() -> Router<Arc<App>> {
    Router::new().route("/media/{id}", get(serve))
}

/// What stands behind the question mark of an address. `size` is the caller's choice and not signed.
#[derive(Debug, Deserialize)]
struct AskedFor {
    organisation: Uuid,
    expires: i64,
    signature: String,
    size: Option<String>,
}

impl AskedFor {
    fn claim(&self) -> Claim<'_> {
        Claim { organisation: OrganisationId(self.organisation), expires: self.expires, signature: &self.signature }
    }
}

/// What is served.
struct File {
    key: String,
    content_type: String,
    disposition: HeaderValue,
    /// In bytes, if known before it is opened.
    size: Option<u64>,
}

async fn serve(
    State(app): State<Arc<App>>,
    Path(id): Path<String>,
    asked_for: Result<Query<AskedFor>, QueryRejection>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let id = MediaId(Uuid::try_parse(&id).map_err(|_| Code::NotFound)?);
    let refused = || Problem::new(Code::Forbidden).detail(REFUSED);
    let Query(asked_for) = asked_for.map_err(|_| refused())?;
    let (organisation, left) = app.media_links.check(id, &asked_for.claim()).ok_or_else(refused)?;
    let stored = app.store.read(async move |tx: &mut Tx<'_>| tx.stored_media(organisation, id).await).await?.ok_or(Code::NotFound)?;
    let is_small = asked_for.size.as_deref() == Some("thumbnail");
    let file = if is_small { thumbnail(stored)? } else { whole(stored) };
    let tag = format!("\"{id}{}\"", if is_small { "-thumbnail" } else { "" });
    let range = match file.size.map_or(Part::Whole, |size| asked(&headers, &tag, size)) {
        Part::Whole => None,
        Part::Bytes(range) => Some(range),
        Part::Absent => return Ok(not_satisfiable(file.size.unwrap_or_default())),
    };
    let mut response = open(&app, &file, range).await?;
    describe(response.headers_mut(), file, &tag, left);
    Ok(response)
}

fn whole(stored: StoredMedia) -> File {
    let kind = if is_inert(&stored.content_type) { "inline" } else { "attachment" };
    File {
        disposition: disposition(kind, &stored.file_name, &stored.content_type),
        key: stored.object_key,
        content_type: stored.content_type,
        size: u64::try_from(stored.size).ok(),
    }
}

fn thumbnail(stored: StoredMedia) -> Result<File, Problem> {
    let (key, content_type) = stored.thumbnail.ok_or(Code::NotFound)?;
    Ok(File { key, content_type, disposition: HeaderValue::from_static("inline"), size: None })
}

/// The part that is asked for, unless it is to fit a file that this is not.
fn asked(headers: &HeaderMap, tag: &str, size: u64) -> Part {
    let text = |name: HeaderName| headers.get(name).and_then(|value| value.to_str().ok());
    if text(header::IF_RANGE).is_some_and(|known| known != tag) {
        return Part::Whole;
    }
    text(header::RANGE).map_or(Part::Whole, |range| part(range, size))
}

fn not_satisfiable(size: u64) -> Response {
    let mut response = StatusCode::RANGE_NOT_SATISFIABLE.into_response();
    insert(response.headers_mut(), header::CONTENT_RANGE, &format!("bytes */{size}"));
    response
}

async fn open(app: &App, file: &File, range: Option<Range<u64>>) -> Result<Response, Problem> {
    let opened = app.media.read(&file.key, range.clone()).await.map_err(|error| missing(&error))?;
    let (size, length) = (opened.meta.size, opened.range.end - opened.range.start);
    let mut response = Response::new(Body::from_stream(opened.into_stream()));
    insert(response.headers_mut(), header::CONTENT_LENGTH, &length.to_string());
    if let Some(range) = range {
        *response.status_mut() = StatusCode::PARTIAL_CONTENT;
        insert(response.headers_mut(), header::CONTENT_RANGE, &format!("bytes {}-{}/{size}", range.start, range.end - 1));
    }
    Ok(response)
}

fn missing(error: &object_store::Error) -> Problem {
    tracing::error!(%error, "a stored file cannot be read");
    match error {
        object_store::Error::NotFound { .. } => Code::NotFound.into(),
        _ => Problem::new(Code::Unavailable).retry_after(5),
    }
}

fn describe(headers: &mut HeaderMap, file: File, tag: &str, left: Duration) {
    insert(headers, header::CONTENT_TYPE, &file.content_type);
    insert(headers, header::ETAG, tag);
    insert(headers, header::CACHE_CONTROL, &format!("private, max-age={}, immutable", left.as_secs()));
    headers.insert(header::CONTENT_DISPOSITION, file.disposition);
    headers.insert(header::CONTENT_SECURITY_POLICY, POLICY);
    headers.insert(HeaderName::from_static("cross-origin-resource-policy"), CROSS_ORIGIN);
    if file.size.is_some() {
        headers.insert(header::ACCEPT_RANGES, HeaderValue::from_static("bytes"));
    }
}

/// Sets a header whose value is ours and plain ASCII.
fn insert(headers: &mut HeaderMap, name: HeaderName, value: &str) {
    if let Ok(value) = HeaderValue::from_str(value) {
        headers.insert(name, value);
    }
}

/// How a browser is to treat the file, and its name in both notations of RFC 6266.
fn disposition(kind: &'static str, name: &str, content_type: &str) -> HeaderValue {
    let name = harmless_name(name).unwrap_or_else(|| format!("file.{}", extension(content_type)));
    let ascii: String = name.chars().map(|char| if char.is_ascii() && !matches!(char, '"' | '\\' | '%') { char } else { '_' }).collect();
    let mut value = format!("{kind}; filename=\"{ascii}\"; filename*=UTF-8''");
    for byte in name.bytes() {
        if byte.is_ascii_alphanumeric() || b"!#$&+-.^_`|~".contains(&byte) {
            value.push(char::from(byte));
        } else {
            let digit = |half: u8| char::from(b"0123456789ABCDEF"[usize::from(half)]);
            value.extend(['%', digit(byte >> 4), digit(byte & 15)]);
        }
    }
    HeaderValue::from_str(&value).unwrap_or(HeaderValue::from_static("attachment"))
}

/// The last part of what the sender calls it, without what hides or turns characters; none if nothing is left.
fn harmless_name(name: &str) -> Option<String> {
    let last = name.rsplit(['/', '\\']).next().unwrap_or_default();
    let is_hidden = |char: char| {
        char.is_control() || matches!(char, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
    };
    let visible: String = last.chars().filter(|char| !is_hidden(*char)).take(LONGEST_NAME).collect();
    let visible = visible.trim_matches(|char: char| char == '.' || char.is_whitespace());
    (!visible.is_empty()).then(|| visible.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_a_text_and_never_a_path_or_a_header() {
        for (name, expected) in [
            ("offer.pdf", "attachment; filename=\"offer.pdf\"; filename*=UTF-8''offer.pdf"),
            ("../../etc/passwd", "attachment; filename=\"passwd\"; filename*=UTF-8''passwd"),
            ("..\\..\\boot.ini", "attachment; filename=\"boot.ini\"; filename*=UTF-8''boot.ini"),
            ("a\"; filename=\"b.html", "attachment; filename=\"a_; filename=_b.html\"; filename*=UTF-8''a%22%3B%20filename%3D%22b.html"),
            ("%2e%2e%2fx", "attachment; filename=\"_2e_2e_2fx\"; filename*=UTF-8''%252e%252e%252fx"),
            ("Käse.pdf", "attachment; filename=\"K_se.pdf\"; filename*=UTF-8''K%C3%A4se.pdf"),
            ("photo\u{202e}gpj.exe", "attachment; filename=\"photogpj.exe\"; filename*=UTF-8''photogpj.exe"),
            ("a\r\nSet-Cookie: x", "attachment; filename=\"aSet-Cookie: x\"; filename*=UTF-8''aSet-Cookie%3A%20x"),
            ("...", "attachment; filename=\"file.pdf\"; filename*=UTF-8''file.pdf"),
            ("", "attachment; filename=\"file.pdf\"; filename*=UTF-8''file.pdf"),
            ("/", "attachment; filename=\"file.pdf\"; filename*=UTF-8''file.pdf"),
        ] {
            assert_eq!(disposition("attachment", name, "application/pdf"), expected, "{name}");
        }
        assert!(disposition("inline", &"é".repeat(10_000), "image/png").len() < 1_000);
    }

    #[test]
    fn a_part_of_another_file_is_not_asked_for() {
        let mut headers = HeaderMap::new();
        headers.insert(header::RANGE, HeaderValue::from_static("bytes=0-1"));
        assert_eq!(asked(&headers, "\"a\"", 9), Part::Bytes(0..2));
        headers.insert(header::IF_RANGE, HeaderValue::from_static("\"b\""));
        assert_eq!(asked(&headers, "\"a\"", 9), Part::Whole);
    }
}
