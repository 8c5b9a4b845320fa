//! A receiver of webhooks on this machine.

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use http::{HeaderMap, StatusCode};
use msgboxx::config::{AllowedTarget, Settings};
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

/// What a receiver was sent.
#[derive(Debug)]
pub(crate) struct Call {
    pub(crate) headers: HeaderMap,
    pub(crate) body: String,
}

impl Call {
    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().expect("ASCII"))
    }

    /// Whether the public library takes it as signed with this secret, and as made just now.
    pub(crate) fn is_signed_with(&self, secret: &str) -> bool {
        standardwebhooks::Webhook::new(secret).expect("a secret").verify(self.body.as_bytes(), &self.headers).is_ok()
    }
}

/// Takes every call.
pub(crate) struct Receiver {
    pub(crate) url: String,
    host: String,
    calls: UnboundedReceiver<Call>,
}

impl Receiver {
    pub(crate) async fn listen() -> Self {
        async fn take(State(calls): State<UnboundedSender<Call>>, headers: HeaderMap, body: Bytes) -> (StatusCode, &'static str) {
            let body = String::from_utf8(body.to_vec()).expect("UTF-8");
            // The test may have ended.
            drop(calls.send(Call { headers, body }));
            (StatusCode::OK, "thanks")
        }
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = listener.local_addr().expect("an address");
        let (sender, calls) = unbounded_channel();
        let router = Router::new().fallback(take).with_state(sender);
        drop(tokio::spawn(async move { axum::serve(listener, router).await }));
        Self { url: format!("http://{address}/hook"), host: "127.0.0.1".to_owned(), calls }
    }

    /// Settings that let it be called.
    pub(crate) fn allow(&self) -> impl FnOnce(&mut Settings) + use<> {
        let host = self.host.clone();
        |settings| settings.webhook_allow = vec![AllowedTarget::Host(host)]
    }

    /// Waits for a call.
    pub(crate) async fn next(&mut self) -> Call {
        let call = tokio::time::timeout(Duration::from_secs(30), self.calls.recv()).await;
        call.expect("waited in vain for a call").expect("the receiver lives")
    }
}
