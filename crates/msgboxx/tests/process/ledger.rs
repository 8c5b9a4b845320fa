//! The ledger's commands beside the running server: what was not understood is kept, explained and done again.

use crate::on_both_databases;
use crate::server::{CUSTOMER, NUMBER, Server, eventually};
use msgboxx_cloud_api::signature;
use serde_json::{Value, json};

async fn number(server: &Server) -> Value {
    let numbers: Value =
        server.http.get(format!("{}/simulator/numbers", server.simulator)).send().await.expect("an answer").json().await.expect("JSON");
    let ours = numbers["items"].as_array().expect("items").iter().find(|item| {
        let shown: String = item["display_phone_number"].as_str().unwrap_or_default().chars().filter(char::is_ascii_digit).collect();
        NUMBER.ends_with(&shown)
    });
    ours.expect("the number is served").clone()
}

fn text<'a>(value: &'a Value, member: &str) -> &'a str {
    value[member].as_str().expect("a text")
}

async fn post(server: &Server, app_secret: &str, body: &[u8]) {
    let request = server.http.post(format!("{}/whatsapp/webhook", server.url)).header(signature::HEADER, signature::sign(app_secret, body));
    assert_eq!(request.body(body.to_vec()).send().await.expect("an answer").status(), 200);
}

fn call(phone_number_id: &str, messages: &Value) -> Vec<u8> {
    let value = json!({"messaging_product": "whatsapp", "metadata": {"phone_number_id": phone_number_id}, "messages": messages});
    let call = json!({"object": "whatsapp_business_account", "entry": [{"id": "1", "changes": [{"field": "messages", "value": value}]}]});
    call.to_string().into_bytes()
}

fn message(id: &str, body: &str) -> Value {
    json!({"id": id, "from": CUSTOMER.trim_start_matches('+'), "timestamp": "1750000000", "type": "text", "text": {"body": body}})
}

/// The ids at the beginning of the lines that the command prints.
fn ids(listed: &str) -> Vec<String> {
    listed.lines().filter_map(|line| line.split(' ').next()).map(str::to_owned).collect()
}

on_both_databases! {
    async fn a_part_that_nobody_understands_is_kept_and_its_neighbours_arrive(server: Server) {
        let number = number(&server).await;
        let admin = server.sign_in("admin@example.com").await;
        let messages = json!([message("wamid.a", "one"), {"type": "text", "text": {"body": "nameless"}}, message("wamid.b", "two")]);
        post(&server, text(&number, "app_secret"), &call(text(&number, "phone_number_id"), &messages)).await;
        eventually("the neighbours", async || Some(admin.list("/message").await).filter(|messages| messages.len() == 2)).await;

        let listed = server.msgboxx(&["ledger", "list", "--state", "quarantined"]);
        let aside = ids(&listed);
        assert!(aside.len() == 1 && listed.contains("the item has no id"), "{listed}");
        let shown = server.msgboxx(&["ledger", "show", &aside[0]]);
        assert!(shown.contains("state     quarantined") && shown.contains("\"body\": \"nameless\""), "{shown}");
        let all = ids(&server.msgboxx(&["ledger", "list"]));
        let whole = all.iter().find(|id| **id != aside[0]).expect("the post");
        let shown = server.msgboxx(&["ledger", "show", whole]);
        assert!(shown.contains("message wamid.a (text): the message ") && shown.contains(&format!("an entry of its own, {}", aside[0])), "{shown}");

        assert_eq!(server.msgboxx(&["ledger", "replay"]), "1 entries will be processed again\n");
        assert_eq!(server.msgboxx(&["ledger", "replay", whole]), "1 entries will be processed again\n");
        eventually("both to be done again", async || server.msgboxx(&["ledger", "list", "--state", "received"]).is_empty().then_some(())).await;
        assert_eq!(ids(&server.msgboxx(&["ledger", "list", "--state", "quarantined"])), aside, "it is as odd as before");
        assert_eq!(admin.list("/message").await.len(), 2, "a repetition adds nothing");
        assert_eq!(server.msgboxx(&["ledger", "list", "--from", "2100-01-01"]), "");
    }

    async fn what_came_before_its_account_was_there_arrives_when_it_is_replayed(server: Server) {
        let number = number(&server).await;
        let secret = text(&number, "app_secret");
        post(&server, secret, &call("4711", &json!([message("wamid.early", "am I early?")]))).await;
        let listed = eventually("the post to be set aside", async || {
            Some(server.msgboxx(&["ledger", "list", "--state", "quarantined"])).filter(|listed| !listed.is_empty())
        }).await;
        assert!(listed.contains("no account with the phone number id \"4711\""), "{listed}");

        server.apply(&format!(
            "[[organisation]]\nname = \"Stitch Recruit\"\n[[organisation.api_account]]\nname = \"New\"\nphone_number = \"+447700900055\"\n\
             [organisation.api_account.whatsapp]\nbase_url = \"{}\"\napi_version = \"v25.0\"\nphone_number_id = \"4711\"\n\
             business_account_id = \"1\"\naccess_token = \"x\"\napp_secret = \"{secret}\"\nverify_token = \"y\"\n", server.simulator));
        assert_eq!(server.msgboxx(&["ledger", "replay", &ids(&listed)[0]]), "1 entries will be processed again\n");
        let admin = server.sign_in("admin@example.com").await;
        eventually("the early message", async || admin.list("/message").await.into_iter().find(|it| it["bodyText"] == "am I early?")).await;
        assert_eq!(server.msgboxx(&["ledger", "list", "--state", "quarantined"]), "");
    }
}
