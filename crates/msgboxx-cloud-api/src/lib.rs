//! The WhatsApp Business Cloud API: a client, its webhook payloads and the check of their signature.
//!
//! Usable without the rest of msgboxx. Two rules run through it: what WhatsApp sends is never
//! refused because a field or a kind is unknown (the raw JSON is kept beside what was understood),
//! and a failed call is a value that says whether WhatsApp may have taken it.
//! Shapes and codes are those of Meta's public documentation of 2025 and 2026.
//!
//! ```no_run
//! # async fn example(http: reqwest::Client, credentials: msgboxx_cloud_api::Credentials) -> Result<(), Box<dyn std::error::Error>> {
//! use msgboxx_cloud_api::{Client, Outgoing, OutgoingContent, Recipient};
//!
//! let message = Outgoing {
//!     to: Recipient::Phone("+16505551234".to_owned()),
//!     content: OutgoingContent::Text { body: "Your order is on its way.".to_owned(), preview_url: false },
//!     quoted: None,
//!     callback_data: Some("attempt-1".to_owned()),
//! };
//! message.check()?;
//! match Client::new(http).send(&credentials, &message).await {
//!     Ok(accepted) => println!("WhatsApp calls it {}", accepted.wamid),
//!     Err(failure) => match failure.graph_error() {
//!         Some(error) => println!("{} ({:?})", error.advice().sentence, error.advice().action),
//!         None => println!("{failure}"),
//!     },
//! }
//! # Ok(())
//! # }
//! ```

pub mod card;
pub mod client;
pub mod codes;
pub mod error;
mod json;
pub mod send;
pub mod signature;
pub mod templates;
pub mod webhook;

pub use client::{Accepted, Client, Credentials};
pub use codes::{Action, Advice, Scope};
pub use error::{GraphError, SendFailure};
pub use send::{Flaws, Outgoing, OutgoingContent, Recipient};
pub use templates::{NewTemplate, TemplateEdit};
