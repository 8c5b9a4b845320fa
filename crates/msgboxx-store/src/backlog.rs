//! How much work waits: figures for operators.

use crate::error::Result;
use crate::tx::Tx;
use crate::value::params;

/// What is not finished.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Backlog {
    /// Messages to be sent or of unknown outcome.
    pub send_jobs: i64,
    /// Posts of WhatsApp that nobody has processed.
    pub posts_waiting: i64,
    /// Posts of WhatsApp that could not be understood.
    pub posts_quarantined: i64,
    /// Webhook deliveries that are not finished.
    pub deliveries_pending: i64,
    /// Files that are still at WhatsApp.
    pub media_waiting: i64,
}

impl Tx<'_> {
    /// Counts what is not finished. Each count is of a small or partial index.
    pub async fn backlog(&mut self) -> Result<Backlog> {
        let counted = self
            .optional(
                "select (select count(*) from send_jobs), (select count(*) from inbound_ledger where state = 'received'),
                        (select count(*) from inbound_ledger where state = 'quarantined'),
                        (select count(*) from webhook_deliveries where state = 'pending'),
                        (select count(*) from media where state = 'waiting')",
                params![],
                |row| {
                    Ok(Backlog {
                        send_jobs: row.get(0)?,
                        posts_waiting: row.get(1)?,
                        posts_quarantined: row.get(2)?,
                        deliveries_pending: row.get(3)?,
                        media_waiting: row.get(4)?,
                    })
                },
            )
            .await?;
        Ok(counted.unwrap_or_default())
    }
}
