//! `msgboxx ledger`: what WhatsApp posted, what became of it, and doing it again.
//!
//! It works beside a running server, which takes up within a second what is put back. Doing
//! something again is harmless: what was done already stays as it is.

mod pretty;
mod show;

use super::say;
use crate::app::connect;
use crate::config::Settings;
use crate::simulated::business_clock;
use anyhow::{Context, bail};
use clap::{Args, Subcommand};
use msgboxx_cloud_api::webhook::{Part, What, parse};
use msgboxx_model::Instant;
use msgboxx_store::{AccountRoute, Database, EntryState, LedgerRecord, Store, StoreError, Tx};
use std::process::ExitCode;
use uuid::Uuid;

/// Entries read at once; each may be some megabytes.
const AT_ONCE: i64 = 50;
/// 9999-12-31T23:59:59Z: nothing arrives later.
const END_OF_TIME: i64 = 253_402_300_799;

#[derive(Debug, Subcommand)]
pub(super) enum Action {
    /// Lists entries, oldest first: id, time of arrival, state, bytes, account, reason.
    List {
        #[command(flatten)]
        choice: Choice,
    },
    /// Prints an entry as it came, and what became of each of its parts.
    Show {
        /// The entry's id.
        id: Uuid,
    },
    /// Has entries processed again: these, or all quarantined ones of the range.
    Replay {
        /// Their ids.
        #[arg(value_name = "ID", conflicts_with_all = ["state", "from", "to"])]
        ids: Vec<Uuid>,
        #[command(flatten)]
        choice: Choice,
    },
}

#[derive(Debug, Args)]
pub(super) struct Choice {
    /// Only entries in this state: received, processed or quarantined.
    #[arg(long)]
    state: Option<EntryState>,
    /// Only entries that arrived at this instant or later: 2026-07-05T20:09:58Z, or a date.
    #[arg(long, value_name = "INSTANT", value_parser = Instant::parse_request)]
    from: Option<Instant>,
    /// Only entries that arrived before this instant.
    #[arg(long, value_name = "INSTANT", value_parser = Instant::parse_request)]
    to: Option<Instant>,
}

impl Choice {
    fn span(&self) -> (Instant, Instant) {
        (self.from.unwrap_or(Instant::from_micros(0)), self.to.unwrap_or(Instant::from_seconds(END_OF_TIME)))
    }
}

pub(super) async fn run(settings: &Settings, action: Action) -> anyhow::Result<ExitCode> {
    if let Database::Sqlite(path) = &settings.database
        && !path.exists()
    {
        bail!("there is no database yet: the SQLite file {} is not there", path.display());
    }
    let store = connect(settings, &business_clock(settings).await).await?;
    match action {
        Action::List { choice } => list(&store, &choice).await?,
        Action::Show { id } => show::show(&store, id).await?,
        Action::Replay { ids, choice } => replay(&store, ids, &choice).await?,
    }
    Ok(ExitCode::SUCCESS)
}

async fn list(store: &Store, choice: &Choice) -> anyhow::Result<()> {
    let routes = store.read(async |tx: &mut Tx<'_>| tx.account_routes().await).await.context("the accounts cannot be read")?;
    let (state, span, mut after) = (choice.state, choice.span(), None);
    loop {
        let records = store.read(async move |tx: &mut Tx<'_>| tx.ledger_records(state, span, after, AT_ONCE).await).await;
        let records = records.context("the ledger cannot be read")?;
        let Some(last) = records.last() else { return Ok(()) };
        after = Some(last.entry.id);
        for record in &records {
            say(line(record, &routes));
        }
    }
}

fn line(record: &LedgerRecord, routes: &[AccountRoute]) -> String {
    let entry = &record.entry;
    let (at, account) = (entry.received_at.to_millis_text(), account_names(&entry.body, routes));
    let reason = record.reason.as_deref().map(pretty::printable).unwrap_or_default();
    let line = format!("{}  {at}  {:<11}  {:>8}  {account:<24}  {reason}", entry.id, record.state.as_str(), entry.body.len());
    line.trim_end().to_owned()
}

/// The accounts that a post is about, by name; a dash for none that we have.
fn account_names(body: &[u8], routes: &[AccountRoute]) -> String {
    let parts = parse(body).map(msgboxx_cloud_api::webhook::Envelope::into_parts).unwrap_or_default();
    let mut names: Vec<&str> = parts.iter().flat_map(|part| routes_of(part, routes)).map(|route| route.name.as_str()).collect();
    names.sort_unstable();
    names.dedup();
    if names.is_empty() { "-".to_owned() } else { pretty::printable(&names.join(", ")) }
}

/// The accounts that a part is about.
fn routes_of<'a>(part: &'a Part, routes: &'a [AccountRoute]) -> impl Iterator<Item = &'a AccountRoute> {
    routes.iter().filter(|route| match &part.what {
        What::Message { phone_number_id, .. } | What::Status { phone_number_id, .. } => {
            phone_number_id.as_deref() == Some(route.phone_number_id.as_str())
        }
        What::Change { business_account, .. } => *business_account == route.business_account_id,
        What::Unreadable(_) => false,
    })
}

async fn replay(store: &Store, ids: Vec<Uuid>, choice: &Choice) -> anyhow::Result<()> {
    let (state, span) = (choice.state.unwrap_or(EntryState::Quarantined), choice.span());
    let (count, missing) = if ids.is_empty() {
        (store.write(async move |tx: &mut Tx<'_>| tx.replay_posts(state, span).await).await, Vec::new())
    } else {
        let replayed = store.write(async move |tx: &mut Tx<'_>| replay_these(tx, &ids).await).await;
        replayed.map_or_else(|error| (Err(error), Vec::new()), |(count, missing)| (Ok(count), missing))
    };
    say(format_args!("{} entries will be processed again", count.context("the ledger cannot be written")?));
    if missing.is_empty() {
        return Ok(());
    }
    bail!("the ledger has no entry {}", missing.iter().map(ToString::to_string).collect::<Vec<_>>().join(", "))
}

/// How many were put back, and which are not there.
async fn replay_these(tx: &mut Tx<'_>, ids: &[Uuid]) -> Result<(u64, Vec<Uuid>), StoreError> {
    let (mut count, mut missing) = (0, Vec::new());
    for id in ids {
        if tx.replay_post(*id).await? {
            count += 1;
        } else {
            missing.push(*id);
        }
    }
    Ok((count, missing))
}
