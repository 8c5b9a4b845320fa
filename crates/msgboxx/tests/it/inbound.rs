//! What WhatsApp posts to us: who may, and what becomes of numbers that have two spellings.

use crate::app::{ACCOUNT, CONTACT, NUMBER, OFFICE, TestApp};
use crate::on_both_engines;
use http::Method;
use msgboxx::accounts::Account;
use msgboxx_cloud_api::signature;
use msgboxx_model::Instant;
use msgboxx_store::{EntryState, LedgerRecord, Tx};
use serde_json::{Value, json};
use std::sync::Arc;

async fn account(app: &TestApp, number: &str) -> Arc<Account> {
    let accounts = app.app.accounts.read_again().await.expect("accounts");
    accounts.iter().find(|account| account.route.phone_number.as_str() == number).expect("the account").clone()
}

fn call(account: &Account, from: &str, wamid: &str, body: &str) -> Vec<u8> {
    let message = json!({"id": wamid, "from": from, "timestamp": "1750000000", "type": "text", "text": {"body": body}});
    let value = json!({"metadata": {"phone_number_id": account.route.phone_number_id}, "messages": [message]});
    json!({"entry": [{"id": "1", "changes": [{"field": "messages", "value": value}]}]}).to_string().into_bytes()
}

async fn post(app: &TestApp, signature: &str, body: &[u8]) -> u16 {
    app.stranger().send(Method::POST, "/whatsapp/webhook", &[(signature::HEADER, signature)], body.to_vec()).await.status
}

async fn ledger(app: &TestApp, state: Option<EntryState>) -> Vec<LedgerRecord> {
    let always = (Instant::from_micros(0), Instant::from_seconds(253_402_300_799));
    app.app.store.read(async move |tx: &mut Tx<'_>| tx.ledger_records(state, always, None, 100).await).await.expect("the ledger")
}

async fn message(app: &TestApp, text: &str) -> Value {
    let administrator = app.administrator().await;
    app.eventually("the message", async || administrator.items("/message").await.into_iter().find(|it| it["bodyText"] == text)).await
}

on_both_engines! {
    async fn whoever_flips_one_bit_of_the_signature_or_the_body_is_refused_and_nothing_is_kept(app) {
        let account = account(app, NUMBER).await;
        let body = call(&account, "447902111123", "wamid.1", "Grüße 👋 \\u00fc");
        let signed = signature::sign(account.app_secret.expose(), &body);
        let (name, digits) = signed.split_once('=').expect("name and digits");
        for byte in 0..32 {
            let position = byte * 2 + byte % 2;
            let digit = char::from(digits.as_bytes()[position]).to_digit(16).expect("a digit") ^ (1 << (byte % 4));
            let flipped = char::from_digit(digit, 16).expect("a digit").to_string();
            let wrong = format!("{name}={}{flipped}{}", &digits[..position], &digits[position + 1..]);
            assert_eq!(post(app, &wrong, &body).await, 401, "{wrong}");
        }
        for position in [0, body.len() / 2, body.len() - 1] {
            let mut wrong = body.clone();
            wrong[position] ^= 1;
            assert_eq!(post(app, &signed, &wrong).await, 401);
        }
        for wrong in ["", "sha256=", digits, &signed[..signed.len() - 2], &format!("{signed}00")] {
            assert_eq!(post(app, wrong, &body).await, 401, "{wrong}");
        }
        assert_eq!(ledger(app, None).await, []);
        assert_eq!(post(app, &signed, &body).await, 200);
        message(app, "Grüße 👋 \\u00fc").await;
    }

    async fn the_secret_of_one_account_opens_no_other(app) {
        let (ours, office) = (account(app, NUMBER).await, OFFICE);
        let accounts = app.app.accounts.read_again().await.expect("accounts");
        let office = accounts.iter().find(|account| account.route.api_account_id.to_string() == office).expect("the office").clone();
        let body = call(&office, "447902111123", "wamid.1", "for the office");
        assert_eq!(post(app, &signature::sign(ours.app_secret.expose(), &body), &body).await, 200);
        let aside = app.eventually("it to be set aside", async || ledger(app, Some(EntryState::Quarantined)).await.into_iter().next()).await;
        assert!(aside.reason.as_deref().is_some_and(|reason| reason.contains("has the secret that signed this")), "{aside:?}");
        assert_eq!(app.administrator().await.items("/message").await, Vec::<Value>::new());
        assert_eq!(post(app, &signature::sign(office.app_secret.expose(), &body), &body).await, 200);
        assert_eq!(message(app, "for the office").await["apiAccountId"], OFFICE);
    }

    async fn a_number_with_two_spellings_is_one_contact_for_the_api_and_for_whatsapp(app) {
        let (administrator, account) = (app.administrator().await, account(app, NUMBER).await);
        for (n, (typed, reported)) in [("+55 11 98765-4321", "551187654321"), ("+52 55 1234 5678", "5215512345678"),
            ("+54 11 2345 6789", "5491123456789")].into_iter().enumerate()
        {
            let contact = administrator.contact(ACCOUNT, typed).await;
            let twin = administrator.post("/contact", &json!({"apiAccountId": ACCOUNT, "mobileNumber": reported})).await;
            twin.refused(409, "duplicate_contact");
            assert_eq!(twin.json()["contactId"], contact["contactId"]);
            let moved = administrator.put(&format!("/contact/{CONTACT}"), &json!({"mobileNumber": reported})).await;
            moved.refused(409, "duplicate_contact");
            let words = format!("hello {n}");
            let body = call(&account, reported, &format!("wamid.{n}"), &words);
            assert_eq!(post(app, &signature::sign(account.app_secret.expose(), &body), &body).await, 200);
            assert_eq!(message(app, &words).await["contact"]["contactId"], contact["contactId"], "{typed}");
            let found = administrator.items(&format!("/contact?mobileNumber=%2B{reported}")).await;
            assert_eq!(found.iter().map(|it| &it["contactId"]).collect::<Vec<_>>(), [&contact["contactId"]]);
        }
    }

    async fn what_a_contact_or_a_webhook_must_have_cannot_be_emptied(app) {
        let administrator = app.administrator().await;
        let path = format!("/contact/{CONTACT}");
        let before = administrator.get(&path).await.expect(200);
        for empty in [json!(""), json!(null)] {
            let refused = administrator.put(&path, &json!({"mobileNumber": empty, "name": "Other"})).await;
            refused.refused(400, "missing_member");
            assert_eq!(refused.json()["errors"][0]["member"], "mobileNumber");
        }
        let unchanged = administrator.put(&path, &json!({"name": "", "status": "", "email": null})).await.expect(200);
        assert_eq!((&unchanged["name"], &unchanged["status"], &unchanged["mobileNumber"]),
            (&before["name"], &before["status"], &before["mobileNumber"]));
        let hook = json!({"type": "message", "targetUrl": "https://example.org/hook"});
        let hook = administrator.post("/webhook", &hook).await.expect(201);
        let path = format!("/webhook/{}", hook["webhookId"].as_str().expect("an id"));
        for member in ["targetUrl", "type"] {
            let refused = administrator.put(&path, &json!({member: ""})).await;
            refused.refused(400, "missing_member");
            assert_eq!(refused.json()["errors"][0]["member"], member);
        }
    }
}
