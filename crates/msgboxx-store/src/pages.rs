//! Pages of records by time, newest first, over one or several accounts.
//!
//! A page deep in the history is found by walking the counts, not the rows: buckets tell which hour
//! it begins in, and only that hour's keys are skipped.

use crate::error::Result;
use crate::record_counts::{Buckets, Cut, HOUR, RecordKind, cut};
use crate::tx::Tx;
use crate::value::params;
use msgboxx_model::{ApiAccountId, Instant, OrganisationId};
use std::collections::BTreeMap;
use uuid::Uuid;

/// Which page, and of which time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PageRequest {
    /// Counted from 1.
    pub page: i64,
    /// Records on a page.
    pub size: i64,
    /// Not before this instant.
    pub from: Option<Instant>,
    /// Before this instant.
    pub to: Option<Instant>,
}

impl PageRequest {
    /// How many records come before the page.
    pub fn offset(&self) -> i64 {
        (self.page - 1).saturating_mul(self.size)
    }

    pub(crate) fn begin(&self) -> i64 {
        self.from.map_or(0, Instant::as_micros)
    }

    pub(crate) fn end(&self) -> i64 {
        self.to.map_or(i64::MAX, Instant::as_micros)
    }
}

/// One page of records, and how many there are on all pages.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Records<T> {
    /// The page, newest first.
    pub items: Vec<T>,
    /// Records on all pages.
    pub record_count: i64,
}

impl<T> Records<T> {
    /// One page of records that are all here: for kinds of which there are few.
    pub(crate) fn page_of<K: Ord>(mut all: Vec<T>, request: PageRequest, key: impl Fn(&T) -> K) -> Self {
        all.sort_by_key(|record| std::cmp::Reverse(key(record)));
        let record_count = i64::try_from(all.len()).unwrap_or(i64::MAX);
        let (offset, size) = (usize::try_from(request.offset()).unwrap_or(usize::MAX), usize::try_from(request.size).unwrap_or(0));
        Records { items: all.into_iter().skip(offset).take(size).collect(), record_count }
    }
}

/// The place of a record in the order of time.
pub(crate) type Key = (i64, Uuid);

/// A stretch of one account's records: everything between two keys, both included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Span {
    pub(crate) api_account: ApiAccountId,
    pub(crate) newest: Key,
    pub(crate) oldest: Key,
    pub(crate) most: i64,
}

/// Where the records of a page stand.
pub(crate) struct Spans {
    pub(crate) spans: Vec<Span>,
    pub(crate) record_count: i64,
}

/// Whose records, and of which kind.
#[derive(Clone, Copy)]
pub(crate) struct Shelf<'a> {
    pub(crate) organisation: OrganisationId,
    pub(crate) api_accounts: &'a [ApiAccountId],
    pub(crate) kind: RecordKind,
}

/// A stretch of time with the number of records in it.
struct Stretch {
    start: i64,
    end: i64,
    n: i64,
    level: &'static str,
}

const MONTH_HOURS: i64 = 24 * 32;

impl Tx<'_> {
    /// Finds where a page's records stand. At most one hour of keys is read, however deep the page.
    pub(crate) async fn spans(&mut self, records: Shelf<'_>, request: PageRequest) -> Result<Spans> {
        self.settle_before(request.to)?;
        let (from, to) = (request.begin(), request.end());
        let cut = cut(from, to, self.closed_until());
        if request.page == 1 {
            let record_count = self.count(records, &cut).await?;
            let spans = self.first_spans(records, request, record_count).await?;
            return Ok(Spans { spans, record_count });
        }
        let stretches = self.stretches(records, &cut).await?;
        let record_count = stretches.iter().map(|s| s.n).sum();
        let spans = match self.find(records, stretches, request.offset()).await? {
            Some((end, skip)) => self.spans_before(records, from, end, skip, request.size).await?,
            None => Vec::new(),
        };
        Ok(Spans { spans, record_count })
    }

    async fn count(&mut self, records: Shelf<'_>, cut: &Cut) -> Result<i64> {
        let mut n = 0;
        for account in records.api_accounts {
            n += self.sum_of_buckets(records.organisation, *account, records.kind, cut).await?;
        }
        for (start, end) in [cut.newest_rows, cut.oldest_rows].into_iter().flatten() {
            n += self.count_rows(records, start, end).await?;
        }
        Ok(n)
    }

    async fn first_spans(&mut self, records: Shelf<'_>, request: PageRequest, record_count: i64) -> Result<Vec<Span>> {
        match records.api_accounts {
            _ if record_count == 0 => Ok(Vec::new()),
            [api_account] => Ok(vec![Span {
                api_account: *api_account,
                newest: (request.end().saturating_sub(1), Uuid::max()),
                oldest: (request.begin(), Uuid::nil()),
                most: request.size,
            }]),
            _ => self.spans_before(records, request.begin(), request.end(), 0, request.size).await,
        }
    }

    /// Every part of a range with its count, newest first.
    async fn stretches(&mut self, records: Shelf<'_>, cut: &Cut) -> Result<Vec<Stretch>> {
        let mut found = Vec::new();
        self.add_rows(records, cut.newest_rows, &mut found).await?;
        for (level, buckets) in
            [("hour", cut.newer_hours), ("day", cut.newer_days), ("month", cut.months), ("day", cut.older_days), ("hour", cut.older_hours)]
        {
            found.extend(self.bucket_stretches(records, level, buckets).await?);
        }
        self.add_rows(records, cut.oldest_rows, &mut found).await?;
        Ok(found)
    }

    async fn add_rows(&mut self, records: Shelf<'_>, rows: Option<(i64, i64)>, found: &mut Vec<Stretch>) -> Result<()> {
        if let Some((start, end)) = rows {
            found.push(Stretch { start, end, n: self.count_rows(records, start, end).await?, level: "rows" });
        }
        Ok(())
    }

    async fn bucket_stretches(&mut self, records: Shelf<'_>, level: &'static str, buckets: Buckets) -> Result<Vec<Stretch>> {
        let mut sums: BTreeMap<i64, i64> = BTreeMap::new();
        for account in records.api_accounts {
            for (bucket, n) in self.buckets(records.organisation, *account, records.kind, level, buckets).await? {
                *sums.entry(bucket).or_default() += n;
            }
        }
        let hours = hours_in(level);
        let stretch = |(bucket, n)| Stretch { start: bucket * hours * HOUR, end: (bucket + 1) * hours * HOUR, n, level };
        Ok(sums.into_iter().rev().map(stretch).collect())
    }

    /// The end of the hour that holds the record at this offset, and how many newer ones of that hour to skip.
    async fn find(&mut self, records: Shelf<'_>, mut stretches: Vec<Stretch>, mut offset: i64) -> Result<Option<(i64, i64)>> {
        loop {
            let Some(place) = stretches.iter().position(|stretch| {
                let here = offset < stretch.n;
                if !here {
                    offset -= stretch.n;
                }
                here
            }) else {
                return Ok(None);
            };
            let stretch = &stretches[place];
            let (finer, hours) = match stretch.level {
                "month" => ("day", 24),
                "day" => ("hour", 1),
                _ => return Ok(Some((stretch.end, offset))),
            };
            let buckets = Buckets { first: stretch.start / HOUR / hours, end: stretch.end / HOUR / hours };
            stretches = self.bucket_stretches(records, finer, buckets).await?;
        }
    }

    /// The page that begins `skip` records before `end`, as one stretch for each account that has part of it.
    async fn spans_before(&mut self, records: Shelf<'_>, from: i64, end: i64, skip: i64, size: i64) -> Result<Vec<Span>> {
        let mut keys: Vec<(Key, usize)> = Vec::new();
        for (index, account) in records.api_accounts.iter().enumerate() {
            let found = self.keys_before(records, *account, from, end, skip + size).await?;
            keys.extend(found.into_iter().map(|key| (key, index)));
        }
        keys.sort_unstable_by(|a, b| b.cmp(a));
        let page = keys.into_iter().skip(usize::try_from(skip).unwrap_or(usize::MAX)).take(usize::try_from(size).unwrap_or(0));
        let mut spans: BTreeMap<usize, Span> = BTreeMap::new();
        for (key, index) in page {
            let first = || Span { api_account: records.api_accounts[index], newest: key, oldest: key, most: size };
            spans.entry(index).or_insert_with(first).oldest = key;
        }
        Ok(spans.into_values().collect())
    }

    async fn count_rows(&mut self, records: Shelf<'_>, start: i64, end: i64) -> Result<i64> {
        let statement = match records.kind {
            RecordKind::Message => {
                "select count(*) from messages where organisation_id = $1 and api_account_id = $2 and created_at >= $3 and created_at < $4"
            }
            RecordKind::Contact => {
                "select count(*) from contacts where organisation_id = $1 and api_account_id = $2 and created_at >= $3 and created_at < $4"
            }
            RecordKind::Broadcast => {
                "select count(*) from broadcasts where organisation_id = $1 and api_account_id = $2 and created_at >= $3 and created_at < $4"
            }
        };
        let mut n = 0;
        for account in records.api_accounts {
            n += self.optional(statement, params![records.organisation, *account, start, end], |row| row.get::<i64>(0)).await?.unwrap_or(0);
        }
        Ok(n)
    }

    async fn keys_before(&mut self, records: Shelf<'_>, account: ApiAccountId, from: i64, end: i64, most: i64) -> Result<Vec<Key>> {
        let statement = match records.kind {
            RecordKind::Message => {
                "select created_at, id from messages
                 where organisation_id = $1 and api_account_id = $2 and created_at >= $3 and created_at < $4
                 order by created_at desc, id desc limit $5"
            }
            RecordKind::Contact => {
                "select created_at, id from contacts
                 where organisation_id = $1 and api_account_id = $2 and created_at >= $3 and created_at < $4
                 order by created_at desc, id desc limit $5"
            }
            RecordKind::Broadcast => {
                "select created_at, id from broadcasts
                 where organisation_id = $1 and api_account_id = $2 and created_at >= $3 and created_at < $4
                 order by created_at desc, id desc limit $5"
            }
        };
        self.all(statement, params![records.organisation, account, from, end, most], |row| Ok((row.get(0)?, row.get(1)?))).await
    }
}

fn hours_in(level: &str) -> i64 {
    match level {
        "month" => MONTH_HOURS,
        "day" => 24,
        _ => 1,
    }
}
