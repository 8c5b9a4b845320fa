//! The event log: in order, from any place, for those who may see what it tells of.

use crate::app::{ACCOUNT, Caller, Engine, OFFICE, TestApp};
use crate::on_both_engines;
use serde_json::{Value, json};
use std::time::Duration;

/// Everything after a position, read in steps of so many.
async fn read(caller: &Caller, mut after: i64, limit: usize) -> (Vec<Value>, i64) {
    let mut all = Vec::new();
    loop {
        let page = caller.get(&format!("/event?after={after}&limit={limit}")).await.expect(200);
        let items = page["items"].as_array().expect("items").clone();
        after = page["next"].as_i64().expect("a position");
        if items.is_empty() {
            return (all, after);
        }
        assert!(items.len() <= limit);
        assert_eq!(
            items.last().map(|item| &item["position"]).filter(|_| items.len() == limit),
            (items.len() == limit).then_some(&page["next"])
        );
        all.extend(items);
    }
}

/// The end of the log once it tells of this.
async fn once_told_of(app: &TestApp, caller: &Caller, entity: &Value) -> (Vec<Value>, i64) {
    app.eventually("the event", async || {
        let (events, next) = read(caller, 0, 1_000).await;
        events.iter().any(|event| event["entity"] == *entity).then_some((events, next))
    })
    .await
}

fn tells_of(events: &[Value], contact: &Value) -> bool {
    events.iter().any(|event| event["type"] == "contact" && event["entity"] == contact["contactId"])
}

on_both_engines! {
    async fn the_log_is_in_order_without_gaps_and_can_be_read_from_any_place(app) {
        let caller = app.administrator().await;
        for n in 0..5 {
            caller.contact(ACCOUNT, &format!("+44790200000{n}")).await;
        }
        let last = caller.contact(OFFICE, "+447902000009").await;
        let (all, next) = once_told_of(app, &caller, &last["contactId"]).await;
        let positions: Vec<i64> = all.iter().map(|event| event["position"].as_i64().expect("a position")).collect();
        assert_eq!(positions, (1..=next).collect::<Vec<_>>());
        assert_eq!(read(&caller, 0, 2).await, (all.clone(), next));
        assert_eq!(read(&caller, 3, 1).await.0, all[3..]);
        let newest = all.last().expect("an event");
        assert_eq!((&newest["type"], &newest["entity"], &newest["at"]), (&json!("contact"), &last["contactId"], &last["datetime"]));
        assert_eq!(caller.get(&format!("/event?after={}", next + 7)).await.expect(200), json!({"items": [], "next": next + 7}));
    }

    async fn everybody_sees_of_the_log_what_they_may_see_of_the_rest(app) {
        let caller = app.administrator().await;
        let shared = caller.contact(ACCOUNT, "+447902000001").await;
        let hidden = caller.contact(OFFICE, "+447902000002").await;
        let (_, next) = once_told_of(app, &caller, &hidden["contactId"]).await;
        let agents = read(&app.agent().await, 0, 2).await;
        assert_eq!((tells_of(&agents.0, &shared), tells_of(&agents.0, &hidden), agents.1), (true, false, next));
        let foreign = read(&app.foreigner().await, 0, 1_000).await;
        assert!(!foreign.0.is_empty() && !tells_of(&foreign.0, &shared));
        app.stranger().get("/event").await.refused(401, "invalid_token");
    }

    async fn a_request_that_waits_is_answered_by_the_first_event(app) {
        let caller = app.administrator().await;
        let (_, end) = read(&caller, 0, 1_000).await;
        let (_, end) = if end == 0 { once_told_of(app, &caller, &json!(crate::app::CONTACT)).await } else { (vec![], end) };
        let waiting = tokio::spawn({
            let caller = caller.clone();
            async move { caller.get(&format!("/event?after={end}&wait=30")).await.expect(200) }
        });
        tokio::task::yield_now().await;
        let contact = caller.contact(ACCOUNT, "+447902000001").await;
        // Well before the wait is over.
        let found = tokio::time::timeout(Duration::from_secs(20), waiting).await.expect("woken").expect("no panic");
        assert_eq!((&found["items"][0]["entity"], &found["next"]), (&contact["contactId"], &json!(end + 1)));
        let nothing = caller.get(&format!("/event?after={}&wait=1", end + 1)).await.expect(200);
        assert_eq!(nothing, json!({"items": [], "next": end + 1}));
    }

    async fn a_bad_parameter_is_named(app) {
        let caller = app.administrator().await;
        for (query, name) in [
            ("after=x", "after"),
            ("after=-1", "after"),
            ("after=99999999999999999999", "after"),
            ("limit=0", "limit"),
            ("limit=1001", "limit"),
            ("limit=", "limit"),
            ("wait=31", "wait"),
            ("wait=0.5", "wait"),
            ("wait=1&wait=2", "wait"),
        ] {
            let answer = caller.get(&format!("/event?{query}")).await;
            answer.refused(400, "invalid_parameter");
            assert_eq!(answer.json()["errors"][0]["member"], name, "{query}");
        }
        caller.post("/event", &json!({})).await.refused(405, "method_not_allowed");
    }
}

async fn a_request_that_waits_ends_when_the_program_stops(engine: Engine) {
    TestApp::run_with(
        engine,
        |settings| settings.rate_limit = 1_000_000,
        async |app| {
            let token = app.administrator().await.token.expect("a token");
            let grant = app.app.tokens.verify(&token, app.app.clock.now()).expect("a good token");
            let url = format!("http://{}/event?after=1000000&wait=30", app.app.settings.listen);
            let request = app.http.get(url).bearer_auth(token);
            let waiting = tokio::spawn(async move { request.send().await });
            // It is counted as it arrives.
            let application = grant.calling_application.into();
            let counted = || app.app.rate_limit.count(grant.organisation, &application).map(|it| it.limit - it.remaining);
            let mut counted_here = 0;
            while counted() == Some(counted_here + 1) {
                counted_here += 1;
                tokio::task::yield_now().await;
            }
            app.stop.cancel();
            let answer = tokio::time::timeout(Duration::from_secs(15), waiting).await.expect("it ends at once").expect("no panic");
            let answer: Value = answer.expect("an answer").json().await.expect("JSON");
            assert_eq!(answer, json!({"items": [], "next": 1_000_000}));
        },
    )
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_request_that_waits_ends_when_the_program_stops_on_sqlite() {
    a_request_that_waits_ends_when_the_program_stops(Engine::Sqlite).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_request_that_waits_ends_when_the_program_stops_on_postgres() {
    a_request_that_waits_ends_when_the_program_stops(Engine::Postgres).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_request_that_waits_counts_once_against_the_limit() {
    TestApp::run_with(
        Engine::Sqlite,
        |settings| settings.rate_limit = 10,
        async |app| {
            let caller = app.administrator().await;
            let left = async || -> String { caller.get("/event?after=1000000&wait=2").await.header("ratelimit").to_owned() };
            assert!(left().await.contains("r=9;"));
            assert!(left().await.contains("r=8;"));
        },
    )
    .await;
}
