//! An organisation's webhooks: which targets are allowed, how calls are signed, how they are made.
//!
//! Nothing here knows the public API's protocol; its verbs and the delivery worker meet in these
//! modules. A call to a target is made only through the guard: the target is a stranger's choice.

pub mod deliver;
pub mod guard;
pub mod replay;
pub mod sign;
pub mod subscribe;
