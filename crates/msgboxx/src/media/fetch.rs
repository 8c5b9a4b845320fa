//! One attempt at fetching a file: description, bytes, checks, thumbnail.
//!
//! The bytes go straight on to the media store; what is wrong with them is noticed on the way, and
//! then nothing of them stays. Nothing is written in the database here.

mod trouble;

use super::content_type::{ENOUGH, content_type};
use super::media_store::MediaStore;
use crate::app::App;
use aws_lc_rs::digest::{Context, SHA256};
use msgboxx_cloud_api::client::{Credentials, MediaDownload, RemoteMedia, sha256_of};
use msgboxx_model::{MessageKind, media};
use msgboxx_store::{MediaJob, StoredFile};
use object_store::buffered::BufWriter;
use std::time::Duration;
use tokio::io::AsyncWriteExt;
pub use trouble::Trouble;

/// How long the host of a file may be silent.
const PATIENCE: Duration = Duration::from_secs(30);

/// How an attempt ended.
pub type Fetched = Result<StoredFile, Trouble>;

/// What is known of a file once all its bytes went by.
struct Seen {
    content_type: &'static str,
    size: u64,
    sha256: [u8; 32],
}

/// Fetches a file into the media store.
///
/// # Errors
/// Why it is not there. Nothing of it stays then.
pub async fn fetch(app: &App, job: &MediaJob) -> Fetched {
    let accounts = app.accounts.accounts().await.map_err(|error| Trouble::NotKept(error.to_string()))?;
    let account = accounts.account(job.organisation_id, job.api_account_id);
    let credentials = account.ok_or(Trouble::Unreachable("the api account is gone".to_owned()))?.credentials(&app.simulator_url);
    let most = media::most_bytes(job.kind).unwrap_or_default();
    let remote = app.cloud.media(&credentials, &job.whatsapp_id).await?;
    if remote.file_size.is_some_and(|size| size > most) {
        return Err(Trouble::TooLarge { most });
    }
    let download = begin(app, &credentials, &remote, most).await?;
    let key = MediaStore::new_key(job.organisation_id, app.clock.now());
    let mut writer = app.media.writer(&key);
    let seen = match copy(&mut writer, download, job.kind).await.and_then(|seen| announced(seen, job, &remote)) {
        Ok(seen) => seen,
        Err(trouble) => {
            if let Err(error) = writer.abort().await {
                tracing::warn!(%error, "failed to take back the beginning of a file");
            }
            return Err(trouble);
        }
    };
    writer.shutdown().await.map_err(|error| Trouble::NotKept(error.to_string()))?;
    Ok(StoredFile {
        thumbnail: thumbnail(app, job, &key).await,
        object_key: key,
        content_type: seen.content_type,
        size: i64::try_from(seen.size).unwrap_or(i64::MAX),
        sha256: seen.sha256.to_vec(),
    })
}

async fn begin(app: &App, credentials: &Credentials, remote: &RemoteMedia, most: u64) -> Result<MediaDownload, Trouble> {
    let asked = tokio::time::timeout(PATIENCE, app.cloud.download_media(credentials, remote, most)).await;
    Ok(asked.map_err(|_| Trouble::silent())??)
}

/// Hands the bytes on as they come; ends early when they are not of the right type.
async fn copy(writer: &mut BufWriter, mut download: MediaDownload, kind: MessageKind) -> Result<Seen, Trouble> {
    let (mut hash, mut size, mut head, mut known) = (Context::new(&SHA256), 0_u64, Vec::new(), None);
    let recognise = |head: &[u8]| content_type(kind, head).ok_or(Trouble::WrongType { kind });
    while let Some(bytes) = tokio::time::timeout(PATIENCE, download.chunk()).await.map_err(|_| Trouble::silent())?? {
        hash.update(&bytes);
        size += bytes.len() as u64;
        if known.is_none() {
            head.extend(bytes.iter().take(ENOUGH - head.len()));
            known = if head.len() == ENOUGH { Some(recognise(&head)?) } else { None };
        }
        writer.put(bytes).await.map_err(|error| Trouble::NotKept(error.to_string()))?;
    }
    let content_type = known.map_or_else(|| recognise(&head), Ok)?;
    let sha256 = hash.finish().as_ref().try_into().map_err(|_| Trouble::Corrupt)?;
    Ok(Seen { content_type, size, sha256 })
}

/// Compares what came with the hashes that WhatsApp names, in the webhook and in the description. One that is in no known notation
/// says nothing.
fn announced(seen: Seen, job: &MediaJob, remote: &RemoteMedia) -> Result<Seen, Trouble> {
    let named = [Some(job.whatsapp_sha256.as_str()), remote.sha256.as_deref()];
    let mut named = named.into_iter().flatten().filter_map(sha256_of).peekable();
    let is_right = named.peek().is_none() || named.any(|hash| hash == seen.sha256);
    if is_right { Ok(seen) } else { Err(Trouble::Corrupt) }
}

async fn thumbnail(app: &App, job: &MediaJob, key: &str) -> Option<(String, &'static str)> {
    if !matches!(job.kind, MessageKind::Image | MessageKind::Sticker) {
        return None;
    }
    let small = app.thumbnails.make(async || app.media.read_whole(key).await.ok()).await?;
    let key = MediaStore::new_key(job.organisation_id, app.clock.now());
    app.media.put(&key, small.bytes).await.inspect_err(|error| tracing::warn!(%error, "failed to keep a thumbnail")).ok()?;
    Some((key, small.content_type))
}

#[cfg(test)]
mod tests;
