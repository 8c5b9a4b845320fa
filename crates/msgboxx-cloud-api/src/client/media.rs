//! Files at WhatsApp: upload, description, download, deletion.
//!
//! Shapes: Meta's "Cloud API, Media". The description names an address that is good for five
//! minutes and wants the access token. That token goes to the account's own address and to Meta's
//! hosts, and nowhere else, whatever the description says; redirects are not followed, since Meta
//! sends none.

use bytes::Bytes;
use reqwest::header::ACCEPT_ENCODING;
use reqwest::multipart::{Form, Part};
use reqwest::{Method, Response};
use serde_json::Value;
use url::Url;

use super::{Client, Credentials, answer};
use crate::error::SendFailure;
use crate::json::{self, Object};

/// Under these Meta serves files.
const HOSTS: [&str; 5] = ["fbsbx.com", "facebook.com", "fbcdn.net", "whatsapp.net", "whatsapp.com"];

/// How long an upload of a file of the largest size may take.
const UPLOAD_TIMEOUT: std::time::Duration = std::time::Duration::from_mins(5);

/// A file that WhatsApp holds.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct RemoteMedia {
    /// Its id.
    pub id: String,
    /// Where its bytes are, for five minutes.
    pub url: String,
    /// Its type, as WhatsApp has it.
    pub mime_type: Option<String>,
    /// Hexadecimal by most accounts, base64 by some: [`sha256_of`] reads both.
    pub sha256: Option<String>,
    /// In bytes.
    pub file_size: Option<u64>,
}

/// A file for WhatsApp. It gives it an id that is good for thirty days.
#[derive(Debug)]
pub struct MediaUpload {
    /// One of the types that WhatsApp takes.
    pub mime_type: String,
    /// What the file is called there; customers do not see it.
    pub file_name: String,
    /// The content, which may be a stream.
    pub body: reqwest::Body,
    /// How many bytes it has.
    pub size: u64,
}

/// Why a file could not be read to its end.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DownloadFailure {
    /// The address is not one of WhatsApp's: the token was not sent there.
    #[error("the file lies at an address that is not WhatsApp's: {0}")]
    ForeignAddress(String),
    /// The host answered, but not with the file. After 404 a fresh address may help.
    #[error("the file's host answered HTTP {0}")]
    Refused(u16),
    /// The file is larger than was asked for.
    #[error("the file is larger than {most} bytes")]
    TooLarge {
        /// What was asked for, in bytes.
        most: u64,
    },
    /// No connection, or one that broke.
    #[error("the file did not arrive: {0}")]
    Broken(String),
}

/// A file on its way.
#[derive(Debug)]
pub struct MediaDownload {
    response: Response,
    most: u64,
    left: u64,
}

impl MediaDownload {
    /// The next bytes; none at the end.
    ///
    /// There is no limit of time: give one to each call.
    ///
    /// # Errors
    /// When the connection breaks before the end, or more comes than was asked for.
    pub async fn chunk(&mut self) -> Result<Option<Bytes>, DownloadFailure> {
        let Some(bytes) = self.response.chunk().await.map_err(|error| DownloadFailure::Broken(answer::chain(&error)))? else {
            return Ok(None);
        };
        let left = self.left.checked_sub(bytes.len() as u64);
        self.left = left.ok_or(DownloadFailure::TooLarge { most: self.most })?;
        Ok(Some(bytes))
    }
}

impl Client {
    /// What WhatsApp knows about a file of this number, with a fresh address.
    ///
    /// # Errors
    /// Error 100 when the id is unknown, another number's or no longer good.
    pub async fn media(&self, credentials: &Credentials, id: &str) -> Result<RemoteMedia, SendFailure> {
        let (answer, status) = self.call(credentials, Method::GET, &node(credentials, id)?, None).await?;
        let read = answer.as_object().and_then(|media| remote(media, id));
        read.ok_or_else(|| SendFailure::Unknown { why: "the answer names no address".to_owned(), http_status: Some(status) })
    }

    /// Begins to read a file of at most so many bytes.
    ///
    /// There is no limit of time: give one to this call.
    ///
    /// # Errors
    /// When the address is not WhatsApp's, or does not answer with such a file.
    pub async fn download_media(
        &self,
        credentials: &Credentials,
        media: &RemoteMedia,
        most: u64,
    ) -> Result<MediaDownload, DownloadFailure> {
        let address = trusted(credentials, &media.url)?;
        // A file is compressed already; unpacked on the way it could be of any size.
        let request = self.http.get(address).bearer_auth(&credentials.access_token).header(ACCEPT_ENCODING, "identity");
        let response = request.send().await.map_err(|error| DownloadFailure::Broken(answer::chain(&error)))?;
        if response.status() != reqwest::StatusCode::OK {
            return Err(DownloadFailure::Refused(response.status().as_u16()));
        }
        if response.content_length().is_some_and(|length| length > most) {
            return Err(DownloadFailure::TooLarge { most });
        }
        Ok(MediaDownload { response, most, left: most })
    }

    /// Hands a file to WhatsApp and answers its id there.
    ///
    /// # Errors
    /// Error 100 for a type that WhatsApp does not take, 131053 for a file that is too large.
    pub async fn upload_media(&self, credentials: &Credentials, upload: MediaUpload) -> Result<String, SendFailure> {
        let file = Part::stream_with_length(upload.body, upload.size).file_name(upload.file_name);
        let file = file.mime_str(&upload.mime_type).map_err(|error| SendFailure::NotTaken { why: error.to_string() })?;
        let form = Form::new().text("messaging_product", "whatsapp").text("type", upload.mime_type).part("file", file);
        let address = credentials.address(&format!("{}/media", credentials.phone_number_id));
        let request = self.http.post(address).timeout(UPLOAD_TIMEOUT).bearer_auth(&credentials.access_token).multipart(form);
        let (answer, status) = answer::read(request.send().await).await?;
        let id = answer.as_object().and_then(|answer| json::id(answer, "id"));
        id.ok_or_else(|| SendFailure::Unknown { why: "the answer names no file".to_owned(), http_status: Some(status) })
    }

    /// Deletes a file at WhatsApp.
    ///
    /// # Errors
    /// Error 100 when the id is unknown, another number's or no longer good.
    pub async fn delete_media(&self, credentials: &Credentials, id: &str) -> Result<(), SendFailure> {
        self.call(credentials, Method::DELETE, &node(credentials, id)?, None).await?;
        Ok(())
    }
}

/// Reads a SHA-256 that WhatsApp names, in hexadecimal or base64; none if it is neither.
pub fn sha256_of(text: &str) -> Option<[u8; 32]> {
    let text = text.trim();
    let bytes = if text.len() == 64 { from_hex(text)? } else { from_base64(text)? };
    bytes.try_into().ok()
}

fn from_hex(text: &str) -> Option<Vec<u8>> {
    let digit = |byte: u8| char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
    text.as_bytes().chunks_exact(2).map(|pair| Some(digit(pair[0])? << 4 | digit(pair[1])?)).collect()
}

fn from_base64(text: &str) -> Option<Vec<u8>> {
    use base64::Engine as _;
    use base64::engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD};
    let bare = text.trim_end_matches('=');
    STANDARD_NO_PAD.decode(bare).or_else(|_| URL_SAFE_NO_PAD.decode(bare)).ok()
}

/// The path of a file. An id comes from outside and must not become another path.
fn node(credentials: &Credentials, id: &str) -> Result<String, SendFailure> {
    let is_id = !id.is_empty() && id.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-'));
    if !is_id {
        return Err(SendFailure::NotTaken { why: "that is no id of a file".to_owned() });
    }
    Ok(format!("{id}?phone_number_id={}", credentials.phone_number_id))
}

fn remote(media: &Object, id: &str) -> Option<RemoteMedia> {
    Some(RemoteMedia {
        id: json::id(media, "id").unwrap_or_else(|| id.to_owned()),
        url: json::id(media, "url")?,
        mime_type: json::id(media, "mime_type"),
        sha256: json::id(media, "sha256"),
        file_size: media.get("file_size").and_then(Value::as_u64).or_else(|| json::id(media, "file_size")?.trim().parse().ok()),
    })
}

/// The address, if the token may be shown there.
fn trusted(credentials: &Credentials, url: &str) -> Result<Url, DownloadFailure> {
    let foreign = || DownloadFailure::ForeignAddress(host_of(url));
    let address = Url::parse(url).map_err(|_| foreign())?;
    let is_own = Url::parse(&credentials.base_url).is_ok_and(|own| own.origin() == address.origin());
    let is_of_meta = address.scheme() == "https"
        && address.port().is_none()
        && address.host_str().is_some_and(|host| {
            HOSTS.iter().any(|known| host.strip_suffix(known).is_some_and(|rest| rest.is_empty() || rest.ends_with('.')))
        });
    let is_open = address.username().is_empty() && address.password().is_none() && matches!(address.scheme(), "http" | "https");
    if is_open && (is_own || is_of_meta) { Ok(address) } else { Err(foreign()) }
}

/// Only the host: the rest of an address opens the file.
fn host_of(url: &str) -> String {
    Url::parse(url).ok().and_then(|url| url.host_str().map(str::to_owned)).unwrap_or_default()
}

#[cfg(test)]
mod tests;
