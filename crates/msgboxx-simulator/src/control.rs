//! The control surface under `/simulator/`: for the phone page and for tests, never mixed with Graph.
//!
//! Calls that change something stand in the ledger; looking at something does not.

pub(crate) mod clock;
pub(crate) mod customers;
pub(crate) mod echoes;
pub(crate) mod faults;
pub(crate) mod files;
pub(crate) mod ledger;
mod medium;
pub(crate) mod messages;
pub(crate) mod numbers;
pub(crate) mod settings;
mod taps;
pub(crate) mod templates;
mod view;
pub(crate) mod webhooks;
mod writing;

use std::sync::Arc;

use axum::body::{Body, to_bytes};
use axum::extract::Request;
use axum::response::Response;
use http::StatusCode;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use crate::ledger::line::Kind;
use crate::reply;
use crate::shared::{Call, Outcome, Shared, act};
use crate::world::World;

/// Media come in base64 inside the JSON.
const LARGEST_BODY: usize = 24 << 20;

/// A call that is not done, in words.
#[derive(Debug)]
pub(crate) struct Mistake {
    status: StatusCode,
    sentence: String,
}

impl Mistake {
    pub(crate) fn new(status: StatusCode, sentence: impl Into<String>) -> Self {
        Self { status, sentence: sentence.into() }
    }

    pub(crate) fn bad(sentence: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, sentence)
    }

    fn json(&self) -> Value {
        json!({"error": {"message": self.sentence, "type": "SimulatorException", "code": self.status.as_u16()}})
    }

    fn outcome(&self) -> Outcome {
        Outcome::new(Kind::Control, self.status.as_u16(), self.json())
    }

    pub(crate) fn response(&self) -> Response {
        reply::json_response(self.status, &self.json())
    }
}

/// The items of a list.
pub(crate) fn items(items: impl Into<Value>) -> Response {
    reply::json_response(StatusCode::OK, &json!({"items": items.into()}))
}

pub(crate) async fn unknown(request: Request) -> Response {
    Mistake::new(StatusCode::NOT_FOUND, format!("there is no {}", request.uri().path())).response()
}

pub(crate) async fn wrong_method(request: Request) -> Response {
    let sentence = format!("{} does not take {}", request.uri().path(), request.method());
    Mistake::new(StatusCode::METHOD_NOT_ALLOWED, sentence).response()
}

/// The body as text.
async fn text_of(body: Body) -> Result<String, Mistake> {
    let bytes = to_bytes(body, LARGEST_BODY).await;
    let bytes = bytes.map_err(|_| Mistake::new(StatusCode::PAYLOAD_TOO_LARGE, "the body is too large or broke off"))?;
    String::from_utf8(bytes.into()).map_err(|_| Mistake::bad("the body is not UTF-8"))
}

fn parsed<T: DeserializeOwned>(text: &str) -> Result<T, Mistake> {
    serde_json::from_str(text).map_err(|error| Mistake::bad(format!("the body is not what this call takes: {error}")))
}

/// Decides a call that may change something, and notes it.
async fn done(
    shared: &Arc<Shared>,
    method: &str,
    path: &str,
    text: &str,
    decide: impl FnOnce(&mut World, i64) -> Result<Outcome, Mistake>,
) -> Response {
    let call = Call { method, path, request: text };
    match act(shared, call, |world, now| decide(world, now).unwrap_or_else(|mistake| mistake.outcome())).await {
        Ok(outcome) => reply::given(shared, outcome).await,
        Err(error) => Mistake::new(StatusCode::SERVICE_UNAVAILABLE, error.to_string()).response(),
    }
}

/// The digits of a phone number with its `+`, spaces and the like left out.
pub(crate) fn digits(member: &str, number: &str) -> Result<String, Mistake> {
    let kept: String = number.chars().filter(|character| !matches!(character, ' ' | '-' | '(' | ')' | '.')).collect();
    let digits = kept.strip_prefix('+').unwrap_or(&kept);
    if !(5..=15).contains(&digits.len()) || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(Mistake::bad(format!("{member} is a phone number of 5 to 15 digits with a plus, not {number:?}")));
    }
    Ok(digits.to_owned())
}
