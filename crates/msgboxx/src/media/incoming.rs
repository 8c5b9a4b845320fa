//! The file that a customer's message announces.

use msgboxx_cloud_api::webhook::{Content, IncomingMessage, Media};
use msgboxx_model::{Failure, Instant, MediaId, MessageKind, media};
use msgboxx_store::{NewMedia, NewMessage, Tx};

/// Characters of a file's name that are kept.
const LONGEST_NAME: usize = 255;

/// What is noted about the file of a message that is just taken in; none for a message without one.
pub fn file_of(tx: &Tx<'_>, stored: &NewMessage, message: &IncomingMessage) -> Option<NewMedia> {
    let (kind, announced) = announced(&message.content)?;
    // A sender whose clock is ahead must not make us ask for longer than WhatsApp keeps it.
    let sent_at = message.timestamp.map_or(tx.now(), Instant::from_seconds).min(tx.now());
    Some(NewMedia {
        id: MediaId(tx.new_id()),
        api_account_id: stored.api_account_id,
        message_id: stored.id,
        kind,
        whatsapp_id: plain(announced.id.as_deref()),
        whatsapp_sha256: plain(announced.sha256.as_deref()),
        file_name: plain(announced.filename.as_deref()).chars().take(LONGEST_NAME).collect(),
        give_up_at: sent_at.plus(media::LIFE),
        failure: announced.id.is_none().then(|| not_handed_over(message)),
    })
}

fn announced(content: &Content) -> Option<(MessageKind, &Media)> {
    Some(match content {
        Content::Image(media) => (MessageKind::Image, media),
        Content::Video(media) => (MessageKind::Video, media),
        Content::Audio(media) => (MessageKind::Audio, media),
        Content::Document(media) => (MessageKind::Document, media),
        Content::Sticker(media) => (MessageKind::Sticker, media),
        _ => return None,
    })
}

fn not_handed_over(message: &IncomingMessage) -> Failure {
    let why = message.errors.first().map_or("it named none", |error| error.advice().sentence);
    Failure { code: "file_unavailable".to_owned(), detail: format!("WhatsApp did not hand over the file: {why}") }
}

/// Without control characters, which PostgreSQL and headers refuse.
fn plain(text: Option<&str>) -> String {
    text.unwrap_or_default().chars().filter(|char| !char.is_control()).collect()
}
