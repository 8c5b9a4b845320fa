//! kill -9 while webhooks are delivered: everything that was answered 201 reaches the receiver.

use crate::client::Client;
use crate::sending::control;
use crate::server::{ACCOUNT, Engine, Server, eventually};
use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use serde_json::{Value, json};
use std::collections::HashSet;
use std::sync::{Arc, Mutex};

type Seen = Arc<Mutex<HashSet<String>>>;

/// A receiver that remembers which contacts it was told of; answers its address.
async fn receiver() -> (String, Seen) {
    async fn take(State(seen): State<Seen>, body: Bytes) -> &'static str {
        let contact: Value = serde_json::from_slice(&body).expect("JSON");
        seen.lock().expect("no panic").insert(contact["contactId"].as_str().expect("an id").to_owned());
        "thanks"
    }
    let seen = Seen::default();
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let address = listener.local_addr().expect("an address").to_string();
    let router = Router::new().fallback(take).with_state(seen.clone());
    drop(tokio::spawn(async move { axum::serve(listener, router).await }));
    (address, seen)
}

/// Contacts that each caller adds at most: enough to be caught in the middle of their deliveries.
const MOST: usize = 60;

/// Adds contacts until the server is gone; answers those that were acknowledged.
async fn add_until_it_dies(client: Client, caller: usize) -> Vec<String> {
    let mut acknowledged = Vec::new();
    for n in 0..MOST {
        let body = json!({"apiAccountId": ACCOUNT, "mobileNumber": format!("+4479{caller:03}{n:06}")});
        let request = client.http.post(format!("{}/contact", client.url)).bearer_auth(client.token.as_deref().expect("a token"));
        let Ok(answer) = request.json(&body).send().await else { break };
        let Ok(made) = answer.json::<Value>().await else { break };
        acknowledged.extend(made["contactId"].as_str().map(str::to_owned));
    }
    acknowledged
}

async fn no_event_is_lost_by_kills(engine: Engine) {
    let (address, seen) = receiver().await;
    let mut server = Server::start_with(engine, &[("MSGBOXX_WEBHOOK_ALLOW", &address)]).await;
    let admin = server.sign_in("admin@example.com").await;
    let webhook = json!({"type": "contact", "targetUrl": format!("http://{address}/hook")});
    let webhook = admin.post("/webhook", &webhook).await.expect(201);
    let mut acknowledged = Vec::new();
    for round in 0..2 {
        let callers: Vec<_> = (0..4).map(|n| tokio::spawn(add_until_it_dies(admin.clone(), round * 10 + n))).collect();
        let before = seen.lock().expect("no panic").len();
        eventually("deliveries", async || Some(()).filter(|()| seen.lock().expect("no panic").len() > before + 20)).await;
        server.kill();
        for caller in callers {
            acknowledged.extend(caller.await.expect("a caller"));
        }
        server.run().await;
    }
    assert!(acknowledged.len() > 40, "too little load: {}", acknowledged.len());
    // What the kill cut off comes again half a minute later.
    control(&server, "clock", &json!({"advance_seconds": 60})).await;
    eventually("every event", async || {
        let seen = seen.lock().expect("no panic");
        acknowledged.iter().all(|contact| seen.contains(contact)).then_some(())
    })
    .await;
    let path = format!("/webhook/{}/delivery?pageSize=1", webhook["webhookId"].as_str().expect("an id"));
    let listed = admin.get(&path).await.expect(200)["paging"]["recordCount"].as_u64().expect("a count");
    assert!(usize::try_from(listed).expect("few") >= acknowledged.len(), "{listed} of {}", acknowledged.len());
}

#[tokio::test]
async fn no_event_is_lost_by_kills_on_sqlite() {
    no_event_is_lost_by_kills(Engine::Sqlite).await;
}

#[tokio::test]
async fn no_event_is_lost_by_kills_on_postgres() {
    no_event_is_lost_by_kills(Engine::Postgres).await;
}
