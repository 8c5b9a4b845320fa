//! Media: upload, address, download, deletion. Bytes lie in files beside the ledger.

use std::path::PathBuf;
use std::sync::Arc;

use aws_lc_rs::digest;
use axum::body::Body;
use axum::extract::{FromRequest, Multipart, Request};
use axum::response::Response;
use bytes::Bytes;
use http::{HeaderValue, StatusCode, header};
use serde_json::{Value, json};

use crate::graph::refusal::Refusal;
use crate::graph::{GraphCall, access};
use crate::ledger::line::Kind;
use crate::reply;
use crate::shared::{Outcome, Shared};
use crate::world::effect::Effect;
use crate::world::hex;
use crate::world::media::{Medium, limit};

/// The first part of a download's path.
pub(crate) const DOWNLOADS: &str = "whatsapp_business";

/// How long an address is good, in microseconds.
const ADDRESS_LIFE: i64 = 300 * 1_000_000;

const LARGEST_UPLOAD: usize = 101 << 20;

struct Upload {
    bytes: Bytes,
    mime_type: String,
    product: String,
}

pub(crate) async fn upload(shared: &Arc<Shared>, call: GraphCall, body: Body) -> Response {
    let upload = read_upload(&call, body).await;
    let stored = match &upload {
        Ok(upload) => store(shared, &upload.bytes).await,
        Err(_) => None,
    };
    reply::graph(shared, &call, "", |world, now| {
        let outcome = access::number(world, call.token.as_deref(), &call.node, &call.method).and_then(|identity| {
            let upload = upload?;
            if upload.product != "whatsapp" {
                return Err(Refusal::parameter("The parameter messaging_product is required."));
            }
            let most = limit(&upload.mime_type, &upload.bytes);
            let most = most.ok_or_else(|| {
                Refusal::parameter(&format!(
                    "Param file must be a file with one of the supported types. Received file of type '{}'.",
                    upload.mime_type
                ))
            })?;
            if upload.bytes.len() as u64 > most {
                return Err(Refusal::with(131_053, format!("The file is larger than {most} bytes")));
            }
            let id = stored.ok_or_else(|| Refusal::of(131_000))?;
            let medium = medium(id, &identity.phone_number_id, upload.mime_type, &upload.bytes, now, world.random_hex(16));
            let answer = json!({"id": medium.id});
            Ok(Outcome::new(Kind::Media, 200, answer).with(Effect::Medium(Box::new(medium))))
        });
        outcome.unwrap_or_else(|refusal| refusal.outcome(Kind::Media))
    })
    .await
}

pub(crate) fn medium(id: String, phone_number_id: &str, mime_type: String, bytes: &[u8], at: i64, hash: String) -> Medium {
    let sha256 = digest::digest(&digest::SHA256, bytes);
    Medium {
        id,
        phone_number_id: phone_number_id.to_owned(),
        mime_type,
        sha256: hex(sha256.as_ref()),
        size: bytes.len() as u64,
        at,
        is_from_customer: false,
        hash,
    }
}

/// Writes the bytes under a new id; none if they could not be written.
pub(crate) async fn store(shared: &Shared, bytes: &[u8]) -> Option<String> {
    let id = shared.world().new_object_id();
    let written = async {
        tokio::fs::create_dir_all(&shared.media_folder).await?;
        tokio::fs::write(shared.media_folder.join(&id), bytes).await
    };
    match written.await {
        Ok(()) => Some(id),
        Err(error) => {
            tracing::error!(%error, "the simulator cannot keep a medium");
            None
        }
    }
}

async fn read_upload(call: &GraphCall, body: Body) -> Result<Upload, Refusal> {
    let broken = |_| Refusal::parameter("The request must be multipart/form-data with a file.");
    let mut request = Request::new(axum::body::Body::new(http_body_util::Limited::new(body, LARGEST_UPLOAD)));
    *request.headers_mut() = call.headers.clone();
    let mut parts = Multipart::from_request(request, &()).await.map_err(|error| broken(error.to_string()))?;
    let (mut file, mut stated, mut product) = (None, None, String::new());
    while let Some(part) = parts.next_field().await.map_err(|error| broken(error.to_string()))? {
        let name = part.name().unwrap_or_default().to_owned();
        let mime_type = part.content_type().map(str::to_owned);
        let bytes = part.bytes().await.map_err(|error| broken(error.to_string()))?;
        match name.as_str() {
            "file" => file = Some((bytes, mime_type)),
            "type" => stated = Some(String::from_utf8_lossy(&bytes).into_owned()),
            "messaging_product" => product = String::from_utf8_lossy(&bytes).into_owned(),
            _ => {}
        }
    }
    let (bytes, mime_type) = file.ok_or_else(|| Refusal::parameter("The parameter file is required."))?;
    let of_part = mime_type.filter(|mime_type| mime_type != "application/octet-stream");
    Ok(Upload { bytes, mime_type: of_part.or(stated).unwrap_or_default(), product })
}

pub(crate) async fn of_one(shared: &Arc<Shared>, call: &GraphCall) -> Response {
    reply::graph(shared, call, "", |world, now| {
        let found = world.media.get(&call.node).filter(|medium| !medium.is_expired(now)).cloned();
        let outcome = found.ok_or_else(|| Refusal::unknown_object(&call.method, &call.node)).and_then(|medium| {
            access::number(world, call.token.as_deref(), &medium.phone_number_id, &call.method)?;
            if call.query.get("phone_number_id").is_some_and(|id| *id != medium.phone_number_id) {
                return Err(Refusal::unknown_object(&call.method, &call.node));
            }
            if call.method == http::Method::DELETE {
                let effect = Effect::MediumDeleted { id: medium.id };
                return Ok(Outcome::new(Kind::Media, 200, json!({"success": true})).with(effect));
            }
            Ok(Outcome::new(Kind::Media, 200, node(shared, &medium, now)))
        });
        outcome.unwrap_or_else(|refusal| refusal.outcome(Kind::Media))
    })
    .await
}

fn node(shared: &Shared, medium: &Medium, now: i64) -> Value {
    json!({"messaging_product": "whatsapp", "url": format!("{}{}", shared.public_url, address(medium, now)),
        "mime_type": medium.mime_type, "sha256": medium.sha256, "file_size": medium.size.to_string(), "id": medium.id})
}

/// Where the medium can be fetched for five minutes, without the host.
pub(crate) fn address(medium: &Medium, now: i64) -> String {
    let until = (now + ADDRESS_LIFE) / 1_000_000;
    format!("/{DOWNLOADS}/attachments/?mid={}&ext={until}&hash={}", medium.id, medium.hash)
}

/// The bytes, for a good address and a good token.
pub(crate) async fn download(shared: &Arc<Shared>, call: &GraphCall) -> Response {
    let of_query = |name: &str| call.query.get(name).map(String::as_str).unwrap_or_default();
    let found = {
        let world = shared.world();
        if access::account_of(&world, call.token.as_deref()).is_err() {
            return crate::graph::bare(StatusCode::UNAUTHORIZED);
        }
        let now = shared.clock.now_micros();
        let is_fresh = of_query("ext").parse::<i64>().is_ok_and(|until| now / 1_000_000 <= until);
        let medium = world.media.get(of_query("mid")).filter(|medium| medium.hash == of_query("hash") && !medium.is_expired(now));
        medium.filter(|_| is_fresh).cloned()
    };
    let Some(medium) = found else { return crate::graph::bare(StatusCode::NOT_FOUND) };
    let Ok(bytes) = tokio::fs::read(file(shared, &medium)).await else { return crate::graph::bare(StatusCode::NOT_FOUND) };
    let mut response = Response::new(Body::from(bytes));
    let mime_type = HeaderValue::from_str(&medium.mime_type);
    response.headers_mut().insert(header::CONTENT_TYPE, mime_type.unwrap_or(HeaderValue::from_static("application/octet-stream")));
    // A medium is whatever somebody uploaded; it must never run as a page of this address.
    response.headers_mut().insert(header::CONTENT_DISPOSITION, HeaderValue::from_static("attachment"));
    response.headers_mut().insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    response
}

/// Ids are digits that the simulator drew, so the path cannot leave the folder.
fn file(shared: &Shared, medium: &Medium) -> PathBuf {
    shared.media_folder.join(&medium.id)
}
