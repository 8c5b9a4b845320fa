//! The simulator as its users meet it: over HTTP, with a receiver for its webhooks.

mod harness;

mod clock;
mod control;
mod faults;
mod graph;
mod media;
mod messages;
mod page;
mod restart;
mod templates;
mod webhooks;
