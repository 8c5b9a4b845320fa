//! What may go wrong between us and WhatsApp, and what must not follow from it. Time is moved with the
//! simulator's clock.

use crate::client::Client;
use crate::on_both_databases;
use crate::server::{ACCOUNT, CUSTOMER, NUMBER, Server, eventually};
use serde_json::{Value, json};

const CONTACT: &str = "17b5c90a-7465-1097-b2db-66afa62c963f";

pub(crate) async fn control(server: &Server, path: &str, body: &Value) -> Value {
    let answer = server.http.post(format!("{}/simulator/{path}", server.simulator)).json(body).send().await.expect("an answer");
    let status = answer.status();
    let text = answer.text().await.expect("text");
    assert!(status.is_success(), "{path}: {status} {text}");
    serde_json::from_str(&text).unwrap_or_default()
}

/// Signed in, with an open window.
async fn ready(server: &Server) -> Client {
    let admin = server.sign_in("admin@example.com").await;
    server.customer_writes(CUSTOMER, NUMBER, "hello").await;
    eventually("the customer's message", async || admin.list("/message").await.into_iter().next()).await;
    admin
}

async fn reply(admin: &Client, text: &str) -> String {
    let made = admin.post("/message", &json!({"apiAccountId": ACCOUNT, "contactId": CONTACT, "message": text})).await.expect(201);
    format!("/message/{}", made["messageId"].as_str().expect("an id"))
}

async fn until(admin: &Client, path: &str, what: &str, is_so: impl Fn(&Value) -> bool) -> Value {
    eventually(what, async || Some(admin.get(path).await.expect(200)).filter(&is_so)).await
}

async fn copies_on_the_phone(server: &Server, text: &str) -> usize {
    server.phone(CUSTOMER).await.iter().filter(|message| message["text"] == text).count()
}

pub(crate) async fn phone_number_id(server: &Server) -> String {
    let list: Value =
        server.http.get(format!("{}/simulator/numbers", server.simulator)).send().await.expect("an answer").json().await.expect("JSON");
    let numbers = list["items"].as_array().expect("items").clone();
    let ours = numbers.iter().find(|number| number["display_phone_number"] == NUMBER).expect("our number");
    ours["phone_number_id"].as_str().expect("an id").to_owned()
}

on_both_databases! {
    async fn a_message_whose_answer_was_lost_is_not_sent_again(server: Server) {
        let admin = ready(&server).await;
        control(&server, "faults", &json!({"to": CUSTOMER, "count": 1, "kind": "drop_reply"})).await;
        let path = reply(&admin, "once").await;
        until(&admin, &path, "the report to settle it", |message| message["isRead"] == true).await;
        control(&server, "clock", &json!({"advance_seconds": 600})).await;
        let after = reply(&admin, "afterwards").await;
        until(&admin, &after, "the next message", |message| message["isSent"] == true).await;
        assert_eq!(copies_on_the_phone(&server, "once").await, 1);
    }

    async fn a_message_that_whatsapp_never_took_is_sent_after_two_minutes_without_a_report(server: Server) {
        let admin = ready(&server).await;
        control(&server, "faults", &json!({"to": CUSTOMER, "count": 1, "kind": "http", "http_status": 503})).await;
        let path = reply(&admin, "patience").await;
        eventually("the call that failed", async || {
            let ledger: Value = server.http.get(format!("{}/simulator/ledger?after=0", server.simulator)).send().await.ok()?.json().await.ok()?;
            ledger["items"].as_array()?.iter().any(|item| item["kind"] == "send" && item["status"] == 503).then_some(())
        }).await;
        assert_eq!(copies_on_the_phone(&server, "patience").await, 0);
        control(&server, "clock", &json!({"advance_seconds": 130})).await;
        until(&admin, &path, "the second call", |message| message["isRead"] == true).await;
        assert_eq!(copies_on_the_phone(&server, "patience").await, 1);
    }

    async fn an_expired_token_loses_nothing(server: Server) {
        let admin = ready(&server).await;
        let number = phone_number_id(&server).await;
        control(&server, "settings", &json!({"phone_number_id": number, "token": "expired"})).await;
        let (first, second) = (reply(&admin, "one").await, reply(&admin, "two").await);
        eventually("the refusal", async || {
            let ledger: Value = server.http.get(format!("{}/simulator/ledger?after=0", server.simulator)).send().await.ok()?.json().await.ok()?;
            ledger["items"].as_array()?.iter().any(|item| item["kind"] == "send" && item["status"] == 401).then_some(())
        }).await;
        assert_eq!(admin.get(&first).await.expect(200)["isSent"], false);
        control(&server, "settings", &json!({"phone_number_id": number, "token": "valid"})).await;
        control(&server, "clock", &json!({"advance_seconds": 60})).await;
        until(&admin, &first, "the first message", |message| message["isRead"] == true).await;
        until(&admin, &second, "the second message", |message| message["isRead"] == true).await;
        let phone = server.phone(CUSTOMER).await;
        assert_eq!(phone[1..].iter().map(|m| m["text"].as_str().unwrap_or_default()).collect::<Vec<_>>(), ["one", "two"]);
    }

    async fn a_reply_that_waited_until_the_window_closed_fails_and_says_why(server: Server) {
        let admin = ready(&server).await;
        let number = phone_number_id(&server).await;
        control(&server, "settings", &json!({"phone_number_id": number, "token": "expired"})).await;
        let path = reply(&admin, "too late").await;
        control(&server, "clock", &json!({"advance_seconds": 90_000})).await;
        control(&server, "settings", &json!({"phone_number_id": number, "token": "valid"})).await;
        let failed = until(&admin, &path, "the failure", |message| message["failure"].is_object()).await;
        assert_eq!(failed["failure"]["code"], "session_window_closed");
        assert_eq!(copies_on_the_phone(&server, "too late").await, 0);
        let refused = admin.post("/message", &json!({"apiAccountId": ACCOUNT, "contactId": CONTACT, "message": "hi"})).await;
        assert_eq!((refused.status, refused.code().as_str()), (400, "session_window_closed"));
    }

    async fn a_limit_that_never_ends_is_what_the_failure_names(server: Server) {
        let admin = ready(&server).await;
        for (number, code) in [("+15550100002", "130429"), ("+15550100003", "131056")] {
            server.customer_writes(number, NUMBER, number).await;
            let theirs = eventually("their message", async || {
                admin.list("/message").await.into_iter().find(|message| message["bodyText"] == number)
            }).await;
            let body = json!({"apiAccountId": ACCOUNT, "contactId": theirs["contact"]["contactId"], "message": "patience"});
            let made = admin.post("/message", &body).await.expect(201);
            let path = format!("/message/{}", made["messageId"].as_str().expect("an id"));
            eventually("the refusal", async || {
                let ledger: Value = server.http.get(format!("{}/simulator/ledger?after=0", server.simulator)).send().await.ok()?.json().await.ok()?;
                ledger["items"].as_array()?.iter().any(|item| item["kind"] == "send" && item["response"].to_string().contains(code)).then_some(())
            }).await;
            assert!(admin.get(&path).await.expect(200)["failure"].is_null(), "a limit fails nothing");
            control(&server, "clock", &json!({"advance_seconds": 90_000})).await;
            let failed = until(&admin, &path, "the end of the window", |message| message["failure"].is_object()).await;
            assert_eq!(failed["failure"]["code"], code);
        }
    }

    async fn an_error_of_whatsapp_is_shown_with_a_sentence(server: Server) {
        let admin = ready(&server).await;
        control(&server, "faults", &json!({"to": CUSTOMER, "count": 1, "kind": "error", "code": 131_026})).await;
        let path = reply(&admin, "nobody there").await;
        let failed = until(&admin, &path, "the failure", |message| message["failure"].is_object()).await;
        assert_eq!(failed["failure"]["code"], "131026");
        assert!(failed["failure"]["detail"].as_str().is_some_and(|detail| detail.len() > 20), "{failed}");
    }

    async fn reports_in_any_order_and_twice_never_take_a_tick_back(server: Server) {
        let admin = ready(&server).await;
        for statuses in ["shuffled", "twice", "late"] {
            control(&server, "faults", &json!({"to": CUSTOMER, "count": 1, "kind": "status", "statuses": statuses})).await;
            let path = reply(&admin, statuses).await;
            let mut seen = (false, false, false);
            eventually("all ticks", async || {
                let message = admin.get(&path).await.expect(200);
                let now = (message["isSent"] == true, message["isDelivered"] == true, message["isRead"] == true);
                assert!(now.0 >= seen.0 && now.1 >= seen.1 && now.2 >= seen.2, "a tick was taken back: {seen:?} {now:?}");
                assert!(now.0 >= now.1 && now.1 >= now.2, "{now:?}");
                seen = now;
                now.2.then_some(())
            }).await;
        }
    }
}
