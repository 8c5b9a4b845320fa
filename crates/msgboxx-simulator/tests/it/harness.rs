//! A simulator on a free port, and a business that receives its webhooks.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU16, Ordering};
use std::time::Duration;

use axum::Router;
use axum::body::Bytes;
use axum::extract::Query;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::routing::post;
use msgboxx_cloud_api::signature;
use msgboxx_simulator::{BusinessNumber, SimTemplate, Simulator, SimulatorClock, SimulatorConfig, SimulatorHandle, Timing};
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::net::TcpListener;
use tokio::sync::mpsc;

pub(crate) const NUMBER: &str = "100000000000001";
pub(crate) const WABA: &str = "200000000000001";
pub(crate) const BUSINESS: &str = "+447700900001";
pub(crate) const CUSTOMER: &str = "+447902111123";
pub(crate) const TOKEN: &str = "token-of-the-first-number";
pub(crate) const SECRET: &str = "app-secret-of-the-first-number";

/// Long enough that only a hang reaches it.
const PATIENCE: Duration = Duration::from_secs(20);

/// One webhook call as it arrived, its signature checked.
#[derive(Debug, Clone)]
pub(crate) struct Received {
    pub(crate) path: String,
    pub(crate) bytes: Bytes,
    pub(crate) signature: String,
    pub(crate) json: Value,
}

pub(crate) struct Receiver {
    pub(crate) url: String,
    status: Arc<AtomicU16>,
    calls: mpsc::UnboundedReceiver<Received>,
    waiting: Vec<Value>,
}

#[derive(Clone)]
struct Inbox {
    status: Arc<AtomicU16>,
    calls: mpsc::UnboundedSender<Received>,
}

impl Receiver {
    pub(crate) async fn start() -> Self {
        let (sender, calls) = mpsc::unbounded_channel();
        let status = Arc::new(AtomicU16::new(200));
        let inbox = Inbox { status: Arc::clone(&status), calls: sender };
        let router = Router::new()
            .route("/whatsapp/webhook", post(receive).get(verify))
            .route("/elsewhere", post(receive).get(verify))
            .route("/polite", post(receive).get(async || "OK"))
            .with_state(inbox);
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let url = format!("http://{}/whatsapp/webhook", listener.local_addr().expect("bound"));
        tokio::spawn(async move { axum::serve(listener, router).await });
        Self { url, status, calls, waiting: Vec::new() }
    }

    /// Answers all further calls with this status.
    pub(crate) fn answer_with(&self, status: u16) {
        self.status.store(status, Ordering::SeqCst);
    }

    pub(crate) async fn next_call(&mut self) -> Received {
        tokio::time::timeout(PATIENCE, self.calls.recv()).await.expect("a call in time").expect("the receiver runs")
    }

    /// The next change of this field; what comes before it is passed over.
    pub(crate) async fn next_change(&mut self, field: &str) -> Value {
        loop {
            let call = self.next_call().await;
            for entry in call.json["entry"].as_array().expect("a list") {
                for change in entry["changes"].as_array().expect("a list") {
                    if change["field"] == field {
                        return change["value"].clone();
                    }
                }
            }
        }
    }

    /// The next message or status, in the order in which they stand in the calls.
    pub(crate) async fn next_update(&mut self) -> Value {
        while self.waiting.is_empty() {
            let call = self.next_call().await;
            self.waiting = updates(&call.json);
        }
        self.waiting.remove(0)
    }

    pub(crate) async fn next_statuses(&mut self, count: usize) -> Vec<String> {
        let mut names = Vec::new();
        while names.len() < count {
            let update = self.next_update().await;
            if let Some(status) = update["status"].as_str() {
                names.push(status.to_owned());
            }
        }
        names
    }
}

/// Every message and status of an envelope.
pub(crate) fn updates(envelope: &Value) -> Vec<Value> {
    let list = |value: &Value, name: &str| value[name].as_array().cloned().unwrap_or_default();
    let mut all = Vec::new();
    for entry in list(envelope, "entry") {
        for change in list(&entry, "changes") {
            all.extend(list(&change["value"], "messages"));
            all.extend(list(&change["value"], "statuses"));
        }
    }
    all
}

/// Gives the challenge back to whoever knows the token.
async fn verify(Query(query): Query<std::collections::HashMap<String, String>>) -> (StatusCode, String) {
    let asks_well = query.get("hub.mode").is_some_and(|mode| mode == "subscribe");
    let knows = query.get("hub.verify_token").is_some_and(|token| token == "verify");
    let challenge = query.get("hub.challenge").cloned().unwrap_or_default();
    if asks_well && knows { (StatusCode::OK, challenge) } else { (StatusCode::FORBIDDEN, String::new()) }
}

async fn receive(State(inbox): State<Inbox>, uri: axum::http::Uri, headers: HeaderMap, bytes: Bytes) -> StatusCode {
    let signature = headers[signature::HEADER].to_str().expect("text").to_owned();
    assert!(signature::verify(&signature, SECRET, &bytes), "a wrong signature");
    let json = serde_json::from_slice(&bytes).expect("JSON");
    let status = StatusCode::from_u16(inbox.status.load(Ordering::SeqCst)).expect("a status");
    let _ = inbox.calls.send(Received { path: uri.path().to_owned(), bytes, signature, json });
    status
}

pub(crate) struct Sim {
    pub(crate) handle: Option<SimulatorHandle>,
    pub(crate) receiver: Receiver,
    pub(crate) clock: SimulatorClock,
    pub(crate) folder: Arc<TempDir>,
    pub(crate) base: String,
    http: reqwest::Client,
}

/// A phone number's templates, with and without placeholders.
pub(crate) fn numbers() -> Vec<BusinessNumber> {
    let template = |id: &str, name: &str, category: &str, status: &str, components: Value| SimTemplate {
        id: id.to_owned(),
        name: name.to_owned(),
        language: "en_GB".to_owned(),
        category: category.to_owned(),
        status: status.to_owned(),
        components,
        parameter_format: "POSITIONAL".to_owned(),
    };
    let hello = json!([{"type": "BODY", "text": "Hi {{1}}, thanks for {{2}}."}, {"type": "FOOTER", "text": "Stitch"}]);
    let plain = json!([{"type": "BODY", "text": "Hello there"}]);
    vec![BusinessNumber {
        phone_number_id: NUMBER.to_owned(),
        business_account_id: WABA.to_owned(),
        display_phone_number: BUSINESS.to_owned(),
        name: "Stitch Recruit".to_owned(),
        access_token: TOKEN.to_owned(),
        app_secret: SECRET.to_owned(),
        verify_token: "verify".to_owned(),
        templates: vec![
            template("301", "follow_up", "UTILITY", "Approved", hello),
            template("302", "offer", "MARKETING", "APPROVED", plain.clone()),
            template("303", "paused", "UTILITY", "PAUSED", plain.clone()),
            template("304", "disabled", "UTILITY", "DISABLED", plain.clone()),
            template("305", "in_review", "UTILITY", "PENDING", plain),
        ],
    }]
}

async fn start(folder: &Path, receiver_url: &str, timing: Timing, clock: &SimulatorClock) -> (SimulatorHandle, String) {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let base = format!("http://{}", listener.local_addr().expect("bound"));
    let config = SimulatorConfig {
        ledger: folder.join("simulator-ledger.jsonl"),
        public_url: base.clone(),
        webhook_url: receiver_url.to_owned(),
        timing,
        clock: clock.clone(),
        allow_clock: true,
        numbers: numbers(),
    };
    (Simulator::start(config, listener, reqwest::Client::builder()).await.expect("it starts"), base)
}

impl Sim {
    pub(crate) async fn start() -> Self {
        Self::with_timing(Timing::Instant).await
    }

    pub(crate) async fn with_timing(timing: Timing) -> Self {
        let folder = Arc::new(TempDir::new().expect("a folder"));
        let (receiver, clock) = (Receiver::start().await, SimulatorClock::new());
        let (handle, base) = start(folder.path(), &receiver.url, timing, &clock).await;
        let http = reqwest::Client::builder().no_proxy().timeout(PATIENCE).build().expect("a client");
        Self { handle: Some(handle), receiver, clock, folder, base, http }
    }

    /// Stops it and starts another one on what it left, with a clock of its own.
    pub(crate) async fn restart(mut self) -> Self {
        if let Some(handle) = self.handle.take() {
            handle.shutdown().await;
        }
        self.clock = SimulatorClock::new();
        let (handle, base) = start(self.folder.path(), &self.receiver.url, Timing::Instant, &self.clock).await;
        Self { handle: Some(handle), base, ..self }
    }

    pub(crate) async fn call(&self, method: &str, path: &str, token: Option<&str>, body: Option<Value>) -> reqwest::Result<(u16, Value)> {
        let mut request = self.http.request(method.parse().expect("a method"), format!("{}{path}", self.base));
        if let Some(token) = token {
            request = request.bearer_auth(token);
        }
        if let Some(body) = body {
            request = request.json(&body);
        }
        let response = request.send().await?;
        let status = response.status().as_u16();
        let bytes = response.bytes().await?;
        Ok((status, serde_json::from_slice(&bytes).unwrap_or(Value::Null)))
    }

    /// A Graph call with the number's token.
    pub(crate) async fn graph(&self, method: &str, path: &str, body: Value) -> (u16, Value) {
        let body = Some(body).filter(|body| !body.is_null());
        self.call(method, &format!("/v25.0/{path}"), Some(TOKEN), body).await.expect("an answer")
    }

    /// A Graph call that ends in this error: HTTP status and code.
    pub(crate) async fn refused(&self, method: &str, path: &str, body: Value) -> (u16, i64) {
        let (status, answer) = self.graph(method, path, body).await;
        (status, answer["error"]["code"].as_i64().unwrap_or_default())
    }

    pub(crate) async fn get(&self, path: &str) -> Value {
        let (status, json) = self.call("GET", path, Some(TOKEN), None).await.expect("an answer");
        assert_eq!(status, 200, "{path}: {json}");
        json
    }

    /// A control call that must succeed.
    pub(crate) async fn control(&self, path: &str, body: Value) -> Value {
        let (status, json) = self.call("POST", path, None, Some(body)).await.expect("an answer");
        assert!((200..300).contains(&status), "{path}: {status} {json}");
        json
    }

    pub(crate) async fn settings(&self, mut change: Value) {
        change["phone_number_id"] = json!(NUMBER);
        self.control("/simulator/settings", change).await;
    }

    /// The customer writes; the webhook of it is received, too.
    pub(crate) async fn customer_writes(&mut self, from: &str, body: &str) -> String {
        let message = json!({"from": from, "to": BUSINESS, "name": "Test Customer", "type": "text", "text": {"body": body}});
        let answer = self.control("/simulator/messages", message).await;
        let update = self.receiver.next_update().await;
        assert_eq!(update["id"], answer["id"]);
        answer["id"].as_str().expect("an id").to_owned()
    }

    pub(crate) async fn post_message(&self, message: Value) -> (u16, Value) {
        let path = format!("/v25.0/{NUMBER}/messages");
        self.call("POST", &path, Some(TOKEN), Some(message)).await.expect("an answer")
    }

    pub(crate) async fn send_text(&self, to: &str, body: &str) -> (u16, Value) {
        self.post_message(text(to, body)).await
    }

    /// What is on a customer's phone.
    pub(crate) async fn phone(&self, phone: &str) -> Vec<Value> {
        let phone = phone.replace('+', "%2B");
        self.get(&format!("/simulator/messages?phone={phone}")).await["items"].as_array().expect("a list").clone()
    }

    pub(crate) async fn ledger(&self) -> Vec<Value> {
        self.get("/simulator/ledger?after=0").await["items"].as_array().expect("a list").clone()
    }
}

pub(crate) fn text(to: &str, body: &str) -> Value {
    json!({"messaging_product": "whatsapp", "to": to, "type": "text", "text": {"body": body}, "biz_opaque_callback_data": "attempt-1"})
}

pub(crate) fn template(to: &str, name: &str, body: &[&str]) -> Value {
    let parameters: Vec<_> = body.iter().map(|text| json!({"type": "text", "text": text})).collect();
    let mut template = json!({"name": name, "language": {"code": "en_GB"}});
    if !parameters.is_empty() {
        template["components"] = json!([{"type": "body", "parameters": parameters}]);
    }
    json!({"messaging_product": "whatsapp", "to": to, "type": "template", "template": template})
}

pub(crate) fn wamid(answer: &Value) -> String {
    answer["messages"][0]["id"].as_str().expect("a wamid").to_owned()
}
