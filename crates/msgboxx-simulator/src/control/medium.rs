//! The medium in a customer's message: the one that is named, the one that comes with it, or a sample.

use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::StatusCode;
use serde_json::{Map, Value, json};

use super::Mistake;
use crate::graph;
use crate::shared::Shared;
use crate::world::media::Medium;

/// Kinds that carry a medium.
pub(super) const KINDS: [&str; 5] = ["image", "video", "audio", "document", "sticker"];

/// Hills at sunset.
const PICTURE: &[u8] = include_bytes!("medium/picture.png");

/// Three tones of a second together, in Opus.
const VOICE: &[u8] = include_bytes!("medium/voice.ogg");

/// Makes the body of a medium complete. Returns the medium if it is a new one.
///
/// `data` in base64 becomes a medium; without `data` and `id` a sample does. An `id` stays as it is.
pub(super) async fn attach(shared: &Arc<Shared>, kind: &str, body: &mut Map<String, Value>) -> Result<Option<Medium>, Mistake> {
    let data = body.remove("data");
    if data.is_none() && body.contains_key("id") {
        describe_known(shared, body);
        return Ok(None);
    }
    let stated = body.get("mime_type").and_then(Value::as_str).map(str::to_owned);
    let (bytes, mime_type) = match data {
        Some(Value::String(data)) => {
            let bytes = STANDARD.decode(data).map_err(|_| Mistake::bad(format!("{kind}.data is not base64")))?;
            (bytes, stated.ok_or_else(|| Mistake::bad(format!("{kind}.mime_type is missing")))?)
        }
        Some(_) => return Err(Mistake::bad(format!("{kind}.data is a text in base64"))),
        None => {
            let (bytes, mime_type) = sample(kind);
            (bytes.to_vec(), stated.unwrap_or_else(|| mime_type.to_owned()))
        }
    };
    let id = graph::store_medium(shared, &bytes).await;
    let id = id.ok_or_else(|| Mistake::new(StatusCode::SERVICE_UNAVAILABLE, "the medium could not be kept"))?;
    let hash = shared.world().random_hex(16);
    let medium = Medium { is_from_customer: true, ..graph::new_medium(id, "", mime_type, &bytes, 0, hash) };
    describe(&medium, body);
    Ok(Some(medium))
}

fn describe_known(shared: &Shared, body: &mut Map<String, Value>) {
    let id = body.get("id").and_then(Value::as_str).unwrap_or_default();
    let known = shared.world().media.get(id).cloned();
    if let Some(medium) = known {
        describe(&medium, body);
        body.insert("url".to_owned(), json!(graph::medium_address(&medium, shared.clock.now_micros())));
    }
}

/// Webhooks write the hash in base64, `GET /{media-id}` in hexadecimal.
fn describe(medium: &Medium, body: &mut Map<String, Value>) {
    let hash: Vec<u8> =
        medium.sha256.as_bytes().chunks_exact(2).filter_map(|pair| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok()).collect();
    body.insert("id".to_owned(), json!(medium.id));
    body.insert("mime_type".to_owned(), json!(medium.mime_type));
    body.insert("sha256".to_owned(), json!(STANDARD.encode(hash)));
}

/// A small file that programs take for one of its type.
fn sample(kind: &str) -> (&'static [u8], &'static str) {
    match kind {
        "image" => (PICTURE, "image/png"),
        "video" => (b"\0\0\0\x18ftypmp42\0\0\0\0mp42isom\0\0\0\x08mdat", "video/mp4"),
        "audio" => (VOICE, "audio/ogg; codecs=opus"),
        "sticker" => (b"RIFF\x1a\0\0\0WEBPVP8L\x0d\0\0\0\x2f\0\0\0\x10\x07\x10\x11\x11\x88\x88\xfe\x07\0", "image/webp"),
        _ => (b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n", "application/pdf"),
    }
}
