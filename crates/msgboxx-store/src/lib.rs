//! Every SQL statement and migration of msgboxx: SQLite and PostgreSQL behind one [`Store`].
//!
//! A unit of work is an async closure over a [`Tx`]. On SQLite one writer thread puts many units
//! into one commit; on PostgreSQL each unit is a transaction on a pooled
//! connection with pipelined statements. Either way a unit is acknowledged only after its commit is
//! durable. Statements are methods of `Tx`, one file per entity, one text for both engines; the few
//! texts that differ stand in `dialect`.

mod clock;
mod dialect;
mod error;
mod migrate;
mod postgres;
mod row;
mod settings;
mod sqlite;
mod store;
mod tx;
mod under_way;
mod unit;
mod value;

mod account_health;
mod account_routes;
mod accounts;
mod alias_uses;
mod backlog;
mod broadcasts;
mod contacts;
mod conversations;
mod deliveries;
mod delivery_attempts;
mod events;
mod idempotency;
mod inbound_ledger;
mod inboxes;
mod installation;
mod leases;
mod media;
mod messages;
mod nodes;
mod organisations;
mod pages;
mod record_counts;
mod send_jobs;
mod sending_limits;
mod sessions;
mod sign_in_throttle;
mod teams;
mod templates;
mod tier;
mod users;
mod webhook_replays;
mod webhooks;

pub use account_routes::AccountRoute;
pub use alias_uses::AliasUses;
pub use backlog::Backlog;
pub use broadcasts::BroadcastFilter;
pub use contacts::{ContactFilter, ContactIdentity};
pub use deliveries::DueDelivery;
pub use delivery_attempts::{Attempt, AttemptOutcome, Delivery};
pub use error::StoreError;
pub use idempotency::{IdempotencyKey, KeptAnswer};
pub use inbound_ledger::{EntryState, LedgerEntry, LedgerRecord, part_id};
pub use installation::StoredTokenKey;
pub use leases::Lease;
pub use media::{MediaJob, NewMedia, StoredFile, StoredMedia};
pub use messages::{Amendment, AttemptLife, JobLife, MessageFilter, MessageLife, NewMessage, ParkedStatus, StatusLife};
pub use organisations::Owned;
pub use pages::{PageRequest, Records};
pub use record_counts::RecordKind;
pub use send_jobs::{DueJob, LastAttempt, NewSendJob, UnknownJob};
pub use sending_limits::SendingLimits;
pub use sessions::{NewSession, RefreshToken};
pub use settings::{Database, DatabaseUrlError, StoreSettings};
pub use store::Store;
pub use templates::TemplateRecord;
pub use tx::Tx;
pub use users::SignInUser;
pub use webhook_replays::DueReplay;

#[cfg(test)]
mod testing;
#[cfg(test)]
mod tests;
