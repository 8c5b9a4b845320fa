//! Every path is answered directly, with and without a slash at its end; wrong methods name the right ones.

use crate::app::{ACCOUNT, Answer, CONTACT, INBOX, TEMPLATE};
use crate::on_both_engines;
use axum::body::Body;
use http::Method;
use serde_json::json;

on_both_engines! {
    async fn no_path_redirects(app) {
        let caller = app.administrator().await;
        let lists = [
            "/apiaccount",
            "/broadcast",
            "/contact",
            "/inbox",
            "/inboxes",
            "/message",
            "/team",
            "/template",
            "/user",
            "/webhook",
            "/webhooks",
            "/openapi.json",
            "/docs",
        ];
        let singles = [
            format!("/apiaccount/{ACCOUNT}"),
            format!("/contact/{CONTACT}"),
            format!("/inbox/{INBOX}"),
            format!("/inboxes/{INBOX}"),
            format!("/template/{TEMPLATE}"),
        ];
        for path in lists.into_iter().chain(singles.iter().map(String::as_str)) {
            let plain = caller.get(path).await;
            let slashed = caller.get(&format!("{path}/?page=1")).await;
            assert_eq!((plain.status, &plain.text), (200, &slashed.text), "{path}");
            caller.get(&format!("{path}//")).await.refused(404, "not_found");
        }
        for path in [
            "/broadcast",
            "/contact",
            "/message",
            "/webhook",
            "/webhooks",
            "/organisation",
            "/oauth/token",
            "/oauth/refresh",
            "/oauth/revoke",
        ] {
            for path in [path.to_owned(), format!("{path}/")] {
                let answer = caller.post(&path, &json!({})).await;
                assert!([400, 401, 204].contains(&answer.status), "{path}: {}", answer.status);
            }
        }
    }

    async fn head_answers_as_get_without_a_body(app) {
        let caller = app.administrator().await;
        for path in ["/contact", "/team", "/openapi.json", "/docs", &format!("/contact/{CONTACT}"), "/contact/1", "/contact?page=0"] {
            let head = caller.send(Method::HEAD, path, &[], Body::empty()).await;
            let get = caller.get(path).await;
            assert_eq!(
                (head.status, head.text.as_str(), head.header("content-type")),
                (get.status, "", get.header("content-type")),
                "{path}"
            );
        }
    }

    async fn a_wrong_method_is_a_405_that_names_the_right_ones(app) {
        let caller = app.administrator().await;
        let try_with = async |method: Method, path: &str| -> Answer { caller.send(method, path, &[], Body::empty()).await };
        for (path, allow) in [
            ("/oauth/token", "POST"),
            ("/apiaccount", "GET, HEAD"),
            ("/contact", "GET, HEAD, POST"),
            ("/contact/17b5c90a-7465-1097-b2db-66afa62c963f/", "GET, HEAD, PUT"),
            ("/conversation/17b5c90a-7465-1097-b2db-66afa62c963f", "GET, HEAD, PUT"),
            ("/message", "GET, HEAD, POST"),
            ("/webhook/17b5c90a-7465-1097-b2db-66afa62c963f", "GET, HEAD, PUT, DELETE"),
            ("/organisation", "POST"),
        ] {
            for method in [Method::PATCH, Method::TRACE, Method::OPTIONS] {
                let answer = try_with(method, path).await;
                answer.refused(405, "method_not_allowed");
                assert_eq!(answer.header("allow"), allow, "{path}");
            }
        }
    }

    async fn the_description_and_its_page_need_no_token_and_no_foreign_host(app) {
        let nobody = app.stranger();
        assert_eq!(nobody.get("/openapi.json").await.expect(200)["openapi"], "3.1.0");
        assert_eq!(nobody.get("/errors/duplicate_contact").await.expect(200)["status"], 409);
        let page = nobody.get("/docs").await;
        assert_eq!((page.status, page.header("content-type")), (200, "text/html; charset=utf-8"));
        assert!(page.header("content-security-policy").starts_with("default-src 'none'; script-src 'self'"));
        for file in page.text.split('"').filter(|it| it.starts_with("/docs/")) {
            assert_eq!(nobody.get(file).await.status, 200, "{file}");
        }
        assert!(!page.text.contains("http") && !page.text.contains("<script>") && !page.text.contains("style="), "{}", page.text);
    }
}
