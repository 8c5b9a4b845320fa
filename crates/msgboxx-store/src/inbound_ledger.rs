//! The inbound ledger: what WhatsApp posted, byte for byte, before anybody understood it.

use crate::error::Result;
use crate::tx::Tx;
use crate::value::params;
use msgboxx_model::Instant;
use uuid::Uuid;

/// One kept post of WhatsApp.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LedgerEntry {
    /// Its identifier; ids sort by arrival.
    pub id: Uuid,
    /// When it arrived.
    pub received_at: Instant,
    /// Which app secret signed it.
    pub secret_fingerprint: String,
    /// The bytes as they came.
    pub body: Vec<u8>,
}

impl Tx<'_> {
    /// Keeps a post; it is processed later, in order.
    pub async fn keep_post(&mut self, secret_fingerprint: &str, body: &[u8]) -> Result<()> {
        let at = self.tick();
        self.push(
            "insert into inbound_ledger (id, received_at, secret_fingerprint, body, state) values ($1, $2, $3, $4, 'received')",
            params![self.id_at(at), at, secret_fingerprint, body],
        )
        .await
    }

    /// The oldest posts that nobody has processed.
    pub async fn received_posts(&mut self, most: i64) -> Result<Vec<LedgerEntry>> {
        self.all(
            "select id, received_at, secret_fingerprint, body from inbound_ledger where state = 'received' order by id limit $1",
            params![most],
            |row| Ok(LedgerEntry { id: row.get(0)?, received_at: row.get(1)?, secret_fingerprint: row.get(2)?, body: row.get(3)? }),
        )
        .await
    }

    /// A post was understood and its consequences are in the same unit.
    pub async fn post_processed(&mut self, id: Uuid) -> Result<()> {
        self.push("update inbound_ledger set state = 'processed', processed_at = $2 where id = $1", params![id, self.now()]).await
    }

    /// A post could not be understood: kept for a person, with the reason.
    pub async fn post_quarantined(&mut self, id: Uuid, reason: &str) -> Result<()> {
        self.push(
            "update inbound_ledger set state = 'quarantined', processed_at = $2, reason = $3 where id = $1",
            params![id, self.now(), reason],
        )
        .await
    }

    /// A part of a post could not be understood: kept by itself, so that its neighbours proceed.
    pub async fn quarantine_part(&mut self, post: &LedgerEntry, part: &[u8], reason: &str) -> Result<()> {
        self.push(
            "insert into inbound_ledger (id, received_at, secret_fingerprint, body, state, reason, processed_at)
             values ($1, $2, $3, $4, 'quarantined', $5, $6)",
            params![self.new_id(), post.received_at, &post.secret_fingerprint, part, reason, self.now()],
        )
        .await
    }
}
