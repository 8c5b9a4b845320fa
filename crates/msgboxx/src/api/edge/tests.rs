use super::*;
use crate::api::problem::Code;
use axum::{Router, body::Body, middleware::from_fn_with_state, routing::get};
use http::{Method, Request, StatusCode};
use http_body_util::BodyExt;
use tower::ServiceExt;

const ORIGIN: &str = "https://crm.example.org";

async fn broken() {
    panic!("with a secret in it")
}

async fn call(method: Method, path: &str, origin: Option<&'static str>) -> (StatusCode, HeaderMap, String) {
    let state =
        Edge { public_url: "https://api.example.org".to_owned(), cors_origins: vec![ORIGIN.to_owned()], alias_uses: AliasUses::default() };
    let router: Router = Router::new()
        .route("/well", get(async || "well").post(async || ()))
        .route("/refused", get(async || Problem::new(Code::Forbidden)))
        .route("/broken", get(broken))
        .fallback(async || Problem::new(Code::NotFound))
        .method_not_allowed_fallback(async || Problem::new(Code::MethodNotAllowed));
    let router: Router = Router::new().fallback_service(router).layer(from_fn_with_state(Arc::new(state), edge));
    let mut request = Request::new(Body::empty());
    *request.method_mut() = method;
    *request.uri_mut() = path.parse().expect("a path");
    if let Some(origin) = origin {
        request.headers_mut().insert(header::ORIGIN, HeaderValue::from_static(origin));
        request.headers_mut().insert(header::ACCESS_CONTROL_REQUEST_METHOD, HeaderValue::from_static("POST"));
    }
    let response = router.oneshot(request).await.expect("infallible");
    let (parts, body) = response.into_parts();
    let body = body.collect().await.expect("a whole body").to_bytes();
    (parts.status, parts.headers, String::from_utf8(body.to_vec()).expect("UTF-8"))
}

#[tokio::test]
async fn every_answer_carries_its_id_and_the_headers_of_safety() {
    let mut ids = std::collections::HashSet::new();
    for (path, status) in [("/well", 200), ("/refused", 403), ("/nowhere", 404), ("/broken", 500)] {
        let (found, headers, _) = call(Method::GET, path, None).await;
        assert_eq!(found.as_u16(), status, "{path}");
        for (name, value) in [
            ("x-content-type-options", "nosniff"),
            ("content-security-policy", "default-src 'none'; frame-ancestors 'none'"),
            ("referrer-policy", "no-referrer"),
            ("cross-origin-opener-policy", "same-origin"),
            ("cross-origin-resource-policy", "same-origin"),
            ("strict-transport-security", "max-age=31536000"),
            ("cache-control", "no-store"),
        ] {
            assert_eq!(headers[name], value, "{path}");
        }
        assert!(headers.contains_key("permissions-policy"), "{path}");
        assert!(ids.insert(headers[REQUEST_ID].clone()), "{path}");
    }
}

#[tokio::test]
async fn a_problem_is_written_with_the_id_of_its_request() {
    let (_, headers, body) = call(Method::GET, "/nowhere", None).await;
    let body: serde_json::Value = serde_json::from_str(&body).expect("JSON");
    assert_eq!(headers[header::CONTENT_TYPE], "application/problem+json");
    assert_eq!(body["type"], "https://api.example.org/errors/not_found");
    assert_eq!(body["requestId"], headers[REQUEST_ID].to_str().expect("ASCII"));
}

#[tokio::test]
async fn a_panic_is_an_answer_that_tells_nothing_of_it() {
    let (status, _, body) = call(Method::GET, "/broken", None).await;
    assert_eq!(status, 500);
    assert!(body.contains("internal_error") && !body.contains("secret"), "{body}");
}

#[tokio::test]
async fn a_wrong_method_names_the_right_ones() {
    let (status, headers, body) = call(Method::DELETE, "/well", None).await;
    assert_eq!((status.as_u16(), &headers[header::ALLOW]), (405, &HeaderValue::from_static("GET, HEAD, POST")));
    assert!(body.contains("method_not_allowed"), "{body}");
}

#[tokio::test]
async fn only_listed_origins_may_read_and_never_with_credentials() {
    let (status, headers, _) = call(Method::OPTIONS, "/well", Some(ORIGIN)).await;
    assert_eq!(status, 204);
    assert_eq!(headers[header::ACCESS_CONTROL_ALLOW_ORIGIN], ORIGIN);
    assert!(headers[header::ACCESS_CONTROL_ALLOW_HEADERS].to_str().expect("ASCII").contains("authorisation"));
    let (_, headers, _) = call(Method::GET, "/refused", Some(ORIGIN)).await;
    assert_eq!(
        (&headers[header::ACCESS_CONTROL_ALLOW_ORIGIN], &headers[header::VARY]),
        (&HeaderValue::from_static(ORIGIN), &HeaderValue::from_static("origin"))
    );
    assert!(!headers.contains_key(header::ACCESS_CONTROL_ALLOW_CREDENTIALS));
    let (status, headers, _) = call(Method::OPTIONS, "/well", Some("https://evil.example")).await;
    assert_eq!(status, 405);
    assert!(!headers.contains_key(header::ACCESS_CONTROL_ALLOW_ORIGIN));
}
