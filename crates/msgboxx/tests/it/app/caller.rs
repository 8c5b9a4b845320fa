//! A caller of the API. Requests go through the whole router, but over no socket.

use super::Answer;
use axum::body::Body;
use axum::extract::ConnectInfo;
use http::{HeaderName, HeaderValue, Method, Request};
use http_body_util::BodyExt;
use serde_json::{Value, json};
use std::net::{Ipv4Addr, SocketAddr};
use tower::ServiceExt;

/// What the tests call themselves.
pub(crate) const APPLICATION: &str = "integration tests";
const PASSWORD: &str = "correct horse battery staple";

#[derive(Clone)]
pub(crate) struct Caller {
    router: axum::Router,
    pub(crate) token: Option<String>,
}

impl Caller {
    pub(super) fn new(router: axum::Router, token: Option<String>) -> Self {
        Self { router, token }
    }

    /// Any request, with the token and what else is given.
    pub(crate) async fn send(&self, method: Method, path: &str, headers: &[(&str, &str)], body: impl Into<Body>) -> Answer {
        let mut request = Request::new(body.into());
        *request.method_mut() = method;
        *request.uri_mut() = path.parse().unwrap_or_else(|error| panic!("{error}: {path}"));
        request.extensions_mut().insert(ConnectInfo(SocketAddr::from((Ipv4Addr::LOCALHOST, 1))));
        if let Some(token) = &self.token {
            request.headers_mut().insert(http::header::AUTHORIZATION, HeaderValue::try_from(format!("Bearer {token}")).expect("a header"));
        }
        for (name, value) in headers {
            let name: HeaderName = name.parse().expect("a header name");
            request.headers_mut().append(name, HeaderValue::from_bytes(value.as_bytes()).expect("a header value"));
        }
        let response = self.router.clone().oneshot(request).await.expect("infallible");
        let (parts, body) = response.into_parts();
        let body = body.collect().await.expect("a whole body").to_bytes();
        Answer { status: parts.status.as_u16(), headers: parts.headers, text: String::from_utf8(body.to_vec()).expect("UTF-8") }
    }

    /// A request with a JSON body and further headers.
    pub(crate) async fn send_json(&self, method: Method, path: &str, headers: &[(&str, &str)], body: &Value) -> Answer {
        let headers: Vec<_> = headers.iter().copied().chain([("content-type", "application/json")]).collect();
        self.send(method, path, &headers, body.to_string()).await
    }

    pub(crate) async fn get(&self, path: &str) -> Answer {
        self.send(Method::GET, path, &[], Body::empty()).await
    }

    pub(crate) async fn post(&self, path: &str, body: &Value) -> Answer {
        self.send_json(Method::POST, path, &[], body).await
    }

    pub(crate) async fn put(&self, path: &str, body: &Value) -> Answer {
        self.send_json(Method::PUT, path, &[], body).await
    }

    pub(crate) async fn delete(&self, path: &str) -> Answer {
        self.send(Method::DELETE, path, &[], Body::empty()).await
    }

    /// The items of a list.
    pub(crate) async fn items(&self, path: &str) -> Vec<Value> {
        self.get(path).await.expect(200)["items"].as_array().expect("items").clone()
    }

    /// Signs in.
    pub(crate) async fn token(&self, email: &str) -> Answer {
        let body = json!({"username": email, "password": PASSWORD});
        let answer = self.send_json(Method::POST, "/oauth/token", &[("x-calling-application", APPLICATION)], &body).await;
        assert_eq!(answer.status, 200, "{email}: {}", answer.text);
        answer
    }

    /// A new contact of an account.
    pub(crate) async fn contact(&self, account: &str, number: &str) -> Value {
        self.post("/contact", &json!({"apiAccountId": account, "mobileNumber": number})).await.expect(201)
    }
}
