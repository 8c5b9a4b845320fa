//! Secrets: the type that does not print, and the installation's key that encrypts them at rest.
//!
//! What is sealed for one row and column opens nowhere else: the place is part of the encryption.

mod installation_key;
mod key_file;
mod secret;

pub(crate) use installation_key::random;
pub use installation_key::{InstallationKey, KeyError, OpenError, Place};
pub(crate) use key_file::is_readable_by_others;
pub use key_file::{KeySource, load};
pub use secret::Secret;
