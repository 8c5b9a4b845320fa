//! Files of messages: waiting at WhatsApp, stored, or given up.
//!
//! A node claims a waiting file by moving its time and counting the attempt. Whatever is written
//! about an attempt names its number, so that one that was overtaken changes nothing.

use crate::dialect::MEDIA_TO_FETCH;
use crate::error::Result;
use crate::tx::Tx;
use crate::value::params;
use msgboxx_model::{ApiAccountId, Failure, Instant, MediaId, MessageId, MessageKind, OrganisationId};

/// A file that a message has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewMedia {
    /// Its identifier.
    pub id: MediaId,
    /// Whose number it came to.
    pub api_account_id: ApiAccountId,
    /// The message that has it.
    pub message_id: MessageId,
    /// The message's kind, which says what the file must be.
    pub kind: MessageKind,
    /// Its id at WhatsApp.
    pub whatsapp_id: String,
    /// Its SHA-256 as WhatsApp wrote it; empty when it did not.
    pub whatsapp_sha256: String,
    /// What the sender calls it. Only ever a text, never a path.
    pub file_name: String,
    /// When WhatsApp forgets it.
    pub give_up_at: Instant,
    /// Why it cannot even be asked for.
    pub failure: Option<Failure>,
}

/// An attempt at fetching a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MediaJob {
    /// The tenant.
    pub organisation_id: OrganisationId,
    /// Whose number it came to.
    pub api_account_id: ApiAccountId,
    /// The file.
    pub id: MediaId,
    /// The message that has it.
    pub message_id: MessageId,
    /// What the file must be.
    pub kind: MessageKind,
    /// Its id at WhatsApp.
    pub whatsapp_id: String,
    /// Its SHA-256 as WhatsApp wrote it; empty when it did not.
    pub whatsapp_sha256: String,
    /// The number of this attempt, from 1.
    pub attempt: i64,
    /// When WhatsApp forgets it.
    pub give_up_at: Instant,
}

/// Where a fetched file lies and what it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredFile {
    /// Its key in the media store.
    pub object_key: String,
    /// Key and type of its small picture.
    pub thumbnail: Option<(String, &'static str)>,
    /// Its type, found from its content.
    pub content_type: &'static str,
    /// In bytes.
    pub size: i64,
    /// Of its content.
    pub sha256: Vec<u8>,
}

/// A stored file, for whoever serves it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredMedia {
    /// Its key in the media store.
    pub object_key: String,
    /// Key and type of its small picture.
    pub thumbnail: Option<(String, String)>,
    /// Its type, found from its content.
    pub content_type: String,
    /// In bytes.
    pub size: i64,
    /// What the sender calls it.
    pub file_name: String,
}

impl Tx<'_> {
    /// Notes the file of a message that was just inserted.
    pub async fn insert_media(&mut self, organisation: OrganisationId, media: &NewMedia) -> Result<()> {
        let state = if media.failure.is_some() { "failed" } else { "waiting" };
        self.push(
            "insert into media (organisation_id, id, api_account_id, message_id, kind, state, whatsapp_id, whatsapp_sha256, file_name,
                                attempt_count, run_at, give_up_at, failure_code, failure_detail, created_at)
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9, 0, $10, $11, $12, $13, $10)",
            params![
                organisation,
                media.id,
                media.api_account_id,
                media.message_id,
                media.kind.as_str(),
                state,
                &media.whatsapp_id,
                &media.whatsapp_sha256,
                &media.file_name,
                self.now(),
                media.give_up_at,
                media.failure.as_ref().map(|failure| failure.code.as_str()),
                media.failure.as_ref().map(|failure| failure.detail.as_str())
            ],
        )
        .await
    }

    /// The accounts that have files to fetch now.
    pub async fn accounts_with_media_due(&mut self) -> Result<Vec<(OrganisationId, ApiAccountId)>> {
        self.all(
            "select distinct organisation_id, api_account_id from media where state = 'waiting' and run_at <= $1",
            params![self.now()],
            |row| Ok((row.get(0)?, row.get(1)?)),
        )
        .await
    }

    /// Claims files of an account that are due, the longest waiting first. Nobody else gets them before `until`.
    pub async fn claim_media(
        &mut self,
        organisation: OrganisationId,
        api_account: ApiAccountId,
        until: Instant,
        most: i64,
    ) -> Result<Vec<MediaJob>> {
        let jobs = self
            .all(MEDIA_TO_FETCH, params![organisation, api_account, self.now(), most], |row| {
                Ok(MediaJob {
                    organisation_id: organisation,
                    api_account_id: api_account,
                    id: row.get(0)?,
                    message_id: row.get(1)?,
                    kind: row.get(2)?,
                    whatsapp_id: row.get(3)?,
                    whatsapp_sha256: row.get(4)?,
                    attempt: row.get::<i64>(5)? + 1,
                    give_up_at: row.get(6)?,
                })
            })
            .await?;
        for job in &jobs {
            self.push(
                "update media set attempt_count = $3, run_at = $4 where organisation_id = $1 and id = $2",
                params![organisation, job.id, job.attempt, until],
            )
            .await?;
        }
        Ok(jobs)
    }

    /// Puts the next attempt off, as long as no other one began: to go on with this one, or to try again then.
    pub async fn media_until(&mut self, job: &MediaJob, at: Instant) -> Result<bool> {
        let kept = self
            .execute(
                "update media set run_at = $4 where organisation_id = $1 and id = $2 and state = 'waiting' and attempt_count = $3",
                params![job.organisation_id, job.id, job.attempt, at],
            )
            .await?;
        Ok(kept == 1)
    }

    /// The attempt failed and another one follows.
    pub async fn media_again(&mut self, job: &MediaJob, at: Instant, why: &Failure) -> Result<()> {
        self.push(
            "update media set run_at = $4, failure_code = $5, failure_detail = $6
             where organisation_id = $1 and id = $2 and state = 'waiting' and attempt_count = $3",
            params![job.organisation_id, job.id, job.attempt, at, &why.code, &why.detail],
        )
        .await
    }

    /// The file will not come; false if another attempt began meanwhile.
    pub async fn media_failed(&mut self, job: &MediaJob, why: &Failure) -> Result<bool> {
        let ended = self
            .execute(
                "update media set state = 'failed', failure_code = $4, failure_detail = $5
                 where organisation_id = $1 and id = $2 and state = 'waiting' and attempt_count = $3",
                params![job.organisation_id, job.id, job.attempt, &why.code, &why.detail],
            )
            .await?;
        Ok(ended == 1)
    }

    /// The file is there; false if another attempt began meanwhile.
    pub async fn media_stored(&mut self, job: &MediaJob, file: &StoredFile) -> Result<bool> {
        let (thumbnail_key, thumbnail_type) = file.thumbnail.as_ref().map(|(key, of)| (key.as_str(), *of)).unzip();
        let stored = self
            .execute(
                "update media set state = 'stored', object_key = $4, thumbnail_key = $5, thumbnail_type = $6, content_type = $7, size = $8,
                                  sha256 = $9, failure_code = null, failure_detail = null
                 where organisation_id = $1 and id = $2 and state = 'waiting' and attempt_count = $3",
                params![
                    job.organisation_id,
                    job.id,
                    job.attempt,
                    &file.object_key,
                    thumbnail_key,
                    thumbnail_type,
                    file.content_type,
                    file.size,
                    &file.sha256
                ],
            )
            .await?;
        Ok(stored == 1)
    }

    /// A file of this organisation that is there.
    pub async fn stored_media(&mut self, organisation: OrganisationId, id: MediaId) -> Result<Option<StoredMedia>> {
        self.optional(
            "select object_key, thumbnail_key, thumbnail_type, content_type, size, file_name from media
             where organisation_id = $1 and id = $2 and state = 'stored'",
            params![organisation, id],
            |row| {
                Ok(StoredMedia {
                    object_key: row.get(0)?,
                    thumbnail: row.get::<Option<String>>(1)?.zip(row.get(2)?),
                    content_type: row.get(3)?,
                    size: row.get(4)?,
                    file_name: row.get(5)?,
                })
            },
        )
        .await
    }
}
