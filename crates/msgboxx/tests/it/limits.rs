//! Requests that no documented client sends: each gets a documented 4xx and changes nothing.

use crate::app::{ACCOUNT, CONTACT};
use crate::on_both_engines;
use axum::body::Body;
use http::Method;
use serde_json::json;

const JSON: (&str, &str) = ("content-type", "application/json");

on_both_engines! {
    async fn a_body_is_json_in_utf8_of_at_most_a_mebibyte(app) {
        let caller = app.administrator().await;
        let post = async |headers: &[(&str, &str)], body: Vec<u8>| caller.send(Method::POST, "/contact", headers, body).await;
        for body in [
            &b"{"[..],
            b"",
            b"[]",
            b"null",
            b"{\"name\":\"\xff\"}",
            b"{\"name\":\"\\ud800\"}",
            b"{\"name\":\"\\u0000\"}",
            b"{\"x\":1e400}",
            b"{\"a\":1,\"a\":2}",
        ] {
            post(&[JSON], body.to_vec()).await.refused(400, "malformed_json");
        }
        post(&[JSON], "[".repeat(10_000).into_bytes()).await.refused(400, "malformed_json");
        post(&[JSON], vec![b' '; (1 << 20) + 1]).await.refused(413, "payload_too_large");
        for content_type in ["text/plain", "application/xml", "multipart/form-data; boundary=x", "application/x-www-form-urlencoded"] {
            post(&[("content-type", content_type)], b"{}".to_vec()).await.refused(400, "unsupported_media_type");
        }
        let good = format!("\u{feff}{{\"apiAccountId\":\"{ACCOUNT}\",\"mobileNumber\":\"+447902000001\"}}");
        assert_eq!(post(&[("content-type", "Application/VND.x+JSON; charset=latin1")], good.into_bytes()).await.status, 201);
        assert_eq!(caller.items("/contact").await.len(), 3);
    }

    async fn a_content_type_without_a_body_is_fine(app) {
        let caller = app.administrator().await;
        let made = caller.post("/webhook", &json!({"type": "message", "targetUrl": "https://example.org/a"})).await.expect(201);
        let path = format!("/webhook/{}", made["webhookId"].as_str().expect("an id"));
        assert_eq!(caller.send(Method::DELETE, &path, &[JSON], Body::empty()).await.status, 204);
        assert_eq!(caller.send(Method::GET, "/contact", &[JSON], Body::empty()).await.status, 200);
    }

    async fn every_text_comes_back_as_it_went_in(app) {
        let caller = app.administrator().await;
        let path = format!("/contact/{CONTACT}");
        for name in [
            "Ros\u{e9}",
            "ロサ",
            "\u{1f469}\u{200d}\u{1f680}",
            "'; drop table contacts; --",
            "<script>alert(1)</script>",
            "a\u{1}b",
            "\\\"",
            "%00",
            "{{1}}",
        ] {
            assert_eq!(caller.put(&path, &json!({"name": name})).await.expect(200)["name"], name);
            assert_eq!(caller.get(&path).await.expect(200)["name"], name);
        }
        caller.put(&path, &json!({"name": "x".repeat(501)})).await.refused(400, "invalid_member");
    }

    async fn unknown_parameters_are_ignored_however_broken(app) {
        let caller = app.administrator().await;
        assert_eq!(caller.get("/contact?utm=100%&utm=%ff&x[]=1").await.status, 200);
        assert_eq!(caller.get(&format!("/contact/{CONTACT}?page=x")).await.status, 200);
    }
}
