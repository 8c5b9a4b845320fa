//! `Prefer: handling=strict`: what is unknown is refused instead of ignored.

use crate::app::{ACCOUNT, CONTACT};
use crate::on_both_engines;
use axum::body::Body;
use http::Method;
use serde_json::json;

const STRICT: (&str, &str) = ("prefer", "handling=strict");

on_both_engines! {
    async fn unknown_members_and_parameters_are_refused_on_request_only(app) {
        let caller = app.administrator().await;
        let path = format!("/contact/{CONTACT}");
        let body = json!({"name": "Rosa", "role": "administrator", "organisationId": "x"});
        let refused = caller.send_json(Method::PUT, &path, &[STRICT], &body).await;
        refused.refused(400, "unknown_member");
        let members: Vec<_> = refused.json()["errors"].as_array().expect("errors").iter().map(|it| it["member"].clone()).collect();
        assert_eq!(members, ["organisationId", "role"]);
        assert_eq!(caller.get(&path).await.expect(200)["name"], "Test Customer");
        caller.put(&path, &body).await.expect(200);
        caller.send(Method::GET, "/contact?colour=red", &[STRICT], Body::empty()).await.refused(400, "unknown_parameter");
        caller.send_json(Method::PUT, &format!("{path}?x=1"), &[STRICT], &json!({})).await.refused(400, "unknown_parameter");
        assert_eq!(caller.get("/contact?colour=red").await.status, 200);
    }

    async fn a_whole_entity_can_be_echoed_strictly(app) {
        let caller = app.administrator().await;
        let path = format!("/contact/{CONTACT}");
        let entity = caller.get(&path).await.expect(200);
        assert_eq!(caller.send_json(Method::PUT, &path, &[STRICT], &entity).await.expect(200), entity);
        let alias = json!({"apiAccountid": ACCOUNT, "mobileNumber": "+447902000001"});
        assert_eq!(caller.send_json(Method::POST, "/contact", &[STRICT], &alias).await.status, 201);
        let made = caller.post("/webhook", &json!({"type": "message", "targetUrl": "https://example.org/a"})).await.expect(201);
        let path = format!("/webhook/{}", made["webhookId"].as_str().expect("an id"));
        assert_eq!(caller.send_json(Method::PUT, &path, &[STRICT], &made).await.status, 200);
    }
}
