//! Templates and the health of accounts: what happens at WhatsApp is known here, and why something cannot be sent.

use crate::app::{ACCOUNT, BROADCAST, CONTACT, TEMPLATE, TestApp};
use crate::on_both_engines;
use msgboxx::{account_health, templates};
use msgboxx_cloud_api::templates::{Category, Examples, NewTemplate, ParameterFormat, Part};
use msgboxx_model::account_health::TokenState;
use serde_json::{Value, json};

fn broadcast() -> Value {
    json!({"apiAccountId": ACCOUNT, "contactId": CONTACT, "templateId": TEMPLATE, "message": BROADCAST})
}

fn greeting(name: &str, text: &str) -> NewTemplate {
    NewTemplate {
        name: name.to_owned(),
        language: "en_GB".to_owned(),
        category: Category::Utility,
        parameter_format: ParameterFormat::Positional,
        time_to_live: None,
        components: vec![
            Part::Body { text: text.to_owned(), examples: Examples::Positional(vec!["Rosa".to_owned()]) },
            Part::Footer { text: "Your shop".to_owned() },
        ],
    }
}

async fn template(app: &TestApp, name: &str) -> Option<Value> {
    app.administrator().await.items(&format!("/template?name={name}")).await.into_iter().next()
}

async fn status_becomes(app: &TestApp, name: &str, status: &str) -> Value {
    app.eventually(status, async || template(app, name).await.filter(|template| template["status"] == status)).await
}

async fn make(app: &TestApp, name: &str, text: &str) {
    app.app.cloud.create_template(&app.credentials().await, &greeting(name, text)).await.expect("WhatsApp takes the template");
}

fn paused(title: &str) -> Value {
    json!({"event": "PAUSED", "message_template_id": 7, "message_template_name": "follow_up", "message_template_language": "en-GB",
        "reason": "NONE", "other_info": {"title": title, "description": "low quality"}})
}

on_both_engines! {
    async fn a_template_made_at_whatsapp_appears_and_one_deleted_there_is_disabled(app) {
        app.first_check().await;
        make(app, "welcome", "Dear {{1}}, welcome to us.").await;
        let made = status_becomes(app, "welcome", "Approved").await;
        assert_eq!((&made["templateText"], &made["templateExample"]), (&json!("Dear {{1}}, welcome to us."), &json!("Dear [Rosa], welcome to us.")));
        assert_eq!((&made["language"], &made["category"]), (&json!("en_GB"), &json!("UTILITY")));
        let id = made["templateId"].as_str().expect("an id").to_owned();
        let sent = json!({"apiAccountId": ACCOUNT, "contactId": CONTACT, "templateId": id, "message": "Dear Jack, welcome to us."});
        app.administrator().await.post("/broadcast", &sent).await.expect(201);

        app.app.cloud.delete_template(&app.credentials().await, "welcome").await.expect("WhatsApp deletes it");
        app.hours_pass(2);
        let gone = status_becomes(app, "welcome", "Disabled").await;
        assert_eq!(gone["templateId"], json!(id));
        let refused = app.administrator().await.post("/broadcast", &sent).await;
        refused.refused(400, "template_not_usable");
        assert_eq!(refused.json()["detail"], "The template was deleted at WhatsApp");
        let statuses: Vec<Value> = app.administrator().await.items("/template?name=follow_up").await.into_iter().map(|it| it["status"].clone()).collect();
        assert_eq!(statuses, ["Rejected", "Approved"], "what the file says stands");
        assert_eq!(app.events("template").await, ["template", "template", "template", "template.updated"]);
    }

    async fn a_template_paused_by_webhook_is_refused_until_its_end_is_told(app) {
        let caller = app.administrator().await;
        app.whatsapp_posts("message_template_status_update", &paused("FIRST_PAUSE")).await;
        app.eventually("the pause", async || Some(caller.get(&format!("/template/{TEMPLATE}")).await.expect(200)).filter(|it| it["status"] == "Paused")).await;
        let refused = caller.post("/broadcast", &broadcast()).await;
        refused.refused(400, "template_not_usable");
        let detail = refused.json()["detail"].as_str().expect("a detail").to_owned();
        assert!(detail.starts_with("The template is paused by WhatsApp until 2") && detail.ends_with(": low quality"), "{detail}");
        app.hours_pass(4);
        let late = caller.post("/broadcast", &broadcast()).await.json()["detail"].to_string();
        assert!(late.contains("should resume it at any moment"), "{late}");
        let again = json!({"event": "REINSTATED", "message_template_id": 7, "message_template_name": "follow_up",
            "message_template_language": "en-GB"});
        app.whatsapp_posts("message_template_status_update", &again).await;
        app.eventually("its end", async || (caller.post("/broadcast", &broadcast()).await.status == 201).then_some(())).await;
    }

    async fn quality_and_category_of_a_template_are_taken_from_the_webhook(app) {
        let of = |more: Value| {
            let mut value = json!({"message_template_id": 7, "message_template_name": "follow_up", "message_template_language": "en_GB"});
            value.as_object_mut().expect("an object").extend(more.as_object().expect("an object").clone());
            value
        };
        app.whatsapp_posts("message_template_quality_update", &of(json!({"new_quality_score": "RED", "previous_quality_score": "GREEN"}))).await;
        app.whatsapp_posts("template_category_update", &of(json!({"previous_category": "UTILITY", "new_category": "MARKETING"}))).await;
        let caller = app.administrator().await;
        app.eventually("the category", async || Some(caller.get(&format!("/template/{TEMPLATE}")).await.expect(200)).filter(|it| it["category"] == "MARKETING")).await;
        let organisation = app.account().await.route.organisation_id;
        let id = msgboxx_model::TemplateId(TEMPLATE.parse().expect("a uuid"));
        let read = async move |tx: &mut msgboxx_store::Tx<'_>| tx.template_standing(organisation, id).await;
        assert_eq!(app.app.store.read(read).await.expect("read").quality.as_deref(), Some("RED"));
    }

    async fn every_page_of_templates_is_read_and_reading_them_again_changes_nothing(app) {
        app.first_check().await;
        for number in 0..120 {
            if number == 60 {
                app.hours_pass(2);
            }
            make(app, &format!("number_{number}"), &format!("Dear {{{{1}}}}, this is number {number}.")).await;
        }
        app.hours_pass(2);
        let account = app.account().await;
        templates::sync(&app.app, &account).await.expect("the list can be read");
        assert_eq!(app.administrator().await.get("/template").await.expect(200)["paging"]["recordCount"], 122);
        app.hours_pass(2);
        assert_eq!(templates::sync(&app.app, &account).await.expect("the list can be read"), templates::Synced::default());
    }

    async fn quality_limit_and_throughput_are_learnt_and_told(app) {
        app.first_check().await;
        assert_eq!(app.health().await.quality.as_deref(), Some("GREEN"));
        assert_eq!(app.account().await.route.messages_per_second, 80);
        app.number_becomes(&json!({"quality": "RED", "tier": "2K", "throughput": 1000})).await;
        let upgrade = json!({"display_phone_number": "447700900001", "event": "THROUGHPUT_UPGRADE", "current_limit": "TIER_2K"});
        app.whatsapp_posts("phone_number_quality_update", &upgrade).await;
        app.eventually("the upgrade", async || (app.account().await.route.messages_per_second == 1_000).then_some(())).await;
        app.eventually("the quality", async || app.health().await.quality.filter(|quality| quality == "RED")).await;
        assert_eq!(app.health().await.messaging_limit.as_deref(), Some("TIER_2K"));
        app.eventually("the events", async || {
            let mut events = app.events("apiaccount.").await;
            events.sort();
            // A red number is limited besides.
            (events == ["apiaccount.limit", "apiaccount.quality", "apiaccount.restricted", "apiaccount.throughput"]).then_some(())
        }).await;
    }

    async fn an_expired_token_is_told_once_and_so_is_its_successor(app) {
        app.first_check().await;
        let account = app.account().await;
        app.number_becomes(&json!({"token": "expired"})).await;
        for _ in 0..2 {
            let health = account_health::check(&app.app, &account).await.expect("checked");
            assert_eq!(health.token, Some(TokenState::Refused));
            assert!(health.failure.is_some());
        }
        app.number_becomes(&json!({"token": "valid"})).await;
        let health = account_health::check(&app.app, &account).await.expect("checked");
        assert_eq!((health.token, health.failure), (Some(TokenState::Valid), None));
        app.eventually("the events", async || (app.events("apiaccount.").await == ["apiaccount.token", "apiaccount.token"]).then_some(())).await;
    }

    async fn a_restriction_and_the_last_webhook_are_known(app) {
        app.first_check().await;
        let value = json!({"event": "ACCOUNT_VIOLATION", "violation_info": {"violation_type": "ADULT"}});
        app.whatsapp_posts("account_update", &value).await;
        app.eventually("the restriction", async || app.health().await.restriction.filter(|text| text.contains("ADULT"))).await;
        app.eventually("the webhook", async || app.health().await.last_webhook_at).await;
        app.eventually("the event", async || (app.events("apiaccount.").await == ["apiaccount.restricted"]).then_some(())).await;
    }
}
