//! Exact record counts that nobody counts row by row.
//!
//! Each new record adds one to its account's row for the hour; finished hours are folded into days
//! and days into months of 32 days. A range is then months, days and hours, and rows only at its
//! two ragged ends. `created_at` only ever grows, so finished hours do not change.

use crate::error::Result;
use crate::store::Store;
use crate::tx::Tx;
use crate::value::params;
use msgboxx_model::{ApiAccountId, Instant, OrganisationId, text_enum};
use std::time::Duration;

text_enum! {
    /// What is counted and listed by time.
    RecordKind {
        /// Messages.
        Message = "message",
        /// Contacts.
        Contact = "contact",
        /// Broadcasts.
        Broadcast = "broadcast",
    }
}

/// Microseconds.
pub(crate) const HOUR: i64 = 3_600_000_000;
const HOURS_PER_DAY: i64 = 24;
const DAYS_PER_MONTH: i64 = 32;
/// Hours younger than this may still get a record from a unit that is committing.
const SETTLED_AFTER: Duration = Duration::from_hours(1);
/// Rows per hour on PostgreSQL, so that writers at the same moment do not wait for each other.
const SLOTS: i64 = 16;

/// A stretch of whole buckets of one level: the first, and the one after the last.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Buckets {
    pub(crate) first: i64,
    pub(crate) end: i64,
}

impl Buckets {
    fn new(first: i64, end: i64) -> Self {
        if first < end { Self { first, end } } else { Self::default() }
    }
}

/// A half-open range of instants, cut into whole buckets and ragged ends. Older parts come last.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Cut {
    pub(crate) newest_rows: Option<(i64, i64)>,
    pub(crate) newer_hours: Buckets,
    pub(crate) newer_days: Buckets,
    pub(crate) months: Buckets,
    pub(crate) older_days: Buckets,
    pub(crate) older_hours: Buckets,
    pub(crate) oldest_rows: Option<(i64, i64)>,
}

/// Cuts `[from, to)`, microseconds, knowing that whole days before hour `folded` have their own rows.
pub(crate) fn cut(from: i64, to: i64, folded: i64) -> Cut {
    let (first, end) = (ceil(from, HOUR), to.div_euclid(HOUR));
    if first >= end {
        return Cut { newest_rows: (from < to).then_some((from, to)), ..Cut::default() };
    }
    let mut cut = Cut {
        newest_rows: (end.saturating_mul(HOUR) < to && to != i64::MAX).then_some((end * HOUR, to)),
        oldest_rows: (from < first * HOUR).then_some((from, first * HOUR)),
        ..Cut::default()
    };
    let (day, day_end) = (ceil(first, HOURS_PER_DAY), end.min(folded).div_euclid(HOURS_PER_DAY));
    if day >= day_end {
        cut.newer_hours = Buckets::new(first, end);
        return cut;
    }
    cut.older_hours = Buckets::new(first, day * HOURS_PER_DAY);
    cut.newer_hours = Buckets::new(day_end * HOURS_PER_DAY, end);
    let (month, month_end) = (ceil(day, DAYS_PER_MONTH), day_end.div_euclid(DAYS_PER_MONTH));
    if month >= month_end {
        cut.newer_days = Buckets::new(day, day_end);
        return cut;
    }
    cut.older_days = Buckets::new(day, month * DAYS_PER_MONTH);
    cut.months = Buckets::new(month, month_end);
    cut.newer_days = Buckets::new(month_end * DAYS_PER_MONTH, day_end);
    cut
}

fn ceil(value: i64, unit: i64) -> i64 {
    value.div_euclid(unit) + i64::from(value.rem_euclid(unit) != 0)
}

impl Store {
    /// Folds finished hours of record counts into days and months, and lets pages use them from now on.
    ///
    /// Wanted at the start and then once an hour; one process at a time is enough, more do no harm.
    pub async fn fold_record_counts(&self) -> Result<()> {
        let until = self.write(async |tx: &mut Tx<'_>| tx.fold_record_counts().await).await?;
        self.clock.close_until(until);
        Ok(())
    }
}

impl Tx<'_> {
    /// Counts a new record, made at `at`, on its account.
    pub(crate) async fn count_record(
        &mut self,
        organisation: OrganisationId,
        api_account: ApiAccountId,
        kind: RecordKind,
        at: Instant,
    ) -> Result<()> {
        // One slot for all that a unit makes: units that took several in different orders would wait for each other.
        let slot = if self.is_sqlite() { 0 } else { self.now().as_micros().rem_euclid(SLOTS) };
        self.push(
            "insert into record_counts (organisation_id, api_account_id, kind, level, bucket, slot, n) values ($1, $2, $3, 'hour', $4, $5, 1)
             on conflict (organisation_id, api_account_id, kind, level, bucket, slot) do update set n = record_counts.n + 1",
            params![organisation, api_account, kind.as_str(), at.as_micros().div_euclid(HOUR), slot],
        )
        .await
    }

    /// Takes back the count of a record that was made at `at` and is gone, also where its hour is folded into a day or a month.
    pub(crate) async fn uncount_record(
        &mut self,
        organisation: OrganisationId,
        api_account: ApiAccountId,
        kind: RecordKind,
        at: Instant,
    ) -> Result<()> {
        let hour = at.as_micros().div_euclid(HOUR);
        self.push(
            "insert into record_counts (organisation_id, api_account_id, kind, level, bucket, slot, n) values ($1, $2, $3, 'hour', $4, 0, -1)
             on conflict (organisation_id, api_account_id, kind, level, bucket, slot) do update set n = record_counts.n - 1",
            params![organisation, api_account, kind.as_str(), hour],
        )
        .await?;
        let (day, month) = (hour.div_euclid(HOURS_PER_DAY), hour.div_euclid(HOURS_PER_DAY * DAYS_PER_MONTH));
        self.push(
            "update record_counts set n = n - 1
             where organisation_id = $1 and api_account_id = $2 and kind = $3
               and ((level = 'day' and bucket = $4) or (level = 'month' and bucket = $5))",
            params![organisation, api_account, kind.as_str(), day, month],
        )
        .await
    }

    /// How many records the whole buckets of a range hold; its ragged ends are not in it.
    pub(crate) async fn sum_of_buckets(
        &mut self,
        organisation: OrganisationId,
        api_account: ApiAccountId,
        kind: RecordKind,
        cut: &Cut,
    ) -> Result<i64> {
        let sum = self
            .optional(
                "select cast(coalesce(sum(n), 0) as bigint) from (
                     select n from record_counts
                     where organisation_id = $1 and api_account_id = $2 and kind = $3 and level = 'hour' and bucket >= $4 and bucket < $5
                     union all select n from record_counts
                     where organisation_id = $1 and api_account_id = $2 and kind = $3 and level = 'day' and bucket >= $6 and bucket < $7
                     union all select n from record_counts
                     where organisation_id = $1 and api_account_id = $2 and kind = $3 and level = 'month' and bucket >= $8 and bucket < $9
                     union all select n from record_counts
                     where organisation_id = $1 and api_account_id = $2 and kind = $3 and level = 'day' and bucket >= $10 and bucket < $11
                     union all select n from record_counts
                     where organisation_id = $1 and api_account_id = $2 and kind = $3 and level = 'hour' and bucket >= $12 and bucket < $13
                 ) as counted",
                params![
                    organisation,
                    api_account,
                    kind.as_str(),
                    cut.newer_hours.first,
                    cut.newer_hours.end,
                    cut.newer_days.first,
                    cut.newer_days.end,
                    cut.months.first,
                    cut.months.end,
                    cut.older_days.first,
                    cut.older_days.end,
                    cut.older_hours.first,
                    cut.older_hours.end
                ],
                |row| row.get(0),
            )
            .await?;
        Ok(sum.unwrap_or(0))
    }

    /// The buckets of one level with what each holds, newest first.
    pub(crate) async fn buckets(
        &mut self,
        organisation: OrganisationId,
        api_account: ApiAccountId,
        kind: RecordKind,
        level: &'static str,
        buckets: Buckets,
    ) -> Result<Vec<(i64, i64)>> {
        if buckets.first >= buckets.end {
            return Ok(Vec::new());
        }
        self.all(
            "select bucket, cast(sum(n) as bigint) from record_counts
             where organisation_id = $1 and api_account_id = $2 and kind = $3 and level = $4 and bucket >= $5 and bucket < $6
             group by bucket order by bucket desc",
            params![organisation, api_account, kind.as_str(), level, buckets.first, buckets.end],
            |row| Ok((row.get(0)?, row.get(1)?)),
        )
        .await
    }

    /// The hour before which hours are folded into days.
    pub(crate) async fn folded_until(&mut self) -> Result<i64> {
        let known = self
            .optional("select cast(value as bigint) from installation where name = 'record_counts_folded_until'", params![], |row| {
                row.get(0)
            })
            .await?;
        Ok(known.unwrap_or(0))
    }

    /// Answers up to which hour is folded. Repeating it changes nothing: each row is computed anew from the hours below it.
    async fn fold_record_counts(&mut self) -> Result<i64> {
        let known = self.folded_until().await?;
        let day_end = self.now().minus(SETTLED_AFTER).as_micros().div_euclid(HOUR * HOURS_PER_DAY);
        let until = day_end * HOURS_PER_DAY;
        if until > known {
            self.fold("hour", "day", HOURS_PER_DAY, Buckets::new(known, until)).await?;
            let months = Buckets::new(known / (HOURS_PER_DAY * DAYS_PER_MONTH), day_end / DAYS_PER_MONTH);
            self.fold("day", "month", DAYS_PER_MONTH, Buckets::new(months.first * DAYS_PER_MONTH, months.end * DAYS_PER_MONTH)).await?;
            self.execute(
                "insert into installation (name, value) values ('record_counts_folded_until', $1)
                 on conflict (name) do update set value = excluded.value",
                params![until.to_string()],
            )
            .await?;
        }
        Ok(until.max(known))
    }

    async fn fold(&mut self, from: &'static str, to: &'static str, factor: i64, buckets: Buckets) -> Result<()> {
        self.execute(
            "insert into record_counts (organisation_id, api_account_id, kind, level, bucket, slot, n)
             select organisation_id, api_account_id, kind, cast($2 as text), bucket / cast($3 as bigint), 0, cast(sum(n) as bigint) from record_counts
             where level = $1 and bucket >= $4 and bucket < $5
             group by organisation_id, api_account_id, kind, bucket / cast($3 as bigint)
             on conflict (organisation_id, api_account_id, kind, level, bucket, slot) do update set n = excluded.n",
            params![from, to, factor, buckets.first, buckets.end],
        )
        .await?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Adds up the length of every part, in microseconds, and checks that the parts touch.
    fn covered(cut: &Cut) -> i64 {
        let rows = |part: Option<(i64, i64)>| part.map_or(0, |(a, b)| b - a);
        let of = |b: Buckets, unit: i64| (b.end - b.first) * unit;
        let day = HOUR * HOURS_PER_DAY;
        rows(cut.newest_rows)
            + rows(cut.oldest_rows)
            + of(cut.newer_hours, HOUR)
            + of(cut.older_hours, HOUR)
            + of(cut.newer_days, day)
            + of(cut.older_days, day)
            + of(cut.months, day * DAYS_PER_MONTH)
    }

    #[test]
    fn the_parts_of_a_range_cover_it_exactly() {
        let instants = [0, 1, HOUR - 1, HOUR, 5 * HOUR + 7, 24 * HOUR, 100 * HOUR + 3, 2_000 * HOUR + 9, 20_000 * HOUR + 1];
        for from in instants {
            for to in instants.into_iter().filter(|to| *to >= from) {
                for folded in [0, 24, 48, 1_992, 19_992] {
                    assert_eq!(covered(&cut(from, to, folded)), to - from, "{from}..{to} folded {folded}");
                }
            }
        }
    }

    #[test]
    fn an_open_end_needs_no_rows() {
        let cut = cut(0, i64::MAX, 4_800);
        assert_eq!((cut.newest_rows, cut.oldest_rows), (None, None));
        assert!(cut.months.end > cut.months.first);
    }
}
