//! The messaging tier: how many customers a business account may write to in 24 hours outside their service windows.
//!
//! A customer counts once a day, over all numbers of the business account. The day is added up from counts of ten minutes: at
//! most 145 rows, however many customers there are. A bucket counts until its youngest part is a day old, so that the sum may
//! be a little more than WhatsApp's and never less.

use crate::error::Result;
use crate::tx::Tx;
use crate::value::params;
use msgboxx_model::{Instant, OrganisationId};
use std::time::Duration;

const DAY: Duration = Duration::from_hours(24);
const BUCKET: Duration = Duration::from_mins(10);
const BUCKET_MICROS: i64 = 600_000_000;

fn bucket_of(at: Instant) -> i64 {
    at.as_micros().div_euclid(BUCKET_MICROS)
}

impl Tx<'_> {
    /// Customers of the last day. Until this unit ends, nobody else adds any to the same business account.
    pub async fn tier_used(&mut self, organisation: OrganisationId, business_account: &str) -> Result<i64> {
        self.execute(
            "insert into tier_counts (organisation_id, business_account_id, bucket, n) values ($1, $2, $3, 0)
             on conflict (organisation_id, business_account_id, bucket) do update set n = tier_counts.n",
            params![organisation, business_account, bucket_of(self.now())],
        )
        .await?;
        let used = self
            .optional(
                "select cast(coalesce(sum(n), 0) as bigint) from tier_counts
                 where organisation_id = $1 and business_account_id = $2 and bucket >= $3",
                params![organisation, business_account, bucket_of(self.now().minus(DAY))],
                |row| row.get(0),
            )
            .await?;
        Ok(used.unwrap_or(0))
    }

    /// Whether a customer counts already.
    pub async fn is_in_tier(&mut self, organisation: OrganisationId, business_account: &str, customer: &str) -> Result<bool> {
        let found = self
            .optional(
                "select 1 from tier_uses where organisation_id = $1 and business_account_id = $2 and customer = $3 and opened_at > $4",
                params![organisation, business_account, customer, self.now().minus(DAY)],
                |_| Ok(()),
            )
            .await?;
        Ok(found.is_some())
    }

    /// Counts a customer who does not count yet.
    pub async fn use_tier(&mut self, organisation: OrganisationId, business_account: &str, customer: &str) -> Result<()> {
        self.push(
            "insert into tier_uses (organisation_id, business_account_id, customer, opened_at) values ($1, $2, $3, $4)
             on conflict (organisation_id, business_account_id, customer) do update set opened_at = excluded.opened_at",
            params![organisation, business_account, customer, self.now()],
        )
        .await?;
        self.push(
            "update tier_counts set n = n + 1 where organisation_id = $1 and business_account_id = $2 and bucket = $3",
            params![organisation, business_account, bucket_of(self.now())],
        )
        .await
    }

    /// When the next place becomes free; now, if nobody counts.
    pub async fn tier_frees_at(&mut self, organisation: OrganisationId, business_account: &str) -> Result<Instant> {
        let oldest = self
            .optional(
                "select min(bucket) from tier_counts
                 where organisation_id = $1 and business_account_id = $2 and bucket >= $3 and n > 0",
                params![organisation, business_account, bucket_of(self.now().minus(DAY))],
                |row| row.get::<Option<i64>>(0),
            )
            .await?;
        let begins = |bucket: i64| Instant::from_micros(bucket.saturating_mul(BUCKET_MICROS));
        Ok(oldest.flatten().map_or(self.now(), |bucket| begins(bucket).plus(BUCKET).plus(DAY)))
    }

    /// Forgets whom nobody counts any more.
    pub async fn forget_tier_uses(&mut self) -> Result<()> {
        let before = self.now().minus(DAY);
        self.push("delete from tier_uses where opened_at <= $1", params![before]).await?;
        self.push("delete from tier_counts where bucket < $1", params![bucket_of(before)]).await
    }
}
