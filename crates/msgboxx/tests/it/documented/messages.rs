//! Rows 27 to 32: inboxes and messages.

use crate::app::{ABSENT, ACCOUNT, AGENT, CONTACT, FOREIGN_CONTACT, INBOX, OFFICE, OFFICE_CONTACT};
use crate::on_both_engines;
use serde_json::{Value, json};

fn reply(text: &str) -> Value {
    json!({"apiAccountId": ACCOUNT, "contactId": CONTACT, "message": text})
}

on_both_engines! {
    async fn row_27_inboxes_are_filtered_by_api_account(app) {
        let caller = app.administrator().await;
        let of = async |account: &str| caller.items(&format!("/inbox?apiAccountId={account}")).await;
        assert_eq!(of(ACCOUNT).await.iter().map(|it| it["inboxId"].clone()).collect::<Vec<_>>(), [json!(INBOX)]);
        assert_eq!(of(ABSENT).await, Vec::<Value>::new());
        caller.get("/inbox?apiAccountId=x").await.refused(400, "invalid_parameter");
    }

    async fn row_28_a_message_is_posted_to_message(app) {
        app.customer_says("hello").await;
        let sent = app.agent().await.post("/message", &reply("Hi Rosa")).await;
        let path = sent.header("location").to_owned();
        let sent = sent.expect(201);
        assert_eq!(path, format!("/message/{}", sent["messageId"].as_str().expect("an id")));
        let read = app
            .eventually("the ticks", async || Some(app.agent().await.get(&path).await.expect(200)).filter(|it| it["isRead"] == true))
            .await;
        assert_eq!((&read["isSent"], &read["isDelivered"]), (&json!(true), &json!(true)));
        assert_eq!(app.phone().await.last().expect("a message")["text"], "Hi Rosa");
    }

    async fn row_29_message_goes_in_and_body_text_comes_out(app) {
        app.customer_says("hello").await;
        let caller = app.agent().await;
        let sent = caller.post("/message", &reply("  Hi Rosa ")).await.expect(201);
        assert_eq!((&sent["bodyText"], sent.get("message")), (&json!("Hi Rosa"), None));
        assert_eq!((&sent["senderFirstName"], &sent["senderLastName"]), (&json!("john"), &json!("smith")));
        let instead = json!({"apiAccountId": ACCOUNT, "contactId": CONTACT, "bodyText": "Hi Rosa"});
        caller.post("/message", &instead).await.refused(400, "missing_member");
        caller.post("/message", &reply(&"é".repeat(4096))).await.expect(201);
        for bad in ["é".repeat(4097).as_str(), "  \n "] {
            caller.post("/message", &reply(bad)).await.refused(400, "invalid_member");
        }
        caller.post("/message", &reply("")).await.refused(400, "missing_member");
    }

    async fn row_30_outside_of_the_window_a_message_is_refused_with_400(app) {
        let caller = app.administrator().await;
        caller.post("/message", &reply("Hi")).await.refused(400, "session_window_closed");
        app.customer_says("hello").await;
        caller.post("/message", &reply("Hi")).await.expect(201);
        app.hours_pass(24);
        let closed = caller.post("/message", &reply("Hi")).await;
        closed.refused(400, "session_window_closed");
        assert!(closed.json()["detail"].as_str().is_some_and(|it| it.contains("Broadcast service")));
    }

    async fn row_31_a_list_reaches_back_a_day_and_either_date_moves_it(app) {
        let old = app.customer_says("the day before yesterday").await;
        let at = old["dateTime"].as_str().expect("a text").replace('+', "%2B");
        app.hours_pass(48);
        app.customer_says("today").await;
        let caller = app.administrator().await;
        let texts = async |query: &str| {
            let items = caller.items(&format!("/message?{query}")).await;
            items.iter().map(|it| it["bodyText"].as_str().expect("a text").to_owned()).collect::<Vec<_>>()
        };
        let conversation = old["conversationId"].as_str().expect("an id");
        assert_eq!(texts("").await, ["today"]);
        assert_eq!(texts(&format!("contactId={CONTACT}")).await, ["today"], "other filters do not widen the window");
        assert_eq!(texts(&format!("conversationId={conversation}&fromDate=2020-01-01")).await, ["today", "the day before yesterday"]);
        assert_eq!(texts(&format!("fromDate={at}")).await, ["today", "the day before yesterday"]);
        assert_eq!(texts(&format!("toDate={at}")).await, Vec::<String>::new());
        assert_eq!(texts(&format!("fromDate={at}&toDate=2100-01-01&inboxId={INBOX}")).await, ["today", "the day before yesterday"]);
        assert_eq!(texts(&format!("fromDate=2020-01-01&apiAccountId={OFFICE}")).await, Vec::<String>::new());
        let path = format!("/message/{}", old["messageId"].as_str().expect("an id"));
        assert_eq!(caller.get(&path).await.expect(200), old, "a single message has no window");
    }

    async fn row_32_an_incoming_message_has_arrived_and_has_no_sender_and_no_file(app) {
        let message = app.customer_says("hello").await;
        assert_eq!(message["messageDirection"], "incoming");
        assert_eq!((&message["isSent"], &message["isDelivered"], &message["isRead"]), (&json!(true), &json!(true), &json!(false)));
        assert_eq!(
            (&message["fileLocation"], &message["senderFirstName"], &message["senderLastName"]),
            (&json!(""), &json!(""), &json!(""))
        );
        assert_eq!(message["contact"]["status"], "Subscribed");
        assert_eq!(message.get("failure"), None);
    }

    async fn nobody_writes_to_whom_they_may_not_see(app) {
        let agent = app.agent().await;
        let refusal = async |account: &str, contact: &str| {
            agent.post("/message", &json!({"apiAccountId": account, "contactId": contact, "message": "x"})).await
        };
        let absent = refusal(ACCOUNT, ABSENT).await;
        absent.refused(400, "unknown_reference");
        for contact in [OFFICE_CONTACT, FOREIGN_CONTACT] {
            assert_eq!(refusal(ACCOUNT, contact).await.without_request_id(), absent.without_request_id());
        }
        assert_eq!(refusal(OFFICE, OFFICE_CONTACT).await.without_request_id(), refusal(ABSENT, OFFICE_CONTACT).await.without_request_id());
        let other_account = json!({"apiAccountId": ACCOUNT, "contactId": OFFICE_CONTACT, "message": "x"});
        app.administrator().await.post("/message", &other_account).await.refused(400, "contact_not_in_api_account");
        app.foreigner().await.post("/message", &reply("x")).await.refused(400, "unknown_reference");
        assert_eq!(agent.get(&format!("/message?contactId={OFFICE_CONTACT}")).await.expect(200)["paging"]["recordCount"], 0);
        assert!(AGENT.len() == 36);
    }
}
