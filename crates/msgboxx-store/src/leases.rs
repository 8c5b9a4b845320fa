//! Leases: which process may do a piece of work now.
//!
//! The token grows with each new holder. Whoever writes under a lease names its token in the same
//! unit; a holder that was paused too long then changes nothing (fencing).

use crate::error::Result;
use crate::tx::Tx;
use crate::value::params;
use msgboxx_model::Instant;

/// A lease that is held.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lease {
    /// What it is for, such as `lane:…`.
    pub name: String,
    /// Who holds it.
    pub owner: String,
    /// Larger than every earlier holder's.
    pub token: i64,
    /// Until when, unless it is renewed.
    pub expires_at: Instant,
}

impl Tx<'_> {
    /// Takes or renews a lease; nothing if another owner holds it.
    pub async fn take_lease(&mut self, name: &str, owner: &str, until: Instant) -> Result<Option<Lease>> {
        let now = self.now();
        let token = self
            .optional(
                "insert into leases (name, owner, token, expires_at) values ($1, $2, 1, $3)
                 on conflict (name) do update set
                     token = case when leases.owner = excluded.owner and leases.expires_at > $4 then leases.token else leases.token + 1 end,
                     owner = excluded.owner, expires_at = excluded.expires_at
                 where leases.owner = excluded.owner or leases.expires_at <= $4
                 returning token",
                params![name, owner, until, now],
                |row| row.get(0),
            )
            .await?;
        Ok(token.map(|token| Lease { name: name.to_owned(), owner: owner.to_owned(), token, expires_at: until }))
    }

    /// Whether the lease is still this holder's. On PostgreSQL the row stays locked until the unit ends.
    pub async fn holds_lease(&mut self, lease: &Lease) -> Result<bool> {
        let held = self
            .execute(
                "update leases set token = token where name = $1 and token = $2 and owner = $3",
                params![&lease.name, lease.token, &lease.owner],
            )
            .await?;
        Ok(held == 1)
    }

    /// Ends every lease: for the start of the only process there can be, whose earlier life held them.
    pub async fn expire_leases(&mut self) -> Result<()> {
        self.push("update leases set expires_at = 0", params![]).await
    }

    /// Gives a lease back, so that another need not wait for it to run out.
    pub async fn release_lease(&mut self, lease: &Lease) -> Result<()> {
        self.push(
            "update leases set expires_at = 0 where name = $1 and token = $2 and owner = $3",
            params![&lease.name, lease.token, &lease.owner],
        )
        .await
    }
}
