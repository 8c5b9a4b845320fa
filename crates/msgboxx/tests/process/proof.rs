//! The great proof: many replies to many customers while sender processes are killed and stopped, and WhatsApp misbehaves.
//!
//! Afterwards the customers' phones are compared with what was acknowledged: nothing is missing, nothing arrived twice but
//! within the one window that nobody can close, and each customer got everything in the order in which it was written.

mod audit;
mod chaos;

use crate::client::Client;
use crate::sending::control;
use crate::server::{ACCOUNT, Engine, NUMBER, Server, eventually, free_address};
use audit::audit;
use chaos::Nodes;
use serde_json::{Value, json};
use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

/// How much is sent, and at which pace.
#[derive(Clone, Copy)]
struct Load {
    customers: usize,
    /// Not more than WhatsApp's pair limit takes at once.
    messages_each: usize,
    messages_per_second: u32,
    rounds: usize,
}

/// What was acknowledged: each text with its message's id.
type Acknowledged = HashMap<String, String>;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_processes_on_postgres_lose_nothing_and_repeat_nothing() {
    let (simulator, second) = (free_address(), free_address());
    let outside = [("MSGBOXX_SIMULATOR", "off"), ("MSGBOXX_CLOCK", "simulator"), ("MSGBOXX_SIMULATOR_LISTEN", simulator.as_str())];
    let mut server = Server::start_with(Engine::Postgres, &outside).await;
    server.simulator = format!("http://{simulator}");
    let load = Load { customers: 50, messages_each: 40, messages_per_second: 400, rounds: 2 };
    server.sql(&format!("update api_accounts set messages_per_second = {}", load.messages_per_second)).await;
    let nodes = Nodes::start(server, Some(second)).await;
    prove(nodes, load).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_process_on_sqlite_loses_nothing_and_repeats_nothing() {
    let server = Server::start(Engine::Sqlite).await;
    let nodes = Nodes::start(server, None).await;
    prove(nodes, Load { customers: 25, messages_each: 40, messages_per_second: 80, rounds: 2 }).await;
}

async fn prove(mut nodes: Nodes, load: Load) {
    let admin = nodes.server.sign_in("admin@example.com").await;
    let contacts = open_windows(&nodes.server, &admin, load.customers).await;
    misbehave(&nodes.server, load).await;
    let is_over = Arc::new(AtomicBool::new(false));
    let urls = nodes.urls();
    let posting: Vec<_> = contacts
        .into_iter()
        .enumerate()
        .map(|(n, contact)| tokio::spawn(post(admin.clone(), urls.clone(), n, contact, load.messages_each, is_over.clone())))
        .collect();
    for round in 0..load.rounds {
        nodes.disturb(round).await;
    }
    let mut acknowledged = Acknowledged::new();
    for posted in posting {
        acknowledged.extend(posted.await.expect("a poster"));
    }
    is_over.store(true, Ordering::Relaxed);
    assert_eq!(acknowledged.len(), load.customers * load.messages_each);
    settle(&nodes.server, &admin, acknowledged.len()).await;
    audit(&mut nodes, &admin, &acknowledged, load).await;
}

fn customer(n: usize) -> String {
    format!("+4479031{n:05}")
}

fn text(customer: usize, n: usize) -> String {
    format!("customer {customer} message {n:02}")
}

/// Each customer writes, so that they can be answered; answers their contacts' ids.
async fn open_windows(server: &Server, admin: &Client, customers: usize) -> Vec<String> {
    for n in 0..customers {
        server.customer_writes(&customer(n), NUMBER, "hello").await;
    }
    let by_number: HashMap<String, String> = eventually("the customers' messages", async || {
        let list = admin.list("/message?pageSize=100").await;
        let contact =
            |item: &Value| Some((item["contact"]["mobileNumber"].as_str()?.to_owned(), item["contact"]["contactId"].as_str()?.to_owned()));
        Some(list.iter().filter_map(contact).collect::<HashMap<_, _>>()).filter(|found| found.len() >= customers)
    })
    .await;
    (0..customers).map(|n| by_number[&customer(n)].clone()).collect()
}

/// Faults of every kind that says nothing about whether a message was taken, and of some that do.
async fn misbehave(server: &Server, load: Load) {
    let pace = json!({"throughput": load.messages_per_second + 20, "duplicates": 0.2, "shuffle": true, "webhook_batch": 7});
    control(server, "settings", &pace).await;
    for fault in [
        json!({"to": null, "count": 10, "kind": "drop_reply"}),
        json!({"to": null, "count": 5, "kind": "http", "http_status": 503}),
        json!({"to": null, "count": 10, "kind": "error", "code": 131_056}),
        json!({"to": null, "count": 5, "kind": "error", "code": 130_429}),
        json!({"to": null, "count": 5, "kind": "error", "code": 131_000}),
        json!({"to": null, "count": 50, "kind": "status", "statuses": "twice"}),
    ] {
        control(server, "faults", &fault).await;
    }
}

/// Writes to one customer, one message after the other, and does not give up before each is acknowledged.
async fn post(
    client: Client,
    urls: Vec<String>,
    customer: usize,
    contact: String,
    messages: usize,
    is_over: Arc<AtomicBool>,
) -> Vec<(String, String)> {
    let mut acknowledged = Vec::new();
    for n in 0..messages {
        let text = text(customer, n);
        let body = json!({"apiAccountId": ACCOUNT, "contactId": contact, "message": text});
        for url in urls.iter().cycle().skip(n) {
            assert!(!is_over.load(Ordering::Relaxed), "the test is over");
            let request = client.http.post(format!("{url}/message")).bearer_auth(client.token.as_deref().expect("a token"));
            let request = request.header("Idempotency-Key", &text).timeout(Duration::from_secs(5)).json(&body);
            let answer = match request.send().await {
                Ok(answer) if answer.status() == 201 => answer.json::<Value>().await.ok(),
                Ok(_) | Err(_) => None,
            };
            if let Some(id) = answer.as_ref().and_then(|answer| answer["messageId"].as_str()) {
                acknowledged.push((text, id.to_owned()));
                break;
            }
            // A process that is gone refuses at once: others shall have the machine meanwhile.
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }
    acknowledged
}

/// All is well again, and time passes, until every message was reported.
async fn settle(server: &Server, admin: &Client, messages: usize) {
    let cleared = server.http.delete(format!("{}/simulator/faults", server.simulator)).send().await.expect("an answer");
    assert!(cleared.status().is_success());
    let (mut before, mut still) = (0, 0);
    eventually("all messages to be reported", async || {
        let sent = reported(admin).await;
        still = if sent == before { still + 1 } else { 0 };
        before = sent;
        // Nothing moves any more: what is of unknown outcome waits for the two minutes to pass, and refused ones for their turn.
        if still == 25 {
            still = 0;
            control(server, "clock", &json!({"advance_seconds": 130})).await;
        }
        (sent == messages).then_some(())
    })
    .await;
}

/// How many outgoing messages WhatsApp has reported.
async fn reported(admin: &Client) -> usize {
    let mut sent = 0;
    for page in 1.. {
        let items = admin.list(&format!("/message?pageSize=100&page={page}")).await;
        if items.is_empty() {
            break;
        }
        sent += items.iter().filter(|item| item["messageDirection"] == "outgoing" && item["isSent"] == true).count();
    }
    sent
}
