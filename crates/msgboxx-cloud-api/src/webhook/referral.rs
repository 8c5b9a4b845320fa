//! The advertisement or post that led a customer here. Comes with the first message, of any kind.

use serde_json::Value;

use crate::json::{self, Object};

/// Where a customer came from.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Referral {
    /// The address of the advertisement or post.
    pub source_url: Option<String>,
    /// Its id at Meta.
    pub source_id: Option<String>,
    /// `ad` or `post`.
    pub source_type: Option<String>,
    /// Its headline.
    pub headline: Option<String>,
    /// Its text.
    pub body: Option<String>,
    /// `image` or `video`.
    pub media_type: Option<String>,
    /// The picture's address.
    pub image_url: Option<String>,
    /// The video's address.
    pub video_url: Option<String>,
    /// The video's still picture.
    pub thumbnail_url: Option<String>,
    /// The click's id, to report conversions with; absent for advertisements in Status.
    pub click_id: Option<String>,
    /// What the advertisement let the customer begin with.
    pub welcome_text: Option<String>,
    /// The whole as it came.
    pub raw: Value,
}

impl Referral {
    pub(crate) fn read(referral: &Object) -> Self {
        Self {
            source_url: json::id(referral, "source_url"),
            source_id: json::id(referral, "source_id"),
            source_type: json::id(referral, "source_type"),
            headline: json::id(referral, "headline"),
            body: json::id(referral, "body"),
            media_type: json::id(referral, "media_type"),
            image_url: json::id(referral, "image_url"),
            video_url: json::id(referral, "video_url"),
            thumbnail_url: json::id(referral, "thumbnail_url"),
            click_id: json::id(referral, "ctwa_clid"),
            welcome_text: json::object(referral, "welcome_message").and_then(|welcome| json::id(welcome, "text")),
            raw: Value::Object(referral.clone()),
        }
    }
}
