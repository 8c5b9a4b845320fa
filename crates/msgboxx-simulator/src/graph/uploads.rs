//! The Resumable Upload API: samples for template headers, and profile pictures (reference §3).
//!
//! `POST /{app-id}/uploads` begins a session, `POST /upload:…` brings the bytes and gives a handle,
//! `GET /upload:…` says how many bytes are there.

use std::sync::Arc;

use axum::body::{Body, to_bytes};
use axum::response::Response;
use http::Method;
use serde_json::json;

use crate::graph::refusal::Refusal;
use crate::graph::{GraphCall, access};
use crate::ledger::line::Kind;
use crate::reply;
use crate::shared::{Outcome, Shared};
use crate::world::effect::Effect;
use crate::world::upload::{Upload, handle};

/// How the id of a session begins.
pub(super) const SESSION: &str = "upload:";

const LARGEST: usize = 100 << 20;

const TYPES: [&str; 6] = ["image/jpeg", "image/jpg", "image/png", "video/mp4", "application/pdf", "image/gif"];

pub(super) async fn begin(shared: &Arc<Shared>, call: &GraphCall, text: &str) -> Response {
    reply::graph(shared, call, text, |world, _| {
        let outcome = access::account_of(world, call.token.as_deref()).and_then(|_| {
            let parameters = call.parameters(text)?;
            let length = parameters["file_length"].as_u64().or_else(|| parameters["file_length"].as_str()?.parse().ok());
            let length = length.filter(|length| (1..=LARGEST as u64).contains(length));
            let length = length.ok_or_else(|| Refusal::parameter("Param file_length must be the file's size in bytes."))?;
            let file_type = parameters["file_type"].as_str().filter(|file_type| TYPES.contains(file_type));
            let file_type =
                file_type.ok_or_else(|| Refusal::parameter(&format!("Param file_type must be one of {{{}}}", TYPES.join(", "))))?;
            let file = world.new_object_id();
            let id = format!("{SESSION}MTphdHRhY2htZW50Oj{file}?sig=AR{}", world.random_hex(8));
            let answer = json!({"id": id});
            let upload = Upload { id: id.clone(), file, file_type: file_type.to_owned(), length, offset: 0, handle: None };
            Ok(Outcome::new(Kind::Media, 200, answer).with(Effect::Upload(Box::new(upload))))
        });
        outcome.unwrap_or_else(|refusal| refusal.outcome(Kind::Media))
    })
    .await
}

/// The session that a call is about; its signature stands in the query.
fn session(shared: &Shared, call: &GraphCall) -> Result<Upload, Refusal> {
    let world = shared.world();
    access::account_of(&world, call.token.as_deref())?;
    let id = format!("{}?sig={}", call.node, call.query.get("sig").map(String::as_str).unwrap_or_default());
    world.uploads.get(&id).cloned().ok_or_else(|| Refusal::unknown_object(&call.method, &call.node))
}

pub(super) async fn of_session(shared: &Arc<Shared>, call: &GraphCall, body: Body) -> Response {
    let decided = match session(shared, call) {
        Ok(upload) if call.method == Method::GET => Ok((json!({"id": upload.id, "file_offset": upload.offset}), None)),
        Ok(upload) if call.method == Method::POST => {
            receive(shared, call, upload, body).await.map(|upload| (json!({"h": upload.handle}), Some(upload)))
        }
        Ok(_) => Err(Refusal::unknown_object(&call.method, &call.node)),
        Err(refusal) => Err(refusal),
    };
    reply::graph(shared, call, "", |_, _| match decided {
        Err(refusal) => refusal.outcome(Kind::Media),
        Ok((answer, upload)) => {
            let outcome = Outcome::new(Kind::Media, 200, answer);
            match upload {
                Some(upload) => outcome.with(Effect::Upload(Box::new(upload))),
                None => outcome,
            }
        }
    })
    .await
}

/// Takes the bytes, which have to be the whole file, from the beginning.
async fn receive(shared: &Shared, call: &GraphCall, upload: Upload, body: Body) -> Result<Upload, Refusal> {
    let offset = call.headers.get("file_offset").and_then(|offset| offset.to_str().ok()).unwrap_or_default();
    if offset != "0" {
        return Err(Refusal::parameter("The header file_offset must be 0: the file is taken in one piece."));
    }
    let bytes = to_bytes(body, LARGEST).await.map_err(|_| Refusal::too_large())?;
    if bytes.len() as u64 != upload.length {
        return Err(Refusal::parameter(&format!("The file has {} bytes, and {} were announced.", bytes.len(), upload.length)));
    }
    let written = async {
        tokio::fs::create_dir_all(&shared.media_folder).await?;
        tokio::fs::write(shared.media_folder.join(&upload.file), &bytes).await
    };
    written.await.map_err(|error| {
        tracing::error!(%error, "the simulator cannot keep an upload");
        Refusal::of(131_000)
    })?;
    let random = shared.world().random_hex(12);
    let handle = handle(&upload.file_type, &random, shared.clock.now_micros() / 1_000_000);
    Ok(Upload { offset: upload.length, handle: Some(handle), ..upload })
}
