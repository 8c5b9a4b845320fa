//! The WhatsApp Business Cloud API: a client, its webhook payloads and the check of their signature.
//!
//! Usable without the rest of msgboxx. Two rules run through it: what WhatsApp sends is never
//! refused because a field or a kind is unknown (the raw JSON is kept beside what was understood),
//! and a failed call is a value that says whether WhatsApp may have taken it.
//! Shapes and codes are those of Meta's public documentation of 2025 and 2026.

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
pub use send::{Outgoing, OutgoingContent, Recipient};
