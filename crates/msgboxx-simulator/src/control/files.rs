//! `GET /simulator/media/{id}` and `/simulator/uploads/{file}`: what a phone shows of a medium.
//!
//! Only pictures, sound and moving pictures are shown in place; anything else is a download, and
//! nothing can run as a page of this address.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::{Path, State};
use axum::response::Response;
use http::{HeaderMap, HeaderValue, StatusCode, header};

use super::Mistake;
use crate::shared::Shared;

/// What browsers show without running anything in it.
const SHOWN: [&str; 10] =
    ["image/jpeg", "image/png", "image/webp", "video/mp4", "video/3gpp", "audio/aac", "audio/amr", "audio/mpeg", "audio/mp4", "audio/ogg"];

pub(crate) async fn medium(State(shared): State<Arc<Shared>>, Path(id): Path<String>, headers: HeaderMap) -> Response {
    let known = shared.world().media.get(&id).map(|medium| (medium.id.clone(), medium.mime_type.clone()));
    file(&shared, known, &headers).await
}

pub(crate) async fn upload(State(shared): State<Arc<Shared>>, Path(file_name): Path<String>, headers: HeaderMap) -> Response {
    let known = {
        let world = shared.world();
        let upload = world.uploads.values().find(|upload| upload.file == file_name);
        upload.map(|upload| (upload.file.clone(), upload.file_type.clone()))
    };
    file(&shared, known, &headers).await
}

/// File names are digits that the simulator drew, so the path cannot leave the folder.
async fn file(shared: &Shared, known: Option<(String, String)>, headers: &HeaderMap) -> Response {
    let missing = || Mistake::new(StatusCode::NOT_FOUND, "there is no such file").response();
    let Some((name, mime_type)) = known else { return missing() };
    let Ok(bytes) = tokio::fs::read(shared.media_folder.join(name)).await else { return missing() };
    let essence = mime_type.split(';').next().unwrap_or_default().trim().to_owned();
    let is_shown = SHOWN.contains(&essence.as_str());
    let mut response = part(bytes, headers);
    let headers = response.headers_mut();
    let kind = if is_shown { essence.as_str() } else { "application/octet-stream" };
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_str(kind).unwrap_or(HeaderValue::from_static("application/octet-stream")));
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static("default-src 'none'; sandbox"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("private, max-age=3600"));
    if !is_shown {
        headers.insert(header::CONTENT_DISPOSITION, HeaderValue::from_static("attachment"));
    }
    response
}

/// The whole, or the range that a player asks for.
fn part(bytes: Vec<u8>, headers: &HeaderMap) -> Response {
    let whole = bytes.len();
    let range = headers.get(header::RANGE).and_then(|range| range.to_str().ok()).and_then(|range| range.strip_prefix("bytes="));
    let range = range.and_then(|range| {
        let (from, to) = range.split_once('-')?;
        let from: usize = from.parse().ok()?;
        let to = if to.is_empty() { whole.checked_sub(1)? } else { to.parse::<usize>().ok()?.min(whole.checked_sub(1)?) };
        (from <= to).then_some((from, to))
    });
    let mut response = match range {
        None => Response::new(Body::from(bytes)),
        Some((from, to)) => {
            let mut response = Response::new(Body::from(bytes[from..=to].to_vec()));
            *response.status_mut() = StatusCode::PARTIAL_CONTENT;
            let range = HeaderValue::from_str(&format!("bytes {from}-{to}/{whole}"));
            response.headers_mut().insert(header::CONTENT_RANGE, range.unwrap_or(HeaderValue::from_static("bytes */*")));
            response
        }
    };
    response.headers_mut().insert(header::ACCEPT_RANGES, HeaderValue::from_static("bytes"));
    response
}
