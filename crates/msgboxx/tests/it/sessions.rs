//! Sessions: refreshing, signing out, and what ends them.

use crate::app::{Answer, TestApp};
use crate::on_both_engines;
use axum::body::Body;
use http::Method;
use msgboxx_store::{StoreError, Tx};

fn cookie(answer: &Answer) -> String {
    answer.header("set-cookie").split(';').next().unwrap_or_default().to_owned()
}

async fn refresh(app: &TestApp, cookie: &str, application: &str) -> Answer {
    refresh_with(app, cookie, application, "a browser").await
}

async fn refresh_with(app: &TestApp, cookie: &str, application: &str, user_agent: &str) -> Answer {
    let headers = [("cookie", cookie), ("x-calling-application", application), ("user-agent", user_agent)];
    app.stranger().send(Method::POST, "/oauth/refresh", &headers, Body::empty()).await
}

fn token(answer: &Answer) -> String {
    answer.json()["access_token"].as_str().expect("a token").to_owned()
}

const APPLICATION: &str = crate::app::APPLICATION;

on_both_engines! {
    async fn a_refresh_token_is_exchanged_for_the_next_pair(app) {
        let first = app.stranger().token("admin@example.com").await;
        let second = refresh(app, &cookie(&first), APPLICATION).await;
        assert_eq!(second.status, 200, "{}", second.text);
        assert_ne!(cookie(&second), cookie(&first));
        assert_eq!(refresh(app, &cookie(&second), APPLICATION).await.status, 200);
        assert_eq!(app.bearer(&token(&second)).get("/apiaccount").await.status, 200);
        assert_eq!(app.bearer(&token(&first)).get("/apiaccount").await.status, 200, "older tokens stay good");
    }

    async fn a_replayed_cookie_ends_the_whole_family(app) {
        let first = app.stranger().token("admin@example.com").await;
        let second = refresh(app, &cookie(&first), APPLICATION).await;
        app.app.clock.simulated().advance(11);
        let replayed = refresh(app, &cookie(&first), APPLICATION).await;
        replayed.refused(401, "invalid_token");
        assert!(replayed.header("set-cookie").contains("Max-Age=0"), "{}", replayed.header("set-cookie"));
        refresh(app, &cookie(&second), APPLICATION).await.refused(401, "invalid_token");
        let other = app.stranger().token("admin@example.com").await;
        assert_eq!(refresh(app, &cookie(&other), APPLICATION).await.status, 200, "another family lives");
    }

    async fn a_client_whose_answer_got_lost_may_repeat_itself_at_once_but_no_other_may(app) {
        let first = app.stranger().token("admin@example.com").await;
        assert_eq!(refresh(app, &cookie(&first), APPLICATION).await.status, 200);
        assert_eq!(refresh(app, &cookie(&first), APPLICATION).await.status, 200);
        refresh(app, &cookie(&first), "a thief").await.refused(401, "invalid_token");
        refresh(app, &cookie(&first), APPLICATION).await.refused(401, "invalid_token");
    }

    async fn the_same_application_in_another_browser_may_not_repeat_a_token(app) {
        let first = app.stranger().token("admin@example.com").await;
        let second = refresh(app, &cookie(&first), APPLICATION).await;
        assert_eq!(second.status, 200);
        refresh_with(app, &cookie(&first), APPLICATION, "a thief's browser").await.refused(401, "invalid_token");
        refresh(app, &cookie(&second), APPLICATION).await.refused(401, "invalid_token");
    }

    async fn twenty_refreshes_at_once_do_not_end_the_family(app) {
        let first = app.stranger().token("admin@example.com").await;
        let cookie = cookie(&first);
        let answers = futures_util::future::join_all((0..20).map(|_| refresh(app, &cookie, APPLICATION))).await;
        assert!(answers.iter().all(|it| it.status == 200));
    }

    async fn what_is_no_refresh_token_is_a_401(app) {
        for cookie in ["", "refreshToken=", "refreshToken=x", "refreshToken=a; refreshToken=b", "other=1"] {
            refresh(app, cookie, APPLICATION).await.refused(401, "invalid_token");
        }
        let first = app.stranger().token("admin@example.com").await;
        let unnamed = app.stranger().send(Method::POST, "/oauth/refresh", &[("cookie", &cookie(&first))], Body::empty()).await;
        unnamed.refused(400, "calling_application_required");
        app.bearer(cookie(&first).trim_start_matches("refreshToken=")).get("/apiaccount").await.refused(401, "invalid_token");
        app.hours_pass(24 * 31);
        refresh(app, &cookie(&first), APPLICATION).await.refused(401, "invalid_token");
    }

    async fn signing_out_ends_the_session_and_clears_the_cookie(app) {
        let first = app.stranger().token("admin@example.com").await;
        let caller = app.bearer(&token(&first));
        assert_eq!(caller.get("/apiaccount").await.status, 200);
        let out = app.stranger().send(Method::POST, "/oauth/revoke", &[("cookie", &cookie(&first))], Body::empty()).await;
        assert_eq!((out.status, out.text.as_str()), (204, ""));
        assert_eq!(out.header("set-cookie"), "refreshToken=; HttpOnly; Secure; SameSite=Strict; Path=/oauth; Max-Age=0");
        refresh(app, &cookie(&first), APPLICATION).await.refused(401, "invalid_token");
        caller.get("/apiaccount").await.refused(401, "invalid_token");
        let again = app.stranger().send(Method::POST, "/oauth/revoke", &[("cookie", &cookie(&first))], Body::empty()).await;
        assert_eq!(again.status, 204);
    }

    async fn an_access_token_signs_its_own_session_out(app) {
        let caller = app.administrator().await;
        assert_eq!(caller.send(Method::POST, "/oauth/revoke", &[], Body::empty()).await.status, 204);
        caller.get("/apiaccount").await.refused(401, "invalid_token");
    }

    async fn a_foreign_page_cannot_use_the_cookie(app) {
        let first = app.stranger().token("admin@example.com").await;
        for path in ["/oauth/refresh", "/oauth/revoke"] {
            let headers = [("cookie", &*cookie(&first)), ("x-calling-application", APPLICATION), ("origin", "https://evil.example")];
            app.stranger().send(Method::POST, path, &headers, Body::empty()).await.refused(403, "forbidden");
        }
        assert_eq!(refresh(app, &cookie(&first), APPLICATION).await.status, 200);
    }

    async fn guesses_run_out_but_the_right_password_still_has_its_turn_later(app) {
        let guess = async || {
            let body = serde_json::json!({"username": "admin@example.com", "password": "wrong"});
            app.stranger().send_json(Method::POST, "/oauth/token", &[("x-calling-application", "x")], &body).await
        };
        let answers = futures_util::future::join_all((0..40).map(|_| guess())).await;
        let limited: Vec<_> = answers.iter().filter(|it| it.status == 429).collect();
        assert!(limited.len() >= 15 && answers.iter().all(|it| [400, 429].contains(&it.status)), "{}", limited.len());
        assert!(limited[0].header("retry-after").parse::<u64>().is_ok_and(|seconds| seconds >= 1));
        app.hours_pass(1);
        assert_eq!(app.stranger().token("admin@example.com").await.status, 200);
    }

    async fn all_sessions_of_a_user_can_be_ended_at_once(app) {
        let callers = [app.administrator().await, app.administrator().await];
        let organisation_of = async |tx: &mut Tx<'_>| -> Result<(), StoreError> {
            let Some((organisation, user)) = tx.user_with_email("admin@example.com").await? else { return Ok(()) };
            tx.revoke_sessions_of_user(organisation, user.id).await.map(|_| ())
        };
        app.app.store.write(organisation_of).await.expect("revoked");
        for caller in callers {
            caller.get("/apiaccount").await.refused(401, "invalid_token");
        }
    }
}
