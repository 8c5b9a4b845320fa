//! The verbs of the shared inbox: receive, reply, assign.
//!
//! They know nothing of HTTP; the API, the pages and the jobs are doors to them.

pub mod assign;
pub mod consent;
pub mod content;
pub mod receive;
pub mod reply;
pub mod status;
