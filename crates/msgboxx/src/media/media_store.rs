//! Where files lie: a directory of this machine, or a bucket of S3 or something that speaks like it.

use crate::config::{MediaLocation, Settings};
use anyhow::Context;
use bytes::Bytes;
use msgboxx_model::{Instant, OrganisationId};
use object_store::aws::AmazonS3Builder;
use object_store::buffered::BufWriter;
use object_store::local::LocalFileSystem;
use object_store::path::Path;
use object_store::prefix::PrefixStore;
use object_store::{ClientOptions, GetOptions, GetRange, GetResult, ObjectStore, ObjectStoreExt, RetryConfig};
use std::fs::DirBuilder;
use std::ops::Range;
use std::os::unix::fs::DirBuilderExt;
use std::sync::Arc;
use std::time::Duration;
use uuid::Uuid;

/// The parts in which a large file is handed over. S3 takes none that are smaller.
const PART: usize = 5 << 20;
/// Parts of one file on their way at once.
const PARTS_AT_ONCE: usize = 1;

/// The files. Cheap to clone.
#[derive(Debug, Clone)]
pub struct MediaStore(Arc<dyn ObjectStore>);

impl MediaStore {
    /// Opens the place that the settings name; a directory is made when there is none.
    ///
    /// # Errors
    /// When the directory cannot be made, or the AWS variables contradict each other.
    pub fn open(settings: &Settings) -> anyhow::Result<Self> {
        Ok(Self(match &settings.media {
            MediaLocation::Directory(directory) => {
                let made = DirBuilder::new().recursive(true).mode(0o700).create(directory);
                made.with_context(|| format!("the directory {} cannot be made", directory.display()))?;
                let files = LocalFileSystem::new_with_prefix(directory).context("the media directory cannot be used")?;
                // What the database says is stored must be so after a power failure too.
                Arc::new(files.with_fsync(true))
            }
            MediaLocation::S3(url) => Arc::new(PrefixStore::new(bucket(url, settings)?, prefix(url)?)),
        }))
    }

    /// A key that no other file has, and that says nothing about the file.
    pub fn new_key(organisation: OrganisationId, at: Instant) -> String {
        let date = at.to_millis_text();
        let month = date.split_at_checked(7).map_or("", |(month, _)| month);
        format!("{organisation}/{month}/{}", Uuid::new_v4())
    }

    /// Writes a file piece by piece. It is there once the writer was shut down, and not before.
    pub fn writer(&self, key: &str) -> BufWriter {
        BufWriter::with_capacity(self.0.clone(), Path::from(key), PART).with_max_concurrency(PARTS_AT_ONCE)
    }

    /// Writes a small file.
    ///
    /// # Errors
    /// When the place does not take it.
    pub async fn put(&self, key: &str, bytes: Vec<u8>) -> object_store::Result<()> {
        self.0.put(&Path::from(key), bytes.into()).await.map(|_| ())
    }

    /// Reads a file, or so much of it.
    ///
    /// # Errors
    /// When it is not there, or the place does not answer.
    pub async fn read(&self, key: &str, range: Option<Range<u64>>) -> object_store::Result<GetResult> {
        let options = GetOptions { range: range.map(GetRange::Bounded), ..GetOptions::default() };
        self.0.get_opts(&Path::from(key), options).await
    }

    /// Reads a small file.
    ///
    /// # Errors
    /// When it is not there, or the place does not answer.
    pub async fn read_whole(&self, key: &str) -> object_store::Result<Bytes> {
        self.read(key, None).await?.bytes().await
    }

    /// Deletes a file.
    ///
    /// # Errors
    /// When the place does not answer.
    pub async fn delete(&self, key: &str) -> object_store::Result<()> {
        self.0.delete(&Path::from(key)).await
    }
}

fn bucket(url: &url::Url, settings: &Settings) -> anyhow::Result<impl ObjectStore> {
    // A part that does not move for this long is lost; a whole file may take as long as its reader wants.
    let client = ClientOptions::new().with_timeout_disabled().with_connect_timeout(Duration::from_secs(5));
    let client = client.with_read_timeout(Duration::from_mins(1));
    let retry = RetryConfig { max_retries: 3, retry_timeout: Duration::from_secs(30), ..RetryConfig::default() };
    let mut builder = AmazonS3Builder::new().with_client_options(client).with_retry(retry);
    for (name, value) in &settings.aws {
        if let Ok(key) = name.to_ascii_lowercase().parse() {
            builder = builder.with_config(key, value.expose());
        }
    }
    builder.with_bucket_name(url.host_str().unwrap_or_default()).build().context("the S3 media store (MSGBOXX_MEDIA_URL) cannot be used")
}

fn prefix(url: &url::Url) -> anyhow::Result<Path> {
    Path::from_url_path(url.path()).context("the path in MSGBOXX_MEDIA_URL cannot be used")
}
