//! Rows 1 to 8 and 45: signing in.

use crate::app::{ACCOUNT, CONTACT, Engine, TestApp};
use crate::on_both_engines;
use axum::body::Body;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use http::Method;
use serde_json::{Value, json};

on_both_engines! {
    async fn row_01_authorization_is_the_name_of_the_header(app) {
        let token = app.administrator().await.token.expect("signed in");
        for value in [format!("Bearer {token}"), format!("bearer {token}"), format!("BEARER   {token}")] {
            let answer = app.stranger().send(Method::GET, "/apiaccount", &[("Authorization", &value)], Body::empty()).await;
            assert_eq!(answer.status, 200, "{value}");
        }
    }

    async fn row_02_the_token_is_called_access_token_and_says_when_it_ends(app) {
        let token = app.stranger().token("admin@example.com").await.json();
        let jwt: Vec<&str> = token["access_token"].as_str().expect("a text").split('.').collect();
        assert_eq!(jwt.len(), 3);
        let claims: Value = serde_json::from_slice(&URL_SAFE_NO_PAD.decode(jwt[1]).expect("base64url")).expect("JSON");
        let expires_at = msgboxx_model::Instant::parse_request(token["expires_at"].as_str().expect("a text")).expect("an instant");
        assert_eq!(claims["exp"].as_i64(), Some(expires_at.as_seconds()));
    }

    async fn row_03_everything_but_signing_in_wants_a_token(app) {
        for path in ["/apiaccount", "/broadcast", "/contact", "/inbox", "/message", "/team", "/template", "/user", "/webhook"] {
            app.stranger().get(path).await.refused(401, "invalid_token");
        }
        assert_eq!(app.stranger().token("admin@example.com").await.status, 200);
    }

    async fn row_04_a_refresh_cookie_comes_with_the_token_and_has_an_endpoint(app) {
        let cookie = app.stranger().token("admin@example.com").await.header("set-cookie").to_owned();
        let (pair, attributes) = cookie.split_once("; ").expect("attributes");
        assert!(pair.starts_with("refreshToken=") && pair.len() > 40, "{pair}");
        assert_eq!(attributes, "HttpOnly; Secure; SameSite=Strict; Path=/oauth; Max-Age=2592000");
        let headers = [("cookie", pair), ("x-calling-application", "x")];
        let refreshed = app.stranger().send(Method::POST, "/oauth/refresh", &headers, Body::empty()).await;
        assert_eq!(refreshed.status, 200, "{}", refreshed.text);
        assert!(refreshed.json()["access_token"].is_string());
    }

    async fn row_05_the_four_members_of_a_token_are_texts(app) {
        let token = app.stranger().token("ADMIN@example.com").await.json();
        assert_eq!(token.as_object().map(serde_json::Map::len), Some(4));
        assert_eq!((&token["token_type"], &token["scope"]), (&json!("Bearer"), &json!("api")));
        assert!(token["expires_at"].as_str().is_some_and(|at| at.len() == 24 && &at[19..] == ".000Z"), "{token}");
    }

    async fn row_06_a_bad_login_is_a_400_with_the_documented_sentence(app) {
        let try_with =
            async |body: Value| app.stranger().send_json(Method::POST, "/oauth/token", &[("x-calling-application", "x")], &body).await;
        let wrong = try_with(json!({"username": "admin@example.com", "password": "wrong"})).await;
        wrong.refused(400, "invalid_credentials");
        assert_eq!(wrong.json()["detail"], "Bad request. please supply valid username and password");
        for body in [
            json!({"username": "who@example.com", "password": "correct horse battery staple"}),
            json!({"username": "nobody@example.com", "password": "correct horse battery staple"}),
        ] {
            let refused = try_with(body).await;
            assert_eq!((refused.status, refused.without_request_id()), (400, wrong.without_request_id()));
            assert_eq!(refused.headers.len(), wrong.headers.len());
        }
        try_with(json!({"username": "admin@example.com"})).await.refused(400, "missing_member");
        try_with(json!({"username": {"$ne": 1}, "password": {"$ne": 1}})).await.refused(400, "invalid_member");
        let form = [("x-calling-application", "x"), ("content-type", "application/x-www-form-urlencoded")];
        let form = app.stranger().send(Method::POST, "/oauth/token", &form, "grant_type=password&username=a&password=b").await;
        form.refused(400, "unsupported_media_type");
    }

    async fn row_07_everything_about_the_token_is_a_401(app) {
        let good = app.administrator().await.token.expect("signed in");
        let (head, signature) = good.rsplit_once('.').expect("three parts");
        let bad = [
            String::new(),
            "x".to_owned(),
            "a.b.c".to_owned(),
            format!("{head}."),
            format!("{head}.{}", signature.to_uppercase()),
            format!("{good}x"),
        ];
        for token in bad {
            let answer = app.bearer(&token).get("/apiaccount").await;
            answer.refused(401, "invalid_token");
            assert_eq!(answer.header("www-authenticate"), "Bearer error=\"invalid_token\"");
        }
        app.bearer(&good).post("/message", &json!("no object")).await.refused(400, "malformed_json");
    }

    async fn row_08_no_write_goes_without_a_token(app) {
        let nobody = app.stranger();
        let contact = format!("/contact/{CONTACT}");
        for (method, path) in [
            (Method::POST, "/broadcast"),
            (Method::POST, "/contact"),
            (Method::PUT, contact.as_str()),
            (Method::PUT, "/conversation/6bea4b13-e818-4544-8c43-e28a5c6cb67f"),
            (Method::POST, "/message"),
            (Method::PUT, "/webhook/dab932d2-c490-48de-96a4-f76848241597"),
            (Method::POST, "/webhook"),
            (Method::POST, "/organisation"),
            (Method::DELETE, "/webhook/dab932d2-c490-48de-96a4-f76848241597"),
        ] {
            nobody.send_json(method, path, &[], &json!({"apiAccountId": ACCOUNT})).await.refused(401, "invalid_token");
        }
    }

    async fn row_45_the_calling_application_is_required_at_the_token_endpoint_and_nowhere_else(app) {
        let body = json!({"username": "admin@example.com", "password": "correct horse battery staple"});
        app.stranger().post("/oauth/token", &body).await.refused(400, "calling_application_required");
        for name in ["", "   ", &"x".repeat(201)] {
            let named = app.stranger().send_json(Method::POST, "/oauth/token", &[("x-calling-application", name)], &body).await;
            named.refused(400, "calling_application_required");
        }
        assert_eq!(app.administrator().await.get("/apiaccount").await.status, 200);
        let without_tags = json!({"apiAccountId": ACCOUNT, "mobileNumber": "+447902000001", "name": "x", "status": "Presubscribed"});
        assert_eq!(app.administrator().await.post("/contact", &without_tags).await.expect(201)["tags"], json!([]));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn row_45_an_operator_with_older_clients_may_relax_it() {
    let relaxed = |settings: &mut msgboxx::config::Settings| settings.require_calling_application = false;
    TestApp::run_with(Engine::Sqlite, relaxed, async |app| {
        let body = json!({"username": "admin@example.com", "password": "correct horse battery staple"});
        assert_eq!(app.stranger().post("/oauth/token", &body).await.status, 200);
    })
    .await;
}
