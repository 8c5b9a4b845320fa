//! The simulator as its users meet it: over HTTP, with a receiver for its webhooks.

mod harness;

mod accounts;
mod callbacks;
mod clock;
mod control;
mod customers;
mod faults;
mod graph;
mod inbound;
mod limits;
mod media;
mod messages;
mod page;
mod pricing;
mod quality;
mod restart;
mod rules;
mod templates;
mod uploads;
mod variants;
mod webhooks;
