//! The verbs of the shared inbox: receive, reply, assign.
//!
//! They know nothing of HTTP; the API, the pages and the jobs are doors to them.

pub mod amend;
pub mod assign;
pub mod consent;
pub mod content;
pub mod echo;
pub mod identity;
pub mod people;
pub mod preference;
pub mod receive;
pub mod reply;
pub mod status;
