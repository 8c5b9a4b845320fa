//! Samples for a template's header and pictures for a profile: Graph's Resumable Upload API, in one piece.
//!
//! What comes back is a handle (`4::…`), not the id of a medium: it is good for templates and profiles only.

use reqwest::header::{AUTHORIZATION, CONTENT_TYPE};
use url::form_urlencoded;

use super::{Client, Credentials, answer};
use crate::error::SendFailure;
use crate::json;

/// A file to be uploaded as a sample.
#[derive(Debug, Clone)]
pub struct Sample<'a> {
    /// Its name.
    pub file_name: &'a str,
    /// Its MIME type.
    pub file_type: &'a str,
    /// Its bytes.
    pub bytes: Vec<u8>,
}

impl Client {
    /// Uploads a sample for the app with this id; its handle goes into a template or a profile.
    ///
    /// # Errors
    /// As every call; error 100 for a type that Graph does not take.
    pub async fn upload_sample(&self, credentials: &Credentials, app_id: &str, sample: Sample<'_>) -> Result<String, SendFailure> {
        let query = form_urlencoded::Serializer::new(String::new())
            .append_pair("file_name", sample.file_name)
            .append_pair("file_length", &sample.bytes.len().to_string())
            .append_pair("file_type", sample.file_type)
            .finish();
        let opened = self.ask(credentials, reqwest::Method::POST, &format!("{app_id}/uploads?{query}"), None).await?;
        let session =
            json::id(&opened, "id").filter(|id| id.starts_with("upload:")).ok_or_else(|| unclear("the answer opens no upload"))?;
        // Here the token is called OAuth, not Bearer.
        let request = self
            .http
            .post(credentials.address(&session))
            .timeout(self.timeout)
            .header(AUTHORIZATION, format!("OAuth {}", credentials.access_token))
            .header(CONTENT_TYPE, "application/octet-stream")
            .header("file_offset", "0")
            .body(sample.bytes);
        let (stored, _) = answer::read(request.send().await).await?;
        stored.as_object().and_then(|stored| json::id(stored, "h")).ok_or_else(|| unclear("the answer has no handle"))
    }
}

fn unclear(why: &str) -> SendFailure {
    SendFailure::Unknown { why: why.to_owned(), http_status: None }
}
