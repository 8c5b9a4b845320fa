//! The engine's rules against a database, with a clock that is set by hand.

mod claims;
mod limits;
mod shapes;
mod stage;
mod unknown;
