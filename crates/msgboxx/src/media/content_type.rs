//! What a file is, by its first bytes, whatever its sender calls it.

use msgboxx_model::MessageKind;

/// So many bytes are enough to tell.
pub(super) const ENOUGH: usize = 8 << 10;

const PLAIN_BYTES: &str = "application/octet-stream";
const PLAIN_TEXT: &str = "text/plain";

/// Types that a browser can show and that cannot act in it.
const INERT: [&str; 16] = [
    "image/jpeg",
    "image/png",
    "image/gif",
    "image/webp",
    "audio/aac",
    "audio/amr",
    "audio/flac",
    "audio/mp4",
    "audio/mpeg",
    "audio/ogg",
    "audio/wav",
    "video/3gpp",
    "video/mp4",
    "video/quicktime",
    "video/webm",
    "video/ogg",
];

/// Types of documents that are named as what they are. Any other is bytes.
const DOCUMENTS: [&str; 12] = [
    "application/pdf",
    "application/msword",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "application/vnd.ms-excel",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "application/vnd.ms-powerpoint",
    "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    "application/vnd.oasis.opendocument.text",
    "application/vnd.oasis.opendocument.spreadsheet",
    "application/vnd.oasis.opendocument.presentation",
    "application/rtf",
    "application/zip",
];

/// Whether a browser may show it in place; else it is a download.
pub(super) fn is_inert(content_type: &str) -> bool {
    INERT.contains(&content_type)
}

/// The type of a file that came as this kind of message; none if it is not of that kind.
pub(super) fn content_type(kind: MessageKind, head: &[u8]) -> Option<&'static str> {
    let found = sniffed(kind, head);
    let is_a = |family: &str| found.filter(|found| found.starts_with(family));
    match kind {
        MessageKind::Image | MessageKind::Sticker => is_a("image/"),
        MessageKind::Video => is_a("video/"),
        MessageKind::Audio => is_a("audio/"),
        MessageKind::Document => Some(found.unwrap_or(if is_text(head) { PLAIN_TEXT } else { PLAIN_BYTES })),
        _ => None,
    }
}

/// One of the types that we name, if it is one.
fn sniffed(kind: MessageKind, head: &[u8]) -> Option<&'static str> {
    let found = infer::get(head).map_or("", |found| found.mime_type());
    let of_container = matches!(found, "" | "video/mp4" | "audio/m4a" | "video/x-m4v").then(|| of_container(kind, head)).flatten();
    let usual = match found {
        "audio/opus" => "audio/ogg",
        "audio/m4a" => "audio/mp4",
        "audio/x-wav" => "audio/wav",
        "audio/x-flac" => "audio/flac",
        "video/x-m4v" => "video/mp4",
        "" if is_mpeg_audio(head) => "audio/mpeg",
        found => found,
    };
    of_container.or_else(|| INERT.iter().chain(&DOCUMENTS).find(|known| **known == usual).copied())
}

/// The container of MP4 and 3GP holds films and sounds alike: the kind of the message tells which.
fn of_container(kind: MessageKind, head: &[u8]) -> Option<&'static str> {
    let brand = head.get(4..).and_then(|rest| rest.strip_prefix(b"ftyp"))?.get(..4)?;
    let is_known =
        brand.starts_with(b"3g") || [b"M4A ", b"M4B ", b"M4V ", b"isom", b"iso2", b"mp41", b"mp42", b"avc1"].iter().any(|it| *it == brand);
    let is_sound = brand.starts_with(b"M4A") || brand.starts_with(b"M4B");
    match kind {
        MessageKind::Audio if is_known => Some("audio/mp4"),
        _ if brand.starts_with(b"3g") => Some("video/3gpp"),
        _ if is_known && !is_sound => Some("video/mp4"),
        _ => None,
    }
}

/// A frame of MPEG audio: eleven set bits, then a version and a layer that exist.
fn is_mpeg_audio(head: &[u8]) -> bool {
    matches!(head, [0xff, second, ..] if second & 0xe0 == 0xe0 && second & 0x18 != 0x08 && second & 0x06 != 0)
}

/// UTF-8 without control characters; the last character may be cut.
fn is_text(head: &[u8]) -> bool {
    let text = match std::str::from_utf8(head) {
        Ok(text) => text,
        Err(error) if error.error_len().is_none() && head.len() >= ENOUGH => {
            std::str::from_utf8(&head[..error.valid_up_to()]).unwrap_or_default()
        }
        Err(_) => return false,
    };
    !text.is_empty() && !text.chars().any(|char| char.is_control() && !matches!(char, '\n' | '\r' | '\t' | '\u{c}'))
}

/// The usual ending of a file's name.
pub(super) fn extension(content_type: &str) -> &'static str {
    match content_type {
        "image/jpeg" => "jpg",
        "image/png" => "png",
        "image/gif" => "gif",
        "image/webp" => "webp",
        "audio/aac" => "aac",
        "audio/amr" => "amr",
        "audio/flac" => "flac",
        "audio/mp4" => "m4a",
        "audio/mpeg" => "mp3",
        "audio/ogg" => "ogg",
        "audio/wav" => "wav",
        "video/3gpp" => "3gp",
        "video/mp4" => "mp4",
        "video/quicktime" => "mov",
        "video/webm" => "webm",
        "application/pdf" => "pdf",
        "application/zip" => "zip",
        "text/plain" => "txt",
        _ => "bin",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const JPEG: &[u8] = b"\xff\xd8\xff\xe0\0\x10JFIF\0";
    const PNG: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR";
    const WEBP: &[u8] = b"RIFF\x1a\0\0\0WEBPVP8L";
    const OPUS: &[u8] = b"OggS\0\x02\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\x01\x13OpusHead";
    const SVG: &[u8] = b"<?xml version=\"1.0\"?><svg xmlns=\"http://www.w3.org/2000/svg\" onload=\"alert(1)\"/>";
    const HTML: &[u8] = b"<!DOCTYPE html><script>alert(1)</script>";
    const PDF: &[u8] = b"%PDF-1.4\n";

    #[test]
    fn a_kind_of_message_takes_files_of_its_kind_only() {
        use MessageKind::{Audio, Document, Image, Sticker, Video};
        let rows: [(MessageKind, &[u8], Option<&str>); 22] = [
            (Image, JPEG, Some("image/jpeg")),
            (Image, PNG, Some("image/png")),
            (Image, b"GIF89a", Some("image/gif")),
            (Sticker, WEBP, Some("image/webp")),
            (Image, SVG, None),
            (Image, HTML, None),
            (Image, b"hello", None),
            (Image, b"", None),
            (Image, PDF, None),
            (Image, b"\0\0\0\x18ftypheic", None),
            (Video, b"\0\0\0\x18ftypmp42", Some("video/mp4")),
            (Video, b"\0\0\0\x18ftyp3gp5", Some("video/3gpp")),
            (Video, b"\0\0\0\x18ftypheic", None),
            (Video, JPEG, None),
            (Audio, OPUS, Some("audio/ogg")),
            (Audio, b"\0\0\0\x18ftypmp42", Some("audio/mp4")),
            (Audio, b"#!AMR\n\x3c\x91\x17\x16\xbe\x66", Some("audio/amr")),
            (Audio, b"\xff\xfa\x90\x64", Some("audio/mpeg")),
            (Audio, b"\xff\xf1\x50\x80", Some("audio/aac")),
            (Document, PDF, Some("application/pdf")),
            (Document, b"PK\x03\x04....", Some("application/zip")),
            (Document, b"a;b\r\n1;2\r\n", Some("text/plain")),
        ];
        for (kind, head, expected) in rows {
            assert_eq!(content_type(kind, head), expected, "{kind} {}", String::from_utf8_lossy(head));
        }
    }

    #[test]
    fn what_could_act_in_a_browser_is_never_shown_nor_named() {
        for active in [SVG, HTML, PDF, b"\xef\xbb\xbf<html>", b"<script>", b"\0asm\x01\0\0\0", b"MZ\x90\0", b"%!PS-Adobe-3.0", b"\x01\x02"]
        {
            let found = content_type(MessageKind::Document, active).expect("a document may be anything");
            assert!(!is_inert(found), "{found}");
            assert!([PLAIN_BYTES, PLAIN_TEXT, "application/pdf"].contains(&found), "{found}");
        }
        assert!(!INERT.iter().any(|inert| inert.contains("svg") || inert.contains("html") || inert.contains("xml")));
    }

    #[test]
    fn a_text_may_be_cut_within_a_character() {
        let long: Vec<u8> = "é".bytes().cycle().take(ENOUGH + 1).collect();
        assert_eq!(content_type(MessageKind::Document, &long), Some(PLAIN_TEXT));
        assert_eq!(content_type(MessageKind::Document, b"caf\xe9 au lait"), Some(PLAIN_BYTES));
    }
}
