//! One test for each accepted alias, named after its number, and what is not accepted on purpose.

use crate::app::{ABSENT, ACCOUNT, APPLICATION, CONTACT, INBOX, TestApp};
use crate::on_both_engines;
use axum::body::Body;
use http::Method;
use serde_json::json;

/// Uses of each alias so far.
fn counted(app: &TestApp) -> Vec<(String, i64)> {
    let mut uses: Vec<_> = app
        .app
        .alias_uses
        .take()
        .into_iter()
        .map(|(used, n)| {
            assert_eq!(&*used.application, APPLICATION);
            (used.alias.to_string(), n)
        })
        .collect();
    uses.sort();
    uses
}

fn once(alias: &str) -> Vec<(String, i64)> {
    vec![(alias.to_owned(), 1)]
}

on_both_engines! {
    async fn a1_the_header_authorisation_is_read_when_authorization_is_absent(app) {
        let token = app.administrator().await.token.expect("signed in");
        let misspelled = format!("bearer  {token}");
        let answer = app.stranger().send(Method::GET, "/apiaccount", &[("Authorisation", &misspelled)], Body::empty()).await;
        assert_eq!(answer.status, 200);
        assert_eq!(counted(app), once("A1"));
        let both = app.bearer("wrong").send(Method::GET, "/apiaccount", &[("Authorisation", &misspelled)], Body::empty()).await;
        both.refused(401, "invalid_token");
    }

    async fn a2_inboxes_is_inbox(app) {
        let caller = app.administrator().await;
        let path = format!("/inbox/{INBOX}");
        assert_eq!(caller.get(&path.replace("inbox", "inboxes")).await.expect(200), caller.get(&path).await.expect(200));
        assert_eq!(counted(app), once("A2"));
        assert_eq!(caller.get("/inboxes").await.expect(200), caller.get("/inbox").await.expect(200));
        caller.get(&format!("/inboxes/{ABSENT}")).await.refused(404, "not_found");
        let wrong = caller.post("/inboxes", &json!({})).await;
        assert_eq!((wrong.status, wrong.header("allow")), (405, "GET, HEAD"));
    }

    async fn a3_webhooks_is_webhook_with_every_method(app) {
        let caller = app.administrator().await;
        let made = caller.post("/webhooks", &json!({"type": "message", "targetUrl": "https://example.org/a"})).await.expect(201);
        let path = format!("/webhooks/{}", made["webhookId"].as_str().expect("an id"));
        assert_eq!(caller.items("/webhooks").await, caller.items("/webhook").await);
        let changed = caller.put(&path, &json!({"isEnabled": false})).await.expect(200);
        assert_eq!(caller.get(&path).await.expect(200), changed);
        assert_eq!(caller.delete(&path).await.status, 204);
        caller.get(&path).await.refused(404, "not_found");
        assert_eq!(counted(app), vec![("A3".to_owned(), 6)]);
    }

    async fn a4_posting_to_organisation_makes_a_webhook(app) {
        let caller = app.administrator().await;
        let made =
            caller.post("/organisation", &json!({"type": "message", "targetUrl": "https://example.org/a", "isEnabled": false})).await;
        assert_eq!(made.status, 201);
        assert_eq!(counted(app), once("A4"));
        assert_eq!(caller.items("/webhook").await.len(), 1);
        for body in [json!({}), json!({"type": "message"}), json!({"targetUrl": "https://example.org/b"}), json!({"name": "x"})] {
            caller.post("/organisation", &body).await.refused(400, "missing_member");
        }
        for method in [Method::GET, Method::PUT, Method::DELETE] {
            let wrong = caller.send(method, "/organisation", &[], Body::empty()).await;
            assert_eq!((wrong.status, wrong.header("allow")), (405, "POST"));
        }
    }

    async fn a5_both_misspellings_of_api_account_id_are_read_and_must_agree(app) {
        let caller = app.administrator().await;
        for (place, name) in ["apiAccountid", "apiaccountId"].into_iter().enumerate() {
            let made = caller.post("/contact", &json!({name: ACCOUNT, "mobileNumber": format!("+4479020000{place}1")})).await.expect(201);
            assert_eq!(made["apiAccountId"], ACCOUNT);
            assert_eq!(caller.items(&format!("/contact?{name}={ACCOUNT}")).await.len(), place + 2);
            assert_eq!(counted(app), vec![("A5".to_owned(), 2)]);
            let both = json!({"apiAccountId": ACCOUNT, name: ABSENT, "mobileNumber": "+447902000009"});
            caller.post("/contact", &both).await.refused(400, "invalid_member");
            caller.get(&format!("/contact?apiAccountId={ACCOUNT}&{name}={ABSENT}")).await.refused(400, "invalid_parameter");
            counted(app);
        }
    }

    async fn a6_datetime_in_either_spelling_is_ignored_in_requests(app) {
        let caller = app.administrator().await;
        let path = format!("/contact/{CONTACT}");
        let before = caller.get(&path).await.expect(200);
        for name in ["datetime", "dateTime"] {
            assert_eq!(caller.put(&path, &json!({name: "1999-01-01T00:00:00.000Z"})).await.expect(200), before, "{name}");
        }
        assert_eq!(counted(app), once("A6"));
    }

    async fn a7_a_message_posted_to_contact_is_a_message(app) {
        app.customer_says("hello").await;
        let caller = app.administrator().await;
        counted(app);
        let body = json!({"message": "Hi John, that sounds good progress", "apiAccountId": ACCOUNT, "contactId": CONTACT});
        let sent = caller.post("/contact", &body).await;
        assert_eq!(sent.status, 201, "{}", sent.text);
        assert_eq!(sent.json()["bodyText"], "Hi John, that sounds good progress");
        assert_eq!(sent.header("content-location"), format!("/message/{}", sent.json()["messageId"].as_str().expect("an id")));
        assert_eq!(counted(app), once("A7"));
        let with_number = json!({"message": "x", "contactId": CONTACT, "apiAccountId": ACCOUNT, "mobileNumber": "+447902000001"});
        assert_eq!(caller.post("/contact", &with_number).await.expect(201)["mobileNumber"], "+447902000001");
        let without_contact = json!({"message": "x", "apiAccountId": ACCOUNT});
        caller.post("/contact", &without_contact).await.refused(400, "missing_member");
        app.hours_pass(25);
        caller.post("/contact", &body).await.refused(400, "session_window_closed");
    }

    async fn a8_a_webhooks_type_is_read_in_any_case(app) {
        let caller = app.administrator().await;
        let made = caller.post("/webhook", &json!({"type": "APIAccount", "targetUrl": "https://example.org/a"})).await.expect(201);
        assert_eq!(made["type"], "apiaccount");
        assert_eq!(counted(app), once("A8"));
        caller.post("/webhook", &json!({"type": "message", "targetUrl": "https://example.org/b"})).await.expect(201);
        assert_eq!(counted(app), vec![]);
    }

    async fn nothing_else_is_an_alias(app) {
        let caller = app.administrator().await;
        for path in ["/contacts", "/messages", "/Contact", "/apiaccounts", "/organisations", "/v1/contact"] {
            caller.get(path).await.refused(404, "not_found");
        }
        let token = caller.token.clone().expect("signed in");
        app.stranger().get(&format!("/contact?access_token={token}")).await.refused(401, "invalid_token");
        caller.post("/contact", &json!({"MobileNumber": "+447902000001", "apiAccountId": ACCOUNT})).await.refused(400, "missing_member");
        caller
            .post("/contact", &json!({"mobileNumber": 447_902_000_001_u64, "apiAccountId": ACCOUNT}))
            .await
            .refused(400, "invalid_member");
        caller
            .post("/webhook", &json!({"type": "message", "targetUrl": "https://example.org/a", "isEnabled": "true"}))
            .await
            .refused(400, "invalid_member");
    }
}
