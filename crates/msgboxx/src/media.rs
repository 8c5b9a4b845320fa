//! Files of messages: fetched from WhatsApp, kept in the media store, handed out by signed addresses.
//!
//! Nothing that a sender says decides where a file lies or as what it is served: its key is random,
//! its type is found from its content, and what could act in a browser is only ever a download.
//! No file is held in memory whole, but for pictures while they are made small.

mod content_type;
mod fetch;
mod incoming;
mod links;
mod media_store;
mod range;
mod serve;
mod thumbnail;

pub use fetch::{Fetched, Trouble, fetch};
pub use incoming::file_of;
pub use links::MediaLinks;
pub use media_store::MediaStore;
pub use serve::router;
pub use thumbnail::Thumbnails;
