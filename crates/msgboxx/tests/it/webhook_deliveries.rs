//! What became of deliveries, samples, replays and secrets that change over.

use crate::app::{ABSENT, ACCOUNT, Call, Caller, Engine, Receiver, TestApp};
use crate::on_both_engines;
use serde_json::{Value, json};

async fn make_webhook(caller: &Caller, target: &str) -> (String, Value) {
    let made = caller.post("/webhook", &json!({"type": "contact", "targetUrl": target})).await.expect(201);
    (format!("/webhook/{}", made["webhookId"].as_str().expect("an id")), made)
}

/// The deliveries of a webhook once the newest has this many attempts with an answer.
async fn answered(app: &TestApp, caller: &Caller, path: &str, attempts: usize) -> Vec<Value> {
    app.eventually("the attempts to be listed", async || {
        let items = caller.items(&format!("{path}/delivery")).await;
        let of_newest = items.first()?["attempts"].as_array()?.iter().filter(|it| it["status"] == 200).count();
        (of_newest >= attempts).then_some(items)
    })
    .await
}

async fn a_webhook_is_seen_through(engine: Engine) {
    let mut receiver = Receiver::listen().await;
    TestApp::run_with(engine, receiver.allow(), async |app| {
        let caller = app.administrator().await;
        let (path, webhook) = make_webhook(&caller, &receiver.url).await;
        let secret = webhook["signingSecret"].as_str().expect("a secret");
        let contact = caller.contact(ACCOUNT, "+447902000001").await;
        let first = receiver.next().await;
        assert!(first.is_signed_with(secret));
        assert_eq!(
            (first.header("x-msgboxx-event"), serde_json::from_str::<Value>(&first.body).expect("JSON")),
            ("contact", contact.clone())
        );

        let listed = answered(app, &caller, &path, 1).await;
        let delivery = &listed[0];
        assert_eq!(
            (&delivery["type"], &delivery["entity"], &delivery["status"]),
            (&json!("contact"), &contact["contactId"], &json!("delivered"))
        );
        assert_eq!(delivery["eventId"], first.header("webhook-id"));
        assert_eq!(delivery.get("nextAttemptAt"), None);
        let attempt = &delivery["attempts"][0];
        assert_eq!((&attempt["answer"], &attempt["failure"], attempt["latency"].is_u64()), (&json!("thanks"), &json!(""), true));

        replays(app, &caller, &path, delivery, &mut receiver).await;
        let test = caller.post(&format!("{path}/test"), &json!({})).await.expect(202);
        let sample = receiver.next().await;
        assert_eq!((sample.header("x-msgboxx-event"), sample.is_signed_with(secret)), ("test", true));
        assert!(serde_json::from_str::<Value>(&sample.body).expect("JSON")["contactId"].is_string());
        assert_eq!(answered(app, &caller, &path, 1).await[0]["deliveryId"], test["deliveryId"]);

        let next = caller.post(&format!("{path}/secret"), &json!({})).await.expect(200);
        let next = next["signingSecret"].as_str().expect("a secret");
        let during = after_a_contact(&caller, &mut receiver, "+447902000002").await;
        assert!(during.is_signed_with(secret) && during.is_signed_with(next));
        app.hours_pass(24);
        let after = after_a_contact(&caller, &mut receiver, "+447902000003").await;
        assert!(!after.is_signed_with(secret) && after.is_signed_with(next));
    })
    .await;
}

async fn after_a_contact(caller: &Caller, receiver: &mut Receiver, number: &str) -> Call {
    caller.contact(ACCOUNT, number).await;
    receiver.next().await
}

async fn replays(app: &TestApp, caller: &Caller, path: &str, delivery: &Value, receiver: &mut Receiver) {
    let replay = format!("{path}/replay");
    let (from, to) = (delivery["at"].as_str().expect("an instant"), "2100-01-01");
    for (nth, what) in [json!({"deliveryId": delivery["deliveryId"]}), json!({"fromDate": from, "toDate": to})].iter().enumerate() {
        let answer = caller.post(&replay, what).await;
        assert_eq!((answer.status, answer.text.as_str()), (202, ""));
        assert_eq!(receiver.next().await.header("webhook-id"), delivery["eventId"]);
        answered(app, caller, path, nth + 2).await;
    }
    caller.put(path, &json!({"isEnabled": false})).await.expect(200);
    caller.post(&replay, &json!({"fromDate": from, "toDate": to})).await.refused(400, "webhook_disabled");
    caller.put(path, &json!({"isEnabled": true})).await.expect(200);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_webhook_is_seen_through_on_sqlite() {
    a_webhook_is_seen_through(Engine::Sqlite).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_webhook_is_seen_through_on_postgres() {
    a_webhook_is_seen_through(Engine::Postgres).await;
}

on_both_engines! {
    async fn a_replay_names_what_is_wrong_with_it(app) {
        let caller = app.administrator().await;
        let (path, _) = make_webhook(&caller, "https://example.org/a").await;
        let replay = format!("{path}/replay");
        for (body, code, member) in [
            (json!({}), "missing_member", "deliveryId"),
            (json!({"deliveryId": ""}), "missing_member", "deliveryId"),
            (json!({"fromDate": "2024-01-01"}), "missing_member", "toDate"),
            (json!({"toDate": "2024-01-01"}), "missing_member", "fromDate"),
            (json!({"deliveryId": "x"}), "invalid_member", "deliveryId"),
            (json!({"deliveryId": 7}), "invalid_member", "deliveryId"),
            (json!({"fromDate": "yesterday", "toDate": "2024-01-01"}), "invalid_member", "fromDate"),
            (json!({"fromDate": "2024-01-02", "toDate": "2024-01-01"}), "invalid_member", "fromDate"),
            (json!({"deliveryId": ABSENT, "fromDate": "2024-01-01", "toDate": "2024-01-02"}), "invalid_member", "deliveryId"),
            (json!({"deliveryId": ABSENT}), "unknown_reference", "deliveryId"),
        ] {
            let answer = caller.post(&replay, &body).await;
            answer.refused(400, code);
            assert_eq!(answer.json()["errors"][0]["member"], member, "{body}");
        }
        assert_eq!(caller.post(&replay, &json!({"fromDate": "2024-01-01", "toDate": "2024-01-01"})).await.status, 202);
    }

    async fn only_administrators_act_and_only_they_and_the_maker_read(app) {
        let (administrator, agent, foreigner) = (app.administrator().await, app.agent().await, app.foreigner().await);
        let (path, _) = make_webhook(&administrator, "https://example.org/a").await;
        let range = json!({"fromDate": "2024-01-01", "toDate": "2024-01-02"});
        for verb in ["test", "replay", "secret"] {
            let path = format!("{path}/{verb}");
            agent.post(&path, &range).await.refused(403, "forbidden");
            foreigner.post(&path, &range).await.refused(404, "not_found");
            administrator.post(&format!("/webhook/{ABSENT}/{verb}"), &range).await.refused(404, "not_found");
            administrator.get(&path).await.refused(405, "method_not_allowed");
            app.stranger().post(&path, &range).await.refused(401, "invalid_token");
        }
        let deliveries = format!("{path}/delivery");
        agent.get(&deliveries).await.refused(404, "not_found");
        foreigner.get(&deliveries).await.refused(404, "not_found");
        let empty = json!({"items": [], "paging": {"recordCount": 0, "pages": 0}});
        assert_eq!(administrator.get(&format!("{deliveries}/?page=2&pageSize=5")).await.expect(200), empty);
        administrator.get(&format!("{deliveries}?page=0")).await.refused(400, "invalid_parameter");
        administrator.delete(&path).await;
        administrator.get(&deliveries).await.refused(404, "not_found");
    }
}
