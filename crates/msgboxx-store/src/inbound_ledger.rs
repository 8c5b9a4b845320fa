//! The inbound ledger: what WhatsApp posted, byte for byte, before anybody understood it.

use crate::clock::id_at;
use crate::error::Result;
use crate::row::Row;
use crate::tx::Tx;
use crate::value::params;
use aws_lc_rs::digest;
use msgboxx_model::{Instant, text_enum};
use uuid::Uuid;

text_enum! {
    /// What became of an entry of the ledger.
    EntryState {
        /// It waits.
        Received = "received",
        /// What it says is done.
        Processed = "processed",
        /// It could not be understood.
        Quarantined = "quarantined",
    }
}

/// An entry with what became of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LedgerRecord {
    /// What was kept.
    pub entry: LedgerEntry,
    /// What became of it.
    pub state: EntryState,
    /// Why it was set aside.
    pub reason: Option<String>,
}

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

    /// Keeps a part of a post as an entry of its own: to be processed alone, or set aside with the reason. A part has the same
    /// identifier each time, so repeating this adds nothing.
    pub async fn keep_part(&mut self, post: &LedgerEntry, number: usize, body: &[u8], set_aside: Option<&str>) -> Result<()> {
        let state = if set_aside.is_some() { EntryState::Quarantined } else { EntryState::Received };
        self.push(
            "insert into inbound_ledger (id, received_at, secret_fingerprint, body, state, reason, processed_at)
             values ($1, $2, $3, $4, $5, $6, $7)
             on conflict (id) do update set state = excluded.state, reason = excluded.reason, processed_at = excluded.processed_at",
            params![
                part_id(post.id, number),
                post.received_at,
                &post.secret_fingerprint,
                body,
                state.as_str(),
                set_aside,
                set_aside.map(|_| self.now())
            ],
        )
        .await
    }

    /// One entry, if there is one of that id.
    pub async fn ledger_record(&mut self, id: Uuid) -> Result<Option<LedgerRecord>> {
        self.optional(
            "select id, received_at, secret_fingerprint, body, state, reason from inbound_ledger where id = $1",
            params![id],
            read_record,
        )
        .await
    }

    /// Entries that arrived from `span.0` on and before `span.1`, in the order of their identifiers, after one of them.
    pub async fn ledger_records(
        &mut self,
        state: Option<EntryState>,
        span: (Instant, Instant),
        after: Option<Uuid>,
        most: i64,
    ) -> Result<Vec<LedgerRecord>> {
        let first = after.unwrap_or(Uuid::nil()).max(first_id(span.0));
        self.all(
            "select id, received_at, secret_fingerprint, body, state, reason from inbound_ledger
             where id > $1 and id < $2 and (cast($3 as text) is null or state = $3) order by id limit $4",
            params![first, first_id(span.1), state.map(EntryState::as_str), most],
            read_record,
        )
        .await
    }

    /// Puts an entry back, to be processed again; false when there is none of that id.
    pub async fn replay_post(&mut self, id: Uuid) -> Result<bool> {
        let found = self
            .execute("update inbound_ledger set state = 'received', reason = null, processed_at = null where id = $1", params![id])
            .await?;
        Ok(found == 1)
    }

    /// Puts back all entries of a state that arrived from `span.0` on and before `span.1`, and answers how many.
    pub async fn replay_posts(&mut self, state: EntryState, span: (Instant, Instant)) -> Result<u64> {
        self.execute(
            "update inbound_ledger set state = 'received', reason = null, processed_at = null where state = $1 and id > $2 and id < $3",
            params![state.as_str(), first_id(span.0), first_id(span.1)],
        )
        .await
    }
}

fn read_record(row: &Row<'_>) -> Result<LedgerRecord> {
    let entry = LedgerEntry { id: row.get(0)?, received_at: row.get(1)?, secret_fingerprint: row.get(2)?, body: row.get(3)? };
    Ok(LedgerRecord { entry, state: row.get(4)?, reason: row.get(5)? })
}

/// The identifier of a part of an entry: beside the entry's own, in the order of the parts, and the same each time.
pub fn part_id(post: Uuid, number: usize) -> Uuid {
    let mut bytes = post.into_bytes();
    let number = u32::try_from(number).unwrap_or(u32::MAX).to_be_bytes();
    let hash = digest::digest(&digest::SHA256, &[&bytes[..], &number].concat());
    // The variant's two bits, 22 bits of the number, and what keeps parts of different posts apart.
    bytes[8] = 0x80 | (number[1] >> 2);
    bytes[9] = number[1] << 6 | number[2] >> 2;
    bytes[10] = number[2] << 6 | number[3] >> 2;
    bytes[11] = number[3] << 6 | (hash.as_ref()[0] & 0x3f);
    bytes[12..].copy_from_slice(&hash.as_ref()[1..5]);
    Uuid::from_bytes(bytes)
}

/// An identifier before those of all entries that arrive at this instant.
fn first_id(at: Instant) -> Uuid {
    let mut bytes = id_at(at.whole_millis()).into_bytes();
    bytes[6..].fill(0);
    Uuid::from_bytes(bytes)
}
