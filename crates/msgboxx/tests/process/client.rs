//! A caller of the public API.

use crate::server::{PASSWORD, Server};
use reqwest::Method;
use serde_json::{Value, json};

/// An answer, read.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) text: String,
}

impl Answer {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|error| panic!("{error}: {}", self.text))
    }

    /// The body if the status is the expected one; else the test fails with what came.
    pub(crate) fn expect(self, status: u16) -> Value {
        assert_eq!(self.status, status, "{}", self.text);
        if self.text.is_empty() { Value::Null } else { self.json() }
    }

    /// The stable code of a problem.
    pub(crate) fn code(&self) -> String {
        self.json()["code"].as_str().unwrap_or_default().to_owned()
    }
}

/// Signed in, or nobody.
#[derive(Clone)]
pub(crate) struct Client {
    pub(crate) http: reqwest::Client,
    pub(crate) url: String,
    pub(crate) token: Option<String>,
}

impl Client {
    pub(crate) async fn sign_in(server: &Server, email: &str) -> Client {
        let nobody = Client::nobody(server);
        let answer = nobody
            .http
            .post(format!("{}/oauth/token", server.url))
            .header("X-Calling-Application", "process tests")
            .json(&json!({"username": email, "password": PASSWORD}))
            .send()
            .await
            .expect("an answer");
        assert_eq!(answer.status(), 200, "{email} cannot sign in");
        let token: Value = answer.json().await.expect("JSON");
        Client { token: Some(token["access_token"].as_str().expect("a token").to_owned()), ..nobody }
    }

    pub(crate) fn nobody(server: &Server) -> Client {
        Client { http: server.http.clone(), url: server.url.clone(), token: None }
    }

    pub(crate) async fn send(&self, method: Method, path: &str, body: Option<&Value>) -> Answer {
        let mut request = self.http.request(method, format!("{}{path}", self.url));
        if let Some(token) = &self.token {
            request = request.bearer_auth(token);
        }
        if let Some(body) = body {
            request = request.json(body);
        }
        let answer = request.send().await.expect("an answer");
        Answer { status: answer.status().as_u16(), text: answer.text().await.expect("text") }
    }

    pub(crate) async fn get(&self, path: &str) -> Answer {
        self.send(Method::GET, path, None).await
    }

    pub(crate) async fn post(&self, path: &str, body: &Value) -> Answer {
        self.send(Method::POST, path, Some(body)).await
    }

    pub(crate) async fn put(&self, path: &str, body: &Value) -> Answer {
        self.send(Method::PUT, path, Some(body)).await
    }

    /// The items of a list.
    pub(crate) async fn list(&self, path: &str) -> Vec<Value> {
        self.get(path).await.expect(200)["items"].as_array().expect("items").clone()
    }
}
