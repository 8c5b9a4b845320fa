//! The processes that share this database.

use crate::error::Result;
use crate::tx::Tx;
use crate::value::params;
use std::time::Duration;

/// A node that was not seen for so long is gone.
const GONE_AFTER: Duration = Duration::from_secs(30);

impl Tx<'_> {
    /// This node is alive.
    pub async fn seen(&mut self, node: &str) -> Result<()> {
        self.push(
            "insert into nodes (id, seen_at) values ($1, $2) on conflict (id) do update set seen_at = excluded.seen_at",
            params![node, self.now()],
        )
        .await
    }

    /// How many nodes are alive; those that are gone are forgotten.
    pub async fn live_nodes(&mut self) -> Result<u32> {
        self.push("delete from nodes where seen_at < $1", params![self.now().minus(GONE_AFTER)]).await?;
        let live = self.optional("select count(*) from nodes", params![], |row| row.get::<i64>(0)).await?.unwrap_or(1);
        Ok(u32::try_from(live.max(1)).unwrap_or(1))
    }
}
