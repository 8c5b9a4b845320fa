//! What the phones show, against what was acknowledged and what the database says about it.

use super::{Acknowledged, Load, Nodes, customer, text};
use crate::client::Client;
use msgboxx_model::MessageId;
use msgboxx_store::{MessageLife, Store, StoreError, StoreSettings, Tx};
use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use std::time::Duration;

/// Copies within the window that cannot be closed: so many of a hundred may not be exceeded even with these faults.
const MOST_COPIES_PER_CENT: usize = 1;
/// An attempt is repeated only after a report was waited for.
const REPORT_AWAITED_FOR: Duration = Duration::from_mins(2);

pub(super) async fn audit(nodes: &mut Nodes, admin: &Client, acknowledged: &Acknowledged, load: Load) {
    let mut listed = HashMap::new();
    for page in 1.. {
        let items = admin.list(&format!("/message?pageSize=100&page={page}")).await;
        if items.is_empty() {
            break;
        }
        for item in items.iter().filter(|item| item["messageDirection"] == "outgoing") {
            assert!(item["failure"].is_null(), "{item}");
            *listed.entry(item["bodyText"].as_str().expect("text").to_owned()).or_insert(0) += 1;
        }
    }
    assert_eq!(listed.len(), acknowledged.len(), "the counts close");
    assert!(listed.values().all(|n| *n == 1), "one message for each key");

    let mut copies = Vec::new();
    for n in 0..load.customers {
        let phone = nodes.server.phone(&customer(n)).await;
        let arrived: Vec<&str> = phone.iter().filter(|it| it["direction"] == "in").filter_map(|it| it["text"].as_str()).collect();
        let mut seen = HashSet::new();
        let (first, again): (Vec<&str>, Vec<&str>) = arrived.iter().copied().partition(|text| seen.insert(*text));
        let written: Vec<String> = (0..load.messages_each).map(|message| text(n, message)).collect();
        assert_eq!(first, written, "customer {n} got everything, in its order");
        copies.extend(again.into_iter().map(str::to_owned));
    }
    nodes.server.kill();
    assert!(copies.len() * 100 <= acknowledged.len() * MOST_COPIES_PER_CENT, "too many copies: {copies:?}");
    let store = open(nodes).await;
    for copy in &copies {
        let life = life(&store, &acknowledged[copy]).await;
        let waited = life.attempts.windows(2).all(|pair| pair[1].started_at.saturating_since(pair[0].started_at) >= REPORT_AWAITED_FOR);
        assert!(life.attempts.len() > 1 && waited, "{copy} was repeated outside the window: {life:?}");
    }
    for id in acknowledged.values() {
        let life = life(&store, id).await;
        assert!(life.job.is_none() && life.attempts.iter().any(|attempt| attempt.outcome == "accepted"), "{life:?}");
    }
    drop(store);
    nodes.end();
}

async fn open(nodes: &Nodes) -> Store {
    let settings = StoreSettings {
        database: nodes.server.database(),
        postgres_connections: None,
        statement_cache: true,
        clock: Arc::new(|| msgboxx_model::Instant::from_seconds(0)),
    };
    Store::open(settings).await.expect("the database opens")
}

async fn life(store: &Store, message: &str) -> MessageLife {
    let message = MessageId(message.parse().expect("an id"));
    let read = async move |tx: &mut Tx<'_>| {
        for route in tx.account_routes().await? {
            if let Some(life) = tx.message_life(route.organisation_id, message).await? {
                return Ok(Some(life));
            }
        }
        Ok::<_, StoreError>(None)
    };
    store.read(read).await.expect("it can be read").expect("the message")
}
