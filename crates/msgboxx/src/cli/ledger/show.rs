//! One entry: as it came, and what became of each of its parts.

use super::pretty::{pretty, printable};
use super::routes_of;
use crate::cli::say;
use anyhow::{Context, bail};
use msgboxx_cloud_api::webhook::{Envelope, Part, What, parse};
use msgboxx_store::{AccountRoute, EntryState, LedgerRecord, Store, StoreError, Tx, part_id};
use uuid::Uuid;

pub(super) async fn show(store: &Store, id: Uuid) -> anyhow::Result<()> {
    let found = store.read(async move |tx: &mut Tx<'_>| look(tx, id).await).await.context("the ledger cannot be read")?;
    let Some((record, fates)) = found else { bail!("the ledger has no entry {id}") };
    let entry = &record.entry;
    say(format_args!("entry     {}", entry.id));
    say(format_args!("received  {}", entry.received_at.to_millis_text()));
    say(format_args!("state     {}", record.state));
    if let Some(reason) = &record.reason {
        say(format_args!("reason    {}", printable(reason)));
    }
    say(format_args!("signed    by the app secret with the fingerprint {}", entry.secret_fingerprint));
    say(format_args!("size      {} bytes", entry.body.len()));
    for (number, fate) in fates.iter().enumerate() {
        say(format_args!("part {:<4} {}", number + 1, printable(fate)));
    }
    say("");
    say(pretty(&entry.body));
    Ok(())
}

async fn look(tx: &mut Tx<'_>, id: Uuid) -> Result<Option<(LedgerRecord, Vec<String>)>, StoreError> {
    let Some(record) = tx.ledger_record(id).await? else { return Ok(None) };
    let routes = tx.account_routes().await?;
    let parts = parse(&record.entry.body).map(Envelope::into_parts).unwrap_or_default();
    let mut fates = Vec::with_capacity(parts.len());
    for (number, part) in parts.iter().enumerate() {
        let of_its_own = tx.ledger_record(part_id(id, number)).await?;
        let fate = match (of_its_own, record.state) {
            (Some(own), _) if own.state != EntryState::Processed => format!("an entry of its own, {}: {}", own.entry.id, state(&own)),
            (_, EntryState::Processed) => done(tx, part, &routes).await?,
            _ => state(&record),
        };
        fates.push(format!("{}: {fate}", name(part)));
    }
    Ok(Some((record, fates)))
}

fn state(record: &LedgerRecord) -> String {
    record.reason.as_ref().map_or_else(|| record.state.to_string(), |reason| format!("{}: {reason}", record.state))
}

fn name(part: &Part) -> String {
    match &part.what {
        What::Message { message, .. } => format!("message {} ({})", message.id, message.kind()),
        What::Status { status, .. } => format!("status {} of {}", status.status.as_str(), status.id),
        What::Change { change, .. } => format!("change of {}", change.field),
        What::Unreadable(_) => "unreadable".to_owned(),
    }
}

/// Where a part that was processed can be found.
async fn done(tx: &mut Tx<'_>, part: &Part, routes: &[AccountRoute]) -> Result<String, StoreError> {
    let wamid = match &part.what {
        What::Message { message, .. } => &message.id,
        What::Status { status, .. } => &status.id,
        What::Change { .. } => return Ok("noted".to_owned()),
        What::Unreadable(reason) => return Ok(reason.clone()),
    };
    let Some(route) = routes_of(part, routes).next() else { return Ok("its account is gone".to_owned()) };
    let message = tx.message_with_wamid(route.organisation_id, route.api_account_id, wamid).await?;
    Ok(match (message, &part.what) {
        (Some(message), What::Message { .. }) => format!("the message {message}"),
        (Some(message), _) => format!("told about the message {message}"),
        (None, What::Status { .. }) => "parked until a message with this id is known".to_owned(),
        (None, _) => "no longer there".to_owned(),
    })
}
