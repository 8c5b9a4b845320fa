//! kill -9 under load: everything that was answered 201 is there afterwards, and is sent once.

use crate::client::Client;
use crate::on_both_databases;
use crate::sending::control;
use crate::server::{ACCOUNT, CUSTOMER, NUMBER, Server, eventually};
use serde_json::json;
use std::collections::HashMap;

const CONTACT: &str = "17b5c90a-7465-1097-b2db-66afa62c963f";

/// Posts until the server is gone; answers the texts that were acknowledged.
async fn post_until_it_dies(client: Client, caller: usize) -> Vec<String> {
    let mut acknowledged = Vec::new();
    for n in 0.. {
        let text = format!("caller {caller} message {n}");
        let request = client.http.post(format!("{}/message", client.url)).bearer_auth(client.token.as_deref().expect("a token"));
        let body = json!({"apiAccountId": ACCOUNT, "contactId": CONTACT, "message": text});
        match request.json(&body).send().await {
            Ok(answer) if answer.status() == 201 => acknowledged.push(text),
            Ok(_) | Err(_) => break,
        }
    }
    acknowledged
}

async fn message_counts(client: &Client) -> HashMap<String, usize> {
    let mut counts = HashMap::new();
    for page in 1.. {
        let items = client.list(&format!("/message?page={page}")).await;
        if items.is_empty() {
            break;
        }
        for item in items {
            *counts.entry(item["bodyText"].as_str().expect("text").to_owned()).or_default() += 1;
        }
    }
    counts
}

on_both_databases! {
    async fn what_was_answered_201_survives_a_kill(mut_server: Server) {
        let mut server = mut_server;
        let admin = server.sign_in("admin@example.com").await;
        server.customer_writes(CUSTOMER, NUMBER, "hello").await;
        eventually("the customer's message", async || admin.list("/message").await.into_iter().next()).await;

        let mut acknowledged = Vec::new();
        for _ in 0..3 {
            let callers: Vec<_> = (0..8).map(|caller| tokio::spawn(post_until_it_dies(admin.clone(), acknowledged.len() * 10 + caller))).collect();
            eventually("some replies", async || Some(()).filter(|()| callers.iter().all(|c| !c.is_finished()))).await;
            let before = message_counts(&admin).await.len();
            eventually("load", async || Some(message_counts(&admin).await.len()).filter(|n| *n > before + 20)).await;
            server.kill();
            for caller in callers {
                acknowledged.extend(caller.await.expect("a caller"));
            }
            server.run().await;
        }

        let kept = message_counts(&admin).await;
        assert!(acknowledged.len() > 50, "too little load: {}", acknowledged.len());
        for text in &acknowledged {
            assert_eq!(kept.get(text), Some(&1), "{text} was acknowledged");
        }
        let first = acknowledged.first().expect("a message");
        let mut looks = 0;
        eventually("the first to reach the phone", async || {
            looks += 1;
            if looks % 100 == 0 {
                // The kill may have caught just this one in the air: it is sent again two minutes after the next holder of the
                // lane has found it, which may be after the first look at the clock.
                control(&server, "clock", &json!({"advance_seconds": 130})).await;
            }
            server.phone(CUSTOMER).await.iter().any(|m| m["text"] == first.as_str()).then_some(())
        }).await;
        let mut arrived: HashMap<String, usize> = HashMap::new();
        for message in server.phone(CUSTOMER).await {
            *arrived.entry(message["text"].as_str().unwrap_or_default().to_owned()).or_default() += 1;
        }
        assert!(arrived.values().all(|n| *n == 1), "something arrived twice: {arrived:?}");
    }
}
