//! Rows 36 to 40: webhooks.

use crate::app::{ABSENT, Engine, TestApp};
use crate::on_both_engines;
use serde_json::{Value, json};

fn webhook(kind: &str, target: &str) -> Value {
    json!({"type": kind, "targetUrl": target, "isEnabled": false})
}

on_both_engines! {
    async fn row_36_a_webhook_is_posted_to_webhook_and_its_secret_is_shown_once(app) {
        let caller = app.administrator().await;
        let answer = caller.post("/webhook", &webhook("message", "https://webhook.site/6899463c")).await;
        let path = answer.header("location").to_owned();
        let made = answer.expect(201);
        assert!(made["signingSecret"].as_str().is_some_and(|it| it.starts_with("whsec_")), "{made}");
        let read = caller.get(&path).await.expect(200);
        assert_eq!(
            read,
            json!({"webhookId": made["webhookId"], "type": "message", "targetUrl": "https://webhook.site/6899463c", "isEnabled": false,
                "failureCount": 0, "isZapier": false})
        );
        assert_eq!(caller.items("/webhook").await, [read]);
    }

    async fn row_37_the_union_of_both_lists_of_types_is_accepted(app) {
        let caller = app.administrator().await;
        for kind in ["message", "contact", "broadcast", "apiaccount", "template", "inbox"] {
            assert_eq!(caller.post("/webhook", &webhook(kind, "https://example.org/a")).await.expect(201)["type"], kind);
        }
        caller.post("/webhook", &webhook("user", "https://example.org/a")).await.refused(400, "invalid_member");
    }

    async fn row_38_equal_webhooks_are_refused_and_targets_checked(app) {
        let caller = app.administrator().await;
        let first = caller.post("/webhook", &webhook("message", "https://example.org/a")).await.expect(201);
        let again = caller.post("/webhook", &webhook("Message", "https://example.org/a")).await;
        again.refused(409, "duplicate_webhook");
        assert_eq!(again.json()["webhookId"], first["webhookId"]);
        let other = caller.post("/webhook", &webhook("contact", "https://example.org/a")).await.expect(201);
        let path = format!("/webhook/{}", other["webhookId"].as_str().expect("an id"));
        caller.put(&path, &json!({"type": "message"})).await.refused(409, "duplicate_webhook");
        for target in [
            "http://example.org/",
            "https://127.0.0.1/",
            "https://localhost/",
            "https://2130706433/",
            "https://0x7f.0.0.1/",
            "https://0177.0.0.1/",
            "https://[::1]/",
            "https://[::ffff:127.0.0.1]/",
            "https://10.0.0.1/",
            "https://169.254.169.254/latest",
            "https://printer.local/",
            "https://user:pass@example.org/",
            "https://example.org/#x",
            "ftp://example.org/",
            "example.org",
            "https://",
            "https://intranet/",
            "https://exa\tmple.org/",
            &format!("https://example.org/{}", "x".repeat(2048)),
        ] {
            caller.post("/webhook", &webhook("message", target)).await.refused(400, "target_not_allowed");
            caller.put(&path, &json!({"targetUrl": target})).await.refused(400, "target_not_allowed");
        }
        assert_eq!(caller.post("/webhook", &webhook("inbox", "https://hooks.zapier.com/hooks/1/")).await.expect(201)["isZapier"], true);
    }

    async fn row_39_only_administrators_change_webhooks_and_others_see_their_own(app) {
        let administrator = app.administrator().await;
        let made = administrator.post("/webhook", &webhook("message", "https://example.org/a")).await.expect(201);
        let path = format!("/webhook/{}", made["webhookId"].as_str().expect("an id"));
        let agent = app.agent().await;
        agent.post("/webhook", &webhook("message", "https://example.org/b")).await.refused(403, "forbidden");
        agent.put(&path, &json!({"isEnabled": true})).await.refused(403, "forbidden");
        agent.delete(&path).await.refused(403, "forbidden");
        assert_eq!(agent.items("/webhook").await, Vec::<Value>::new());
        agent.get(&path).await.refused(404, "not_found");
        let foreigner = app.foreigner().await;
        let absent = foreigner.delete(&format!("/webhook/{ABSENT}")).await;
        absent.refused(404, "not_found");
        assert_eq!(foreigner.delete(&path).await.without_request_id(), absent.without_request_id());
        assert_eq!(administrator.delete(&path).await.status, 204);
        administrator.delete(&path).await.refused(404, "not_found");
    }

    async fn row_40_read_only_members_are_ignored(app) {
        let caller = app.administrator().await;
        let body =
            json!({"type": "message", "targetUrl": "https://example.org/a", "webhookId": ABSENT, "failureCount": 7, "isZapier": true});
        let made = caller.post("/webhook", &body).await.expect(201);
        assert_ne!(made["webhookId"], ABSENT);
        assert_eq!((&made["failureCount"], &made["isZapier"], &made["isEnabled"]), (&json!(0), &json!(false), &json!(true)));
        let path = format!("/webhook/{}", made["webhookId"].as_str().expect("an id"));
        let changed = caller.put(&path, &json!({"isEnabled": false, "failureCount": 9, "isZapier": true})).await.expect(200);
        assert_eq!(
            (&changed["isEnabled"], &changed["failureCount"], &changed["targetUrl"]),
            (&json!(false), &json!(0), &made["targetUrl"])
        );
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn row_38_an_operator_may_allow_targets_one_by_one() {
    let allow = |settings: &mut msgboxx::config::Settings| {
        settings.webhook_allow = vec![msgboxx::config::AllowedTarget::HostPort("127.0.0.1".to_owned(), 9000)];
    };
    TestApp::run_with(Engine::Sqlite, allow, async |app| {
        let caller = app.administrator().await;
        caller.post("/webhook", &webhook("message", "http://127.0.0.1:9000/hook")).await.expect(201);
        caller.post("/webhook", &webhook("message", "http://127.0.0.1:9001/hook")).await.refused(400, "target_not_allowed");
    })
    .await;
}
