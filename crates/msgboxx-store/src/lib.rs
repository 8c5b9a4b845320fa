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

mod account_routes;
mod accounts;
mod alias_uses;
mod backlog;
mod broadcasts;
mod contacts;
mod conversations;
mod deliveries;
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
mod sessions;
mod sign_in_throttle;
mod teams;
mod templates;
mod users;
mod webhooks;

pub use account_routes::AccountRoute;
pub use alias_uses::AliasUses;
pub use backlog::Backlog;
pub use broadcasts::BroadcastFilter;
pub use contacts::{ContactFilter, ContactIdentity};
pub use deliveries::DueDelivery;
pub use error::StoreError;
pub use idempotency::{IdempotencyKey, KeptAnswer};
pub use inbound_ledger::{EntryState, LedgerEntry, LedgerRecord, part_id};
pub use installation::StoredTokenKey;
pub use leases::Lease;
pub use media::{MediaJob, NewMedia, StoredFile, StoredMedia};
pub use messages::{Amendment, MessageFilter, NewMessage, ParkedStatus};
pub use organisations::Owned;
pub use pages::{PageRequest, Records};
pub use record_counts::RecordKind;
pub use send_jobs::{DueJob, NewSendJob, UnknownJob};
pub use sessions::{NewSession, RefreshToken};
pub use settings::{Database, DatabaseUrlError, StoreSettings};
pub use store::Store;
pub use tx::Tx;
pub use users::SignInUser;

#[cfg(test)]
mod testing;
#[cfg(test)]
mod tests;
