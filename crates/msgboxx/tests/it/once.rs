//! `Idempotency-Key`: once carried out, always answered the same.

use crate::app::Answer;
use crate::app::{ACCOUNT, BROADCAST, CONTACT, CUSTOMER, Caller, TEMPLATE};
use crate::on_both_engines;
use http::Method;
use serde_json::{Value, json};

async fn post(caller: &Caller, path: &str, key: &str, body: &Value) -> Answer {
    caller.send_json(Method::POST, path, &[("idempotency-key", key)], body).await
}

fn contact(number: &str) -> Value {
    json!({"apiAccountId": ACCOUNT, "mobileNumber": number})
}

on_both_engines! {
    async fn a_repeat_gets_the_first_answer_and_does_nothing(app) {
        app.customer_says("hello").await;
        let caller = app.administrator().await;
        let message = json!({"apiAccountId": ACCOUNT, "contactId": CONTACT, "message": "Hi"});
        let broadcast = json!({"apiAccountId": ACCOUNT, "contactId": CONTACT, "templateId": TEMPLATE, "message": BROADCAST});
        for (path, body) in [("/message", message), ("/broadcast", broadcast), ("/contact", contact("+447902000001"))] {
            let first = post(&caller, path, "one", &body).await;
            let again = post(&caller, path, "one", &body).await;
            assert_eq!((first.status, again.status), (201, 201), "{}", first.text);
            assert_eq!((again.text.as_str(), again.header("location")), (first.text.as_str(), first.header("location")));
        }
        assert_eq!(caller.items("/broadcast").await.len(), 1);
        assert_eq!(caller.items("/contact").await.len(), 3);
        assert_eq!(caller.items("/message").await.len(), 3, "the customer's, the reply and the broadcast's");
    }

    async fn another_body_under_the_same_key_is_refused(app) {
        let caller = app.administrator().await;
        assert_eq!(post(&caller, "/contact", "one", &contact("+447902000001")).await.status, 201);
        post(&caller, "/contact", "one", &contact("+447902000002")).await.refused(400, "idempotency_key_reused");
        assert_eq!(post(&caller, "/contact", "two", &contact("+447902000002")).await.status, 201);
        assert_eq!(
            post(&app.foreigner().await, "/contact", "one", &contact("+447902000003")).await.status,
            400,
            "keys are each user's own"
        );
        assert_eq!(post(&app.agent().await, "/contact", "one", &contact("+447902000003")).await.status, 201);
    }

    async fn refusals_are_kept_as_well(app) {
        let caller = app.administrator().await;
        let message = json!({"apiAccountId": ACCOUNT, "contactId": CONTACT, "message": "Hi"});
        post(&caller, "/message", "one", &message).await.refused(400, "session_window_closed");
        let duplicate = post(&caller, "/contact", "one", &contact(CUSTOMER)).await;
        duplicate.refused(409, "duplicate_contact");
        app.customer_says("hello").await;
        caller.put(&format!("/contact/{CONTACT}"), &json!({"mobileNumber": "+447902000009"})).await.expect(200);
        post(&caller, "/message", "one", &message).await.refused(400, "session_window_closed");
        let again = post(&caller, "/contact", "one", &contact(CUSTOMER)).await;
        assert_eq!(again.without_request_id(), duplicate.without_request_id());
        assert_eq!(post(&caller, "/message", "two", &message).await.status, 201);
    }

    async fn concurrent_repeats_wait_for_the_first(app) {
        let caller = app.administrator().await;
        let body = contact("+447902000001");
        let repeats = (0..64).map(|_| post(&caller, "/contact", "one", &body));
        let answers = futures_util::future::join_all(repeats).await;
        assert!(answers.iter().all(|it| it.status == 201 && it.text == answers[0].text), "{:?}", answers[0]);
        assert_eq!(caller.items("/contact").await.len(), 3);
    }

    async fn a_key_is_1_to_255_characters(app) {
        let caller = app.administrator().await;
        for bad in ["", "  ", &"x".repeat(256), "é"] {
            post(&caller, "/contact", bad, &contact("+447902000001")).await.refused(400, "invalid_header");
        }
        assert_eq!(post(&caller, "/contact", &"x".repeat(255), &contact("+447902000001")).await.status, 201);
    }
}
