//! From a decided call to its HTTP answer, for Graph and for the control surface.

use std::collections::HashMap;
use std::sync::Arc;

use axum::body::Body;
use axum::response::Response;
use http::{HeaderValue, StatusCode, header};
use serde_json::{Value, json};

use crate::graph::GraphCall;
use crate::graph::refusal::Refusal;
use crate::ledger::line::Kind;
use crate::server::LoseAnswer;
use crate::shared::{Call, Manner, Outcome, Shared, act};
use crate::world::World;

/// Decides a Graph call, notes it, and answers as the outcome says.
pub(crate) async fn graph(shared: &Arc<Shared>, call: &GraphCall, text: &str, decide: impl FnOnce(&mut World, i64) -> Outcome) -> Response {
    let query = if text.is_empty() && !call.query.is_empty() { noted_query(&call.query) } else { String::new() };
    let noted = Call { method: call.method.as_str(), path: &call.path, request: if text.is_empty() { &query } else { text } };
    let outcome = act(shared, noted, |world, now| {
        let mut outcome = decide(world, now);
        if outcome.answer.get("error").is_some_and(Value::is_object) {
            outcome.answer["error"]["fbtrace_id"] = json!(format!("A{}", world.random_hex(11)));
        }
        outcome
    })
    .await;
    let outcome = outcome.unwrap_or_else(|_| Refusal::of(2).outcome(Kind::Control));
    given(shared, outcome).await
}

/// The answer, in the manner that was decided.
pub(crate) async fn given(shared: &Shared, outcome: Outcome) -> Response {
    let status = StatusCode::from_u16(outcome.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    match outcome.manner {
        Manner::Plain => {}
        Manner::Bare => return crate::graph::bare(status),
        Manner::Late { until } | Manner::Unhurried { until } => {
            tokio::select! {
                () = shared.clock.sleep_until(until) => {}
                () = shared.stop.cancelled() => {}
            }
        }
        Manner::Lost => {
            let mut response = Response::new(Body::empty());
            response.extensions_mut().insert(LoseAnswer);
            return response;
        }
    }
    json_response(status, &outcome.answer)
}

pub(crate) fn json_response(status: StatusCode, answer: &Value) -> Response {
    let mut response = Response::new(Body::from(answer.to_string()));
    *response.status_mut() = status;
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json; charset=UTF-8"));
    response
}

/// The parameters of a query; of several with one name the last counts.
pub(crate) fn query(text: Option<&str>) -> HashMap<String, String> {
    url::form_urlencoded::parse(text.unwrap_or_default().as_bytes()).into_owned().collect()
}

/// A query as the ledger notes it; a token in it is a secret.
fn noted_query(query: &HashMap<String, String>) -> String {
    let noted: serde_json::Map<_, _> =
        query.iter().filter(|(name, _)| *name != "access_token").map(|(name, value)| (name.clone(), json!(value))).collect();
    Value::Object(noted).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn queries_are_decoded() {
        let query = query(Some("phone=%2B447&name=a+b%20c&empty=&flag&bad=%zz%4"));
        assert_eq!(query["phone"], "+447");
        assert_eq!(query["name"], "a b c");
        assert_eq!((query["empty"].as_str(), query["flag"].as_str(), query["bad"].as_str()), ("", "", "%zz%4"));
    }

    #[test]
    fn a_noted_query_holds_no_token() {
        let noted = noted_query(&query(Some("fields=id&access_token=secret")));
        assert_eq!(noted, r#"{"fields":"id"}"#);
    }
}
