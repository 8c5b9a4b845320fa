//! Rows 20 to 24: contacts.

use crate::app::{ABSENT, ACCOUNT, CONTACT, CUSTOMER, FOREIGN, FOREIGN_CONTACT, OFFICE, OFFICE_CONTACT};
use crate::on_both_engines;
use serde_json::json;

on_both_engines! {
    async fn row_20_the_documented_number_is_accepted_and_every_spelling_is_one_number(app) {
        let caller = app.administrator().await;
        assert_eq!(caller.contact(ACCOUNT, "+4479051337665").await["mobileNumber"], "+4479051337665");
        for spelling in ["4479051337665", "004479051337665", " +44 (7905) 133-7665"] {
            let again = caller.post("/contact", &json!({"apiAccountId": ACCOUNT, "mobileNumber": spelling})).await;
            again.refused(409, "duplicate_contact");
        }
        for bad in ["07905133766", "+447", "+44790513376651234", "abc", "+44 7905 13a7665"] {
            caller.post("/contact", &json!({"apiAccountId": ACCOUNT, "mobileNumber": bad})).await.refused(400, "invalid_member");
        }
    }

    async fn row_21_email_and_tags_are_members(app) {
        let caller = app.administrator().await;
        let body = json!({"apiAccountId": ACCOUNT, "mobileNumber": "+447902000001", "email": "a@b.c", "tags": [" vip ", "VIP", "", "new"]});
        let made = caller.post("/contact", &body).await.expect(201);
        assert_eq!((&made["email"], &made["tags"]), (&json!("a@b.c"), &json!(["vip", "new"])));
        for query in ["tag=VIP", "email=A@B.C", "name=%2B447902000001"] {
            let found = caller.items(&format!("/contact?{query}")).await;
            assert_eq!(found, std::slice::from_ref(&made), "{query}");
        }
        let many: Vec<_> = (0..51).map(|n| n.to_string()).collect();
        for bad in [json!(many), json!(["x".repeat(101)]), json!("vip"), json!([1])] {
            caller.put(&format!("/contact/{CONTACT}"), &json!({"tags": bad})).await.refused(400, "invalid_member");
        }
    }

    async fn row_22_put_merges(app) {
        let caller = app.administrator().await;
        let path = format!("/contact/{CONTACT}");
        let before = caller.get(&path).await.expect(200);
        assert_eq!(caller.put(&path, &before).await.expect(200), before);
        assert_eq!(caller.put(&path, &json!({})).await.expect(200), before);
        let changed = caller.put(&path, &json!({"name": "Rosa", "email": "", "tags": null})).await.expect(200);
        assert_eq!((&changed["name"], &changed["email"], &changed["tags"]), (&json!("Rosa"), &json!(""), &before["tags"]));
        assert_eq!(caller.put(&path, &json!({"tags": []})).await.expect(200)["tags"], json!([]));
        caller.put(&path, &json!({"contactId": OFFICE_CONTACT})).await.refused(400, "id_mismatch");
        caller.put(&path, &json!({"apiAccountId": OFFICE})).await.refused(400, "immutable_member");
        caller.put(&format!("/contact/{FOREIGN_CONTACT}"), &json!({})).await.refused(404, "not_found");
        let other = caller.contact(ACCOUNT, "+447902000001").await;
        let taken = caller.put(&path, &json!({"mobileNumber": "+447902000001"})).await;
        taken.refused(409, "duplicate_contact");
        assert_eq!(taken.json()["contactId"], other["contactId"]);
        assert_eq!(caller.put(&path, &json!({"mobileNumber": "+447902000002"})).await.expect(200)["mobileNumber"], "+447902000002");
        let wrong = caller.delete(&path).await;
        assert_eq!((wrong.status, wrong.header("allow")), (405, "GET, HEAD, PUT"));
    }

    async fn row_23_three_statuses_are_accepted_in_any_case(app) {
        let caller = app.administrator().await;
        for (place, (given, status)) in
            [("presubscribed", "Presubscribed"), ("SUBSCRIBED", "Subscribed"), ("Unsubscribed", "Unsubscribed"), ("", "Presubscribed")]
                .into_iter()
                .enumerate()
        {
            let body = json!({"apiAccountId": ACCOUNT, "mobileNumber": format!("+44790200000{place}"), "status": given});
            assert_eq!(caller.post("/contact", &body).await.expect(201)["status"], status);
        }
        let body = json!({"apiAccountId": ACCOUNT, "mobileNumber": "+447902000009", "status": "New"});
        caller.post("/contact", &body).await.refused(400, "invalid_member");
    }

    async fn a_number_is_unique_on_its_account_only_and_the_first_of_many_wins(app) {
        let caller = app.administrator().await;
        let duplicate = caller.post("/contact", &json!({"apiAccountId": ACCOUNT, "mobileNumber": CUSTOMER})).await;
        duplicate.refused(409, "duplicate_contact");
        assert_eq!(duplicate.json()["detail"], "Duplicate Contact attempted - contact mobileNumber must be unique per apiAccount");
        assert_eq!(duplicate.json()["contactId"], CONTACT);
        caller.contact(OFFICE, CUSTOMER).await;
        let body = json!({"apiAccountId": ACCOUNT, "mobileNumber": "+447902000001"});
        let races = (0..50).map(|_| caller.post("/contact", &body));
        let mut statuses: Vec<_> = futures_util::future::join_all(races).await.into_iter().map(|it| it.status).collect();
        statuses.sort_unstable();
        assert_eq!((statuses[0], &statuses[1..]), (201, &[409; 49][..]));
    }

    async fn an_account_that_is_not_the_callers_is_unknown(app) {
        let agent = app.agent().await;
        let refusal = async |account: &str| agent.post("/contact", &json!({"apiAccountId": account, "mobileNumber": CUSTOMER})).await;
        let absent = refusal(ABSENT).await;
        absent.refused(400, "unknown_reference");
        for account in [OFFICE, FOREIGN] {
            assert_eq!(refusal(account).await.without_request_id(), absent.without_request_id());
        }
    }

    async fn row_24_a_nameless_contact_is_called_by_its_number_and_missing_members_are_named(app) {
        let caller = app.administrator().await;
        for (place, name) in [json!(null), json!("")].into_iter().enumerate() {
            let number = format!("+44790200000{place}");
            let made = caller.post("/contact", &json!({"apiAccountId": ACCOUNT, "mobileNumber": number, "name": name})).await.expect(201);
            assert_eq!(made["name"], number);
        }
        let refused = caller.post("/contact", &json!({})).await;
        refused.refused(400, "missing_member");
        let members: Vec<_> = refused.json()["errors"].as_array().expect("errors").iter().map(|it| it["member"].clone()).collect();
        assert_eq!(members, ["mobileNumber", "apiAccountId"]);
        let invalid = caller.send(http::Method::POST, "/contact", &[], r#"{"tags": ["customer", "prospect]}"#).await;
        invalid.refused(400, "malformed_json");
    }
}
