//! Rows 41 to 44: errors, limits, cross-origin requests, updates.

use crate::app::{ACCOUNT, CONTACT, Engine, TestApp};
use crate::on_both_engines;
use axum::body::Body;
use http::Method;
use serde_json::json;

on_both_engines! {
    async fn row_41_errors_are_problems_with_a_code_and_the_id_of_the_request(app) {
        let refused = app.administrator().await.post("/contact", &json!({"apiAccountId": ACCOUNT, "mobileNumber": "+447902111123"})).await;
        assert_eq!(refused.header("content-type"), "application/problem+json");
        let problem = refused.json();
        assert_eq!(
            (&problem["title"], &problem["status"], &problem["code"]),
            (&json!("Conflict"), &json!(409), &json!("duplicate_contact"))
        );
        assert_eq!(problem["requestId"], refused.header("x-request-id"));
        assert_eq!(problem["errors"], json!([{"member": "mobileNumber", "message": "already used by another contact"}]));
        assert!(problem["type"].as_str().is_some_and(|it| it.ends_with("/errors/duplicate_contact")), "{problem}");
    }

    async fn row_44_the_update_examples_have_the_members_that_can_change(app) {
        let caller = app.administrator().await;
        let contact = json!({"contactId": CONTACT, "mobileNumber": "+447902111123", "name": "Test Customer", "status": "Subscribed",
            "email": "customer@somewhere.com", "apiAccountId": ACCOUNT, "datetime": "2022-07-05T20:09:58.341Z", "tags": ["prospect"]});
        let mut updated = caller.put(&format!("/contact/{CONTACT}"), &contact).await.expect(200);
        updated["datetime"] = contact["datetime"].clone();
        assert_eq!(updated, contact);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn row_42_too_many_requests_are_told_when_to_come_back() {
    let three_a_minute = |settings: &mut msgboxx::config::Settings| settings.rate_limit = 3;
    TestApp::run_with(Engine::Sqlite, three_a_minute, async |app| {
        let (caller, neighbour) = (app.administrator().await, app.foreigner().await);
        for remaining in ["2", "1", "0"] {
            let answer = caller.get("/apiaccount").await;
            assert_eq!((answer.status, answer.header("ratelimit-policy")), (200, "\"application\";q=3;w=60"));
            assert!(answer.header("ratelimit").starts_with(&format!("\"application\";r={remaining};t=")), "{}", answer.header("ratelimit"));
        }
        let limited = caller.get("/apiaccount").await;
        limited.refused(429, "too_many_requests");
        let seconds: u32 = limited.header("retry-after").parse().expect("whole seconds");
        assert!((1..=60).contains(&seconds));
        assert_eq!(app.agent().await.get("/apiaccount").await.status, 429, "the limit is the organisation's");
        assert_eq!(neighbour.get("/apiaccount").await.status, 200, "and nobody else's");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn row_43_cross_origin_requests_are_off_unless_an_origin_is_listed() {
    const ORIGIN: &str = "https://crm.example.org";
    let listed = |settings: &mut msgboxx::config::Settings| settings.cors_origins = vec![ORIGIN.to_owned()];
    TestApp::run_with(Engine::Sqlite, listed, async |app| {
        let caller = app.administrator().await;
        let asked = [("origin", ORIGIN), ("access-control-request-method", "POST")];
        let preflight = app.stranger().send(Method::OPTIONS, "/contact", &asked, Body::empty()).await;
        assert_eq!((preflight.status, preflight.header("access-control-allow-origin")), (204, ORIGIN));
        let read = caller.send(Method::GET, "/contact", &[("origin", ORIGIN)], Body::empty()).await;
        assert_eq!((read.header("access-control-allow-origin"), read.header("access-control-allow-credentials")), (ORIGIN, ""));
        let foreign = caller.send(Method::GET, "/contact", &[("origin", "https://evil.example")], Body::empty()).await;
        assert_eq!(foreign.header("access-control-allow-origin"), "");
        let cookie = [("origin", ORIGIN), ("cookie", "refreshToken=x"), ("x-calling-application", "x")];
        app.stranger().send(Method::POST, "/oauth/refresh", &cookie, Body::empty()).await.refused(403, "forbidden");
    })
    .await;
}
