//! WhatsApp on your own machine: the Cloud API, the phones of its customers and the webhooks.
//!
//! Demo, tests, benchmarks and bug reports use it through the same connector as the real one, so
//! nothing of it is reachable from outside but HTTP and the clock. What it has accepted stands in
//! its ledger before it answers; after a kill everything is rebuilt from there, and webhooks that
//! nobody had acknowledged are posted again.

pub mod clock;
pub mod config;
pub mod simulator;

mod control;
mod delivery;
mod graph;
mod ledger;
mod page;
mod plan;
mod reply;
mod server;
mod shared;
mod world;

pub use clock::SimulatorClock;
pub use config::{BusinessNumber, SimTemplate, SimulatorConfig, Timing};
pub use simulator::{Simulator, SimulatorError, SimulatorHandle};
