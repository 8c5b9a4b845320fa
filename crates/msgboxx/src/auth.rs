//! Who somebody is and what they may see: passwords, access tokens, sessions, and how often one may
//! guess.
//!
//! `caller` holds the parameter types of the public API's handlers; the rest knows nothing of HTTP's
//! framework.

pub mod access;
pub mod address;
pub mod caller;
pub mod password;
pub mod refresh;
pub mod sign_in;
pub mod throttle;
pub mod token;
