//! How much of its allowance a user name or an address has used: one instant per key.

use crate::error::Result;
use crate::tx::Tx;
use crate::value::params;
use msgboxx_model::Instant;
use std::time::Duration;

impl Tx<'_> {
    /// Uses one of a key's allowance if that does not lead beyond the ceiling; one atomic step, on any number of nodes.
    pub async fn reserve_sign_in(&mut self, key: &str, now: Instant, cost: Duration, ceiling: Instant) -> Result<bool> {
        let reserved = self
            .execute(
                "insert into login_throttle (key, used_until) values ($1, cast($2 as bigint) + cast($3 as bigint))
                 on conflict (key) do update set
                     used_until = case when login_throttle.used_until > $2 then login_throttle.used_until else $2 end + $3
                 where case when login_throttle.used_until > $2 then login_throttle.used_until else $2 end + $3 <= $4",
                params![key, now, micros(cost), ceiling],
            )
            .await?;
        Ok(reserved == 1)
    }

    /// Gives one back.
    pub async fn give_back_sign_in(&mut self, key: &str, cost: Duration) -> Result<()> {
        self.push("update login_throttle set used_until = used_until - $2 where key = $1", params![key, micros(cost)]).await
    }

    /// Until when a key has used its allowance.
    pub async fn sign_in_used_until(&mut self, key: &str) -> Result<Option<Instant>> {
        self.optional("select used_until from login_throttle where key = $1", params![key], |row| row.get(0)).await
    }

    /// Forgets keys whose allowance was whole again before an instant: they are as good as never seen.
    pub async fn forget_sign_ins(&mut self, before: Instant) -> Result<u64> {
        self.execute("delete from login_throttle where used_until < $1", params![before]).await
    }
}

fn micros(duration: Duration) -> i64 {
    i64::try_from(duration.as_micros()).unwrap_or(i64::MAX)
}
