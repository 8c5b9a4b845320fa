//! Jobs that are held: ready, but put behind everything else until WhatsApp allows more of their kind.
//!
//! Thousands may be held at once, so the looks for what is due never meet them: they stand apart by their priority.

use crate::error::Result;
use crate::tx::Tx;
use crate::value::params;
use msgboxx_model::{ApiAccountId, ContactId, Instant, MessageId, OrganisationId};

impl Tx<'_> {
    /// Holds a ready job until an instant and gives it this deadline; people may read why.
    pub async fn hold_job(
        &mut self,
        organisation: OrganisationId,
        message: MessageId,
        until: Instant,
        deadline: Instant,
        why: &str,
    ) -> Result<()> {
        self.push(
            "update send_jobs set priority = 2, run_at = $3, deadline = $4, waiting_because = $5
             where organisation_id = $1 and message_id = $2 and state = 'ready'",
            params![organisation, message, until, deadline, why],
        )
        .await
    }

    /// Until when the oldest held job of an account waits.
    pub async fn held_until(&mut self, organisation: OrganisationId, account: ApiAccountId) -> Result<Option<Instant>> {
        self.optional(
            "select run_at from send_jobs where organisation_id = $1 and api_account_id = $2 and priority = 2 order by message_id limit 1",
            params![organisation, account],
            |row| row.get(0),
        )
        .await
    }

    /// Lets the oldest held jobs of an account try again and answers how many; whoever waits longest comes first.
    pub async fn release_held(&mut self, organisation: OrganisationId, account: ApiAccountId, most: i64) -> Result<u64> {
        self.execute(
            "update send_jobs set priority = 1, run_at = $3
             where organisation_id = $1 and api_account_id = $2 and priority = 2
               and message_id in (select message_id from send_jobs
                                  where organisation_id = $1 and api_account_id = $2 and priority = 2 order by message_id limit $4)",
            params![organisation, account, self.now(), most],
        )
        .await
    }

    /// The window of this contact is open, so nothing to them has to wait for a place among those who did not write.
    pub async fn release_held_of(&mut self, organisation: OrganisationId, contact: ContactId) -> Result<()> {
        self.push(
            "update send_jobs set priority = 1, run_at = $3 where organisation_id = $1 and contact_id = $2 and priority = 2",
            params![organisation, contact, self.now()],
        )
        .await
    }
}
