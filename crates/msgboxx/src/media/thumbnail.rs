//! Small pictures of pictures.
//!
//! A picture of a few kilobytes can claim billions of pixels, so its measures are read before
//! anything else, decoding has a ceiling of memory, and one is decoded at a time, away from the
//! threads that serve. A picture that cannot be made small is stored all the same.

use bytes::Bytes;
use image::codecs::jpeg::JpegEncoder;
use image::{DynamicImage, ExtendedColorType, ImageDecoder, ImageEncoder, ImageError, ImageFormat, ImageReader, Limits};
use std::io::Cursor;
use tokio::sync::Semaphore;

/// The longer side, in pixels.
const SIDE: u32 = 320;
/// The largest picture that is made small. A phone's camera takes 12 million pixels; WhatsApp sends fewer.
const MOST_PIXELS: u64 = 16_000_000;
const MOST_MEMORY: u64 = 80 << 20;
const QUALITY: u8 = 80;

/// A small picture.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Thumbnail {
    /// The file.
    pub bytes: Vec<u8>,
    /// Its type.
    pub content_type: &'static str,
}

/// Makes small pictures, one at a time.
#[derive(Debug)]
pub struct Thumbnails(Semaphore);

impl Default for Thumbnails {
    fn default() -> Self {
        Self(Semaphore::new(1))
    }
}

impl Thumbnails {
    /// The small picture of a picture; none when it is broken or too large.
    pub async fn make(&self, picture: impl AsyncFnOnce() -> Option<Bytes>) -> Option<Thumbnail> {
        let _turn = self.0.acquire().await.ok()?;
        let picture = picture().await?;
        // A decoder that panics ends there.
        let made = tokio::task::spawn_blocking(move || shrink(&picture)).await;
        made.ok()?.inspect_err(|error| tracing::debug!(%error, "a picture has no thumbnail")).ok()
    }
}

fn shrink(picture: &[u8]) -> Result<Thumbnail, ImageError> {
    let format = image::guess_format(picture)?;
    let (width, height) = ImageReader::with_format(Cursor::new(picture), format).into_dimensions()?;
    if u64::from(width) * u64::from(height) > MOST_PIXELS {
        return Err(ImageError::Limits(image::error::LimitError::from_kind(image::error::LimitErrorKind::DimensionError)));
    }
    let mut reader = ImageReader::with_format(Cursor::new(picture), format);
    let mut limits = Limits::default();
    limits.max_alloc = Some(MOST_MEMORY);
    reader.limits(limits);
    let mut decoder = reader.into_decoder()?;
    let orientation = decoder.orientation()?;
    let whole = DynamicImage::from_decoder(decoder)?;
    let mut small = if width.max(height) > SIDE { whole.thumbnail(SIDE, SIDE) } else { whole };
    small.apply_orientation(orientation);
    written(&small)
}

/// As JPEG, or as PNG if something is transparent.
fn written(small: &DynamicImage) -> Result<Thumbnail, ImageError> {
    let mut bytes = Vec::new();
    if small.color().has_alpha() {
        small.to_rgba8().write_to(&mut Cursor::new(&mut bytes), ImageFormat::Png)?;
        return Ok(Thumbnail { bytes, content_type: "image/png" });
    }
    let opaque = small.to_rgb8();
    let encoder = JpegEncoder::new_with_quality(&mut bytes, QUALITY);
    encoder.write_image(&opaque, opaque.width(), opaque.height(), ExtendedColorType::Rgb8)?;
    Ok(Thumbnail { bytes, content_type: "image/jpeg" })
}

#[cfg(test)]
mod tests {
    use super::*;
    use image::{Rgb, RgbImage, Rgba, RgbaImage};

    fn file(picture: &DynamicImage, format: ImageFormat) -> Vec<u8> {
        let mut bytes = Vec::new();
        picture.write_to(&mut Cursor::new(&mut bytes), format).expect("it can be written");
        bytes
    }

    fn measures(thumbnail: &Thumbnail) -> (u32, u32) {
        image::load_from_memory(&thumbnail.bytes).map(|it| (it.width(), it.height())).expect("a picture")
    }

    /// A PNG that says it is this large, with next to nothing in it.
    fn png_that_claims(width: u32, height: u32) -> Vec<u8> {
        let mut bytes = file(&RgbImage::new(1, 1).into(), ImageFormat::Png);
        bytes[16..20].copy_from_slice(&width.to_be_bytes());
        bytes[20..24].copy_from_slice(&height.to_be_bytes());
        let sum = crc32(&bytes[12..29]);
        bytes[29..33].copy_from_slice(&sum.to_be_bytes());
        bytes
    }

    fn crc32(bytes: &[u8]) -> u32 {
        !bytes.iter().fold(u32::MAX, |sum, byte| {
            (0..8).fold(sum ^ u32::from(*byte), |sum, _| if sum & 1 == 1 { sum >> 1 ^ 0xedb8_8320 } else { sum >> 1 })
        })
    }

    #[test]
    fn a_large_picture_becomes_small_and_a_small_one_stays() {
        let large = DynamicImage::from(RgbImage::from_pixel(1200, 600, Rgb([200, 10, 10])));
        for format in [ImageFormat::Jpeg, ImageFormat::Png, ImageFormat::WebP] {
            let small = shrink(&file(&large, format)).expect("a thumbnail");
            assert_eq!((measures(&small), small.content_type), ((320, 160), "image/jpeg"), "{format:?}");
            assert!(small.bytes.len() < 20_000);
        }
        let tiny = DynamicImage::from(RgbImage::new(3, 5));
        assert_eq!(measures(&shrink(&file(&tiny, ImageFormat::Png)).expect("a thumbnail")), (3, 5));
    }

    #[test]
    fn what_is_transparent_stays_so() {
        let sticker = DynamicImage::from(RgbaImage::from_pixel(512, 512, Rgba([0, 0, 0, 0])));
        let small = shrink(&file(&sticker, ImageFormat::WebP)).expect("a thumbnail");
        assert_eq!(small.content_type, "image/png");
        assert_eq!(image::load_from_memory(&small.bytes).expect("a picture").to_rgba8().get_pixel(0, 0)[3], 0);
    }

    #[test]
    fn a_bomb_is_put_aside_by_its_measures() {
        for (width, height) in [(60_000, 60_000), (u32::MAX, u32::MAX), (1, u32::MAX), (16_001, 1_000)] {
            let error = shrink(&png_that_claims(width, height)).expect_err("too large");
            assert!(!error.to_string().is_empty());
        }
        assert!(shrink(&png_that_claims(4_000, 4_000)).is_err(), "it has no such data");
    }

    #[tokio::test]
    async fn what_is_broken_has_no_thumbnail() {
        let whole = file(&RgbImage::new(400, 400).into(), ImageFormat::Jpeg);
        let thumbnails = Thumbnails::default();
        for broken in [&b""[..], b"hello", &whole[..20], b"\x89PNG\r\n\x1a\n", b"RIFF\xff\xff\xff\xffWEBPVP8X"] {
            let broken = Bytes::copy_from_slice(broken);
            assert_eq!(thumbnails.make(async || Some(broken)).await, None);
        }
        assert!(thumbnails.make(async || Some(Bytes::from(whole))).await.is_some(), "the next one is made");
    }
}
