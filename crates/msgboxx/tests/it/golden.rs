//! Every response sample of the published documentation: the server's answer in the same state has
//! the same members, spelled the same, of the same JSON types, and no two that differ by case only.

use crate::app::{ACCOUNT, AGENT, BROADCAST, CONTACT, INBOX, TEAM, TEMPLATE, TestApp};
use crate::on_both_engines;
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// Members that are ours, by sample; a documented client never meets them as anything but extra.
const EXTENSIONS: [(&str, &str); 5] = [
    ("get_template", "language"),
    ("get_template", "category"),
    ("get_templates", "language"),
    ("get_templates", "category"),
    ("create_webhook", "signingSecret"),
];

fn sample(name: &str) -> Value {
    let path = format!("{}/tests/golden/{name}.json", env!("CARGO_MANIFEST_DIR"));
    let text = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{path}: {error}"));
    serde_json::from_str(&text).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// Each member's path with its type, lists being as good as their items together.
fn shape(value: &Value) -> BTreeSet<String> {
    fn walk(value: &Value, path: &str, found: &mut BTreeSet<String>) {
        match value {
            Value::Object(members) => {
                found.insert(format!("{path} object"));
                members.iter().for_each(|(name, inner)| walk(inner, &format!("{path}.{name}"), found));
            }
            Value::Array(items) => {
                found.insert(format!("{path} array"));
                for inner in items {
                    walk(inner, &format!("{path}[]"), found);
                }
            }
            Value::String(_) => drop(found.insert(format!("{path} string"))),
            Value::Number(number) => drop(found.insert(format!("{path} {}", if number.is_i64() { "integer" } else { "number" }))),
            Value::Bool(_) => drop(found.insert(format!("{path} boolean"))),
            Value::Null => drop(found.insert(format!("{path} null"))),
        }
    }
    let mut found = BTreeSet::new();
    walk(value, "", &mut found);
    found
}

fn check_decodable(value: &Value) {
    match value {
        Value::Object(members) => {
            let names: BTreeSet<_> = members.keys().map(|name| name.to_lowercase()).collect();
            assert_eq!(names.len(), members.len(), "{value}");
            members.values().for_each(check_decodable);
        }
        Value::Array(items) => items.iter().for_each(check_decodable),
        _ => {}
    }
}

fn check(name: &str, answer: &Value) {
    check_decodable(answer);
    // An array without items says nothing of its items.
    let of_items = |path: &String| path.contains("tags[]");
    let ours = |path: &String| EXTENSIONS.iter().any(|(of, member)| *of == name && path.contains(&format!(".{member} ")));
    let expected: BTreeSet<_> = shape(&sample(name)).into_iter().filter(|path| !of_items(path)).collect();
    let found: BTreeSet<_> = shape(answer).into_iter().filter(|path| !of_items(path) && !ours(path)).collect();
    assert_eq!(found, expected, "{name}");
}

fn id_of(answer: &Value, member: &str) -> String {
    answer[member].as_str().expect("an id").to_owned()
}

async fn check_reads(app: &TestApp) {
    let caller = app.administrator().await;
    for (name, path) in [
        ("get_apiaccounts", "/apiaccount".to_owned()),
        ("get_apiaccount", format!("/apiaccount/{ACCOUNT}")),
        ("get_contacts", "/contact".to_owned()),
        ("get_contact", format!("/contact/{CONTACT}")),
        ("get_inboxes", "/inbox".to_owned()),
        ("get_inbox", format!("/inbox/{INBOX}")),
        ("get_teams", "/team".to_owned()),
        ("get_templates", "/template".to_owned()),
        ("get_template", format!("/template/{TEMPLATE}")),
        ("get_users", "/user".to_owned()),
    ] {
        check(name, &caller.get(&path).await.expect(200));
    }
}

on_both_engines! {
    async fn reads_have_the_documented_shapes(app) {
        check_reads(app).await;
        check("create_token", &app.stranger().token("admin@example.com").await.json());
    }

    async fn messages_and_conversations_have_the_documented_shapes(app) {
        app.customer_says("hello").await;
        let caller = app.administrator().await;
        let body = json!({"message": "Hi John, that sounds good progress", "apiAccountId": ACCOUNT, "contactId": CONTACT});
        let sent = caller.post("/message", &body).await.expect(201);
        check("create_message", &sent);
        check("get_message", &caller.get(&format!("/message/{}", id_of(&sent, "messageId"))).await.expect(200));
        check("get_messages", &caller.get("/message?page=1").await.expect(200));
        let path = format!("/conversation/{}", id_of(&sent, "conversationId"));
        caller.put(&path, &json!({"userId": AGENT})).await.expect(200);
        check("get_conversation_of_user", &caller.get(&path).await.expect(200));
        caller.put(&path, &json!({"teamId": TEAM})).await.expect(200);
        check("get_conversation_of_team", &caller.get(&path).await.expect(200));
    }

    async fn contacts_and_broadcasts_have_the_documented_shapes(app) {
        let caller = app.administrator().await;
        check("create_contact", &caller.contact(ACCOUNT, "+4479051337665").await);
        check("update_contact", &caller.put(&format!("/contact/{CONTACT}"), &json!({"tags": ["prospect"]})).await.expect(200));
        let body = json!({"apiAccountId": ACCOUNT, "contactId": CONTACT, "templateId": TEMPLATE, "message": BROADCAST});
        let made = caller.post("/broadcast", &body).await.expect(201);
        check("create_broadcast", &made);
        check("get_broadcast", &caller.get(&format!("/broadcast/{}", id_of(&made, "broadcastId"))).await.expect(200));
        check("get_broadcasts", &caller.get("/broadcast").await.expect(200));
    }

    async fn webhooks_have_the_documented_shapes(app) {
        let caller = app.administrator().await;
        let made = caller
            .post("/webhook", &json!({"type": "contact", "targetUrl": "https://hooks.zapier.com/1/", "isEnabled": true}))
            .await
            .expect(201);
        check("create_webhook", &made);
        let path = format!("/webhook/{}", id_of(&made, "webhookId"));
        check("get_webhook", &caller.get(&path).await.expect(200));
        check("get_webhooks", &caller.get("/webhook").await.expect(200));
        check("update_webhook", &caller.put(&path, &json!({"isEnabled": false})).await.expect(200));
    }
}

#[test]
fn every_sample_of_the_documentation_is_compared() {
    let compared: BTreeSet<&str> = include_str!("golden.rs").split('"').collect();
    let samples = std::fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/golden")).expect("the samples");
    for file in samples {
        let name = file.expect("a file").file_name().into_string().expect("a plain name");
        if let Some(name) = name.strip_suffix(".json") {
            assert!(compared.contains(name), "{name}");
            check_decodable(&sample(name));
        }
    }
}
