//! Row 3: page 1,000 with an exact count, read in sequence over HTTP, and jumped to in the database.

use super::Bench;
use super::subject::{Period, Subject};
use crate::bare::{postgres, sqlite};
use crate::dataset::{ACCOUNT, DataSet};
use crate::engine::Engine;
use crate::http::{self, Caller};
use crate::machine::now;
use crate::report::Figure;
use crate::samples::Samples;
use anyhow::{Context, Result, bail};
use msgboxx_model::{ApiAccountId, OrganisationId};
use msgboxx_store::{MessageFilter, PageRequest, Store, StoreError, Tx};
use std::net::SocketAddr;
use std::time::{Duration, Instant};

/// The page of the row. A day has fewer: there it is the last full one.
const DEEP_PAGE: u32 = 1000;
const LAST_OF_A_DAY: u32 = 140;
/// How many pages before the deep one are measured with it.
const STRETCH: u32 = 100;
const PAGE_SIZE: i64 = 100;
/// What the scoreboard asks for.
const IN_SEQUENCE: f64 = 1.5;
const JUMP_MILLISECONDS: f64 = 5.0;
const COUNT_SHARE: f64 = 0.05;

pub(super) fn measure(bench: &mut Bench<'_>, engine: Engine) -> Result<()> {
    let set = bench.data_sets.data_set(engine, bench.options.large())?;
    in_sequence(bench, &set)?;
    let organisation = organisation(&set)?;
    for period in Period::BOTH {
        in_the_database(bench, &set, organisation, period)?;
    }
    Ok(())
}

fn deepest(period: Period) -> u32 {
    if period == Period::History { DEEP_PAGE } else { LAST_OF_A_DAY }
}

fn in_sequence(bench: &mut Bench<'_>, set: &DataSet) -> Result<()> {
    let token = Subject::Msgboxx.token(bench.product, set)?;
    for period in Period::BOTH {
        let (mut first, mut deep) = (Vec::new(), Vec::new());
        for _ in 0..bench.options.rounds() {
            let server = Subject::Msgboxx.start(bench.product, set)?;
            let (mut one, mut last) = walk(server.address, &token, period)?;
            first.push(one.p50());
            deep.push(last.p50());
            server.stop()?;
        }
        let deepest = deepest(period);
        let what = format!("page {deepest} read in sequence, {}, p50, one caller", period.name());
        bench.report.add(Figure::new(3, set.engine, what, "ms", deep).beside("page 1", first).ratio_at_most(IN_SEQUENCE));
    }
    Ok(())
}

/// Reads page 1 often, then page after page; answers how long page 1 took and how long the last pages did.
fn walk(server: SocketAddr, token: &str, period: Period) -> Result<(Samples, Samples)> {
    let (mut caller, mut first, mut deep) = (Caller::connect(server)?, Samples::default(), Samples::default());
    let mut read = |page: u32, samples: Option<&mut Samples>| -> Result<()> {
        let (request, start) = (http::get(&period.path(page), token), Instant::now());
        let body = caller.ask_for(200, &request)?;
        let took = start.elapsed();
        if body.starts_with(br#"{"items":[]"#) {
            bail!("page {page} is empty");
        }
        if let Some(samples) = samples {
            samples.push(took);
        }
        Ok(())
    };
    for turn in 0..3 * STRETCH {
        read(1, (turn >= STRETCH).then_some(&mut first))?;
    }
    let last = deepest(period);
    for page in 1..=last {
        read(page, (page > last - STRETCH.min(last / 2)).then_some(&mut deep))?;
    }
    Ok((first, deep))
}

/// A window's beginning, or none.
fn since(period: Period) -> i64 {
    if period == Period::History { 0 } else { now().minus(Duration::from_hours(24)).as_micros() }
}

fn organisation(set: &DataSet) -> Result<OrganisationId> {
    let runtime = runtime()?;
    runtime.block_on(async {
        let owned = set.store().await?.read(async |tx: &mut Tx<'_>| tx.organisations().await).await?;
        owned.first().map(|organisation| organisation.id).context("the data set has no organisation")
    })
}

fn runtime() -> Result<tokio::runtime::Runtime> {
    Ok(tokio::runtime::Builder::new_current_thread().enable_all().build()?)
}

/// What the store takes, without HTTP and JSON, beside a page that is read from where the one before ended.
fn in_the_database(bench: &mut Bench<'_>, set: &DataSet, organisation: OrganisationId, period: Period) -> Result<()> {
    let (mut jump, mut first, mut count, mut keyset) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for _ in 0..bench.options.rounds() {
        keyset.push(bare_keyset(set, period)?.p50());
        let runtime = runtime()?;
        let [mut page, mut deep, mut counted, mut nothing] = runtime.block_on(async {
            let store = set.store().await?;
            let on = Shelf { store: &store, organisation, period };
            let [page, deep] = [on.time(1, PAGE_SIZE).await?, on.time(i64::from(deepest(period)), PAGE_SIZE).await?];
            anyhow::Ok([page, deep, on.time(1, 0).await?, on.time_nothing().await?])
        })?;
        jump.push(deep.p50());
        first.push(page.p50());
        count.push((counted.p50() - nothing.p50()).max(0.0));
    }
    let (name, deepest) = (period.name(), deepest(period));
    let jump = Figure::new(3, set.engine, format!("page {deepest} jumped to, {name}, in the database"), "ms", jump);
    bench.report.add(jump.beside("keyset", keyset).at_most(JUMP_MILLISECONDS));
    let count = Figure::new(3, set.engine, format!("recordCount, {name}, in the database"), "ms", count);
    bench.report.add(count.beside("page 1", first).ratio_at_most(COUNT_SHARE));
    Ok(())
}

struct Shelf<'a> {
    store: &'a Store,
    organisation: OrganisationId,
    period: Period,
}

impl Shelf<'_> {
    const TIMES: usize = 200;

    async fn time(&self, page: i64, size: i64) -> Result<Samples> {
        let from = msgboxx_model::Instant::from_micros(since(self.period));
        let (organisation, request) = (self.organisation, PageRequest { page, size, from: Some(from), to: None });
        let mut samples = Samples::default();
        for turn in 0..2 * Self::TIMES {
            let start = Instant::now();
            let records = self
                .store
                .read(async move |tx: &mut Tx<'_>| {
                    tx.messages(organisation, &[ApiAccountId(ACCOUNT)], MessageFilter::default(), request).await
                })
                .await?;
            let took = start.elapsed();
            if i64::try_from(records.items.len())? != size || records.record_count == 0 {
                bail!("page {page} has {} of {size} messages", records.items.len());
            }
            if turn >= Self::TIMES {
                samples.push(took);
            }
        }
        Ok(samples)
    }

    /// A unit that reads nothing: what remains of [`Self::time`] without its queries.
    async fn time_nothing(&self) -> Result<Samples> {
        let mut samples = Samples::default();
        for _ in 0..Self::TIMES {
            let start = Instant::now();
            self.store.read(async |_: &mut Tx<'_>| Ok::<_, StoreError>(())).await?;
            samples.push(start.elapsed());
        }
        Ok(samples)
    }
}

/// Pages around the deep one, each read from where the one before ended, without a count.
fn bare_keyset(set: &DataSet, period: Period) -> Result<Samples> {
    let (from, pages) = (crate::bare::Since(since(period)), deepest(period));
    let runtime = runtime()?;
    runtime.block_on(async {
        let reader = match set.engine {
            Engine::Sqlite => Reader::Sqlite(sqlite::Reader::open(&set.file(), ACCOUNT)?),
            Engine::Postgres => Reader::Postgres(Box::new(postgres::Reader::connect(&set.installation.database, ACCOUNT).await?)),
        };
        let (mut samples, mut key) = (Samples::default(), (i64::MAX, uuid::Uuid::max()));
        for page in 1..=pages {
            let start = Instant::now();
            let messages = match &reader {
                Reader::Sqlite(reader) => reader.before(key, from)?,
                Reader::Postgres(reader) => reader.before(key, from).await?,
            };
            if page > pages - STRETCH.min(pages / 2) {
                samples.push(start.elapsed());
            }
            key = messages.last().context("a page is empty")?.key();
        }
        Ok(samples)
    })
}

enum Reader {
    Sqlite(sqlite::Reader),
    Postgres(Box<postgres::Reader>),
}
