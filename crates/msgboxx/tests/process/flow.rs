//! The main job: a customer writes, a programmer answers, and both see what became of it.

use crate::on_both_databases;
use crate::server::{ACCOUNT, CUSTOMER, NUMBER, Server, eventually};
use serde_json::json;

on_both_databases! {
    async fn a_reply_reaches_the_customer_and_is_marked_read(server: Server) {
        let admin = server.sign_in("admin@example.com").await;
        server.customer_writes(CUSTOMER, NUMBER, "hello").await;
        let question = eventually("the customer's message", async || admin.list("/message").await.into_iter().next()).await;
        assert_eq!((question["bodyText"].as_str(), question["messageDirection"].as_str()), (Some("hello"), Some("incoming")));

        let contact = question["contact"]["contactId"].clone();
        let reply = admin.post("/message", &json!({"apiAccountId": ACCOUNT, "contactId": contact, "message": "Hi Rosa"})).await.expect(201);
        let path = format!("/message/{}", reply["messageId"].as_str().expect("an id"));
        let read = eventually("the ticks", async || Some(admin.get(&path).await.expect(200)).filter(|m| m["isRead"] == true)).await;

        assert_eq!((read["isSent"].as_bool(), read["isDelivered"].as_bool()), (Some(true), Some(true)));
        assert_eq!(read["senderFirstName"], "joe");
        let phone = server.phone(CUSTOMER).await;
        assert_eq!(phone.iter().map(|m| m["text"].as_str().unwrap_or_default()).collect::<Vec<_>>(), ["hello", "Hi Rosa"]);
    }

    async fn a_broadcast_reaches_a_customer_who_never_wrote(server: Server) {
        let admin = server.sign_in("admin@example.com").await;
        let text = "Hi Jack, thanks for the conversation earlier about the 2 bedroom house in Swindon lets catch up soon.";
        let made = admin.post("/broadcast", &json!({"apiAccountId": ACCOUNT, "contactId": "17b5c90a-7465-1097-b2db-66afa62c963f",
            "templateId": "0bbadd13-0e3f-4ebb-9f65-9e6ee460d7ba", "message": text})).await.expect(201);
        assert_eq!((made["status"].as_str(), made["message"].as_str()), (Some("Queued"), Some(text)));
        let path = format!("/broadcast/{}", made["broadcastId"].as_str().expect("an id"));
        eventually("the broadcast to be read", async || Some(admin.get(&path).await.expect(200)).filter(|b| b["status"] == "Read")).await;
        assert_eq!(server.phone(CUSTOMER).await[0]["text"], text);
    }

    async fn twenty_quick_replies_arrive_in_their_order(server: Server) {
        let admin = server.sign_in("admin@example.com").await;
        server.customer_writes(CUSTOMER, NUMBER, "hello").await;
        eventually("the customer's message", async || admin.list("/message").await.into_iter().next()).await;
        let words: Vec<String> = (0..20).map(|n| format!("reply {n}")).collect();
        for word in &words {
            let body = json!({"apiAccountId": ACCOUNT, "contactId": "17b5c90a-7465-1097-b2db-66afa62c963f", "message": word});
            admin.post("/message", &body).await.expect(201);
        }
        let phone = eventually("all replies", async || Some(server.phone(CUSTOMER).await).filter(|p| p.len() > 20)).await;
        assert_eq!(phone[1..].iter().map(|m| m["text"].as_str().unwrap_or_default()).collect::<Vec<_>>(), words);
    }

    async fn a_stop_word_unsubscribes_and_a_broadcast_is_refused(server: Server) {
        let admin = server.sign_in("admin@example.com").await;
        server.customer_writes(CUSTOMER, NUMBER, "Stop").await;
        let contact = "/contact/17b5c90a-7465-1097-b2db-66afa62c963f";
        eventually("the opt-out", async || Some(admin.get(contact).await.expect(200)).filter(|c| c["status"] == "Unsubscribed")).await;
        let refused = admin.post("/broadcast", &json!({"apiAccountId": ACCOUNT, "contactId": "17b5c90a-7465-1097-b2db-66afa62c963f",
            "templateId": "0bbadd13-0e3f-4ebb-9f65-9e6ee460d7ba",
            "message": "Hi A, thanks for the conversation earlier about B lets catch up soon."})).await;
        assert_eq!((refused.status, refused.code().as_str()), (400, "contact_unsubscribed"));
    }
}
