//! msgboxx: the WhatsApp Business shared inbox and messaging platform.
//!
//! The program is a library with a thin `main`, so that tests and benchmarks can run it in process.
//! The rules live in `inbox`, `sending` and `webhooks`, which know nothing of HTTP; `api`,
//! `cloud_webhook` and `jobs` are doors to them.

pub mod account_health;
pub mod accounts;
pub mod alias_uses;
pub mod api;
pub mod app;
pub mod auth;
pub mod broadcasts;
pub mod chance;
pub mod cli;
pub mod clock;
pub mod cloud_webhook;
pub mod config;
pub mod contacts;
pub mod health;
pub mod http;
pub mod inbox;
pub mod installation;
pub mod jobs;
pub mod logging;
pub mod media;
pub mod metrics;
pub mod provision;
pub mod rate_limit;
pub mod router;
pub mod secrets;
pub mod sending;
pub mod simulated;
pub mod templates;
pub mod tls;
pub mod wake;
pub mod web;
pub mod webhooks;

#[cfg(test)]
mod testing;
