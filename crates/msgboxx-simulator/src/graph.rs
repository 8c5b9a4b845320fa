//! The Graph API under `/{version}/…` and without a version, as far as businesses use it for WhatsApp.
//!
//! A path is a node and, perhaps, an edge. Everything that is not known answers in Graph's own words,
//! as the real one does, so that clients never meet a foreign shape.

mod accept;
pub(crate) mod access;
mod addressee;
mod blocked;
mod callbacks;
pub(crate) mod catalogue;
mod content;
mod media;
mod messages;
mod numbers;
mod profile;
pub(crate) mod refusal;
mod registration;
mod subscriptions;
mod taken;
mod template_check;
mod template_media;
pub(crate) mod template_quality;
mod template_rules;
mod templates;
mod uploads;

use std::collections::HashMap;
use std::sync::Arc;

use axum::body::{Body, to_bytes};
use axum::extract::{Request, State};
use axum::response::Response;
use http::{HeaderMap, Method, StatusCode};
use serde_json::{Map, Value};

pub(crate) use crate::graph::media::{address as medium_address, medium as new_medium, store as store_medium};
use crate::graph::refusal::Refusal;
use crate::reply;
use crate::shared::Shared;

/// No JSON call is longer.
const LARGEST_BODY: usize = 4 << 20;

/// A call to Graph, taken apart.
pub(crate) struct GraphCall {
    pub(crate) method: Method,
    /// With the version, as it was called.
    pub(crate) path: String,
    pub(crate) node: String,
    pub(crate) edge: String,
    pub(crate) query: HashMap<String, String>,
    /// What was presented to open the node, in the header or in the query.
    pub(crate) token: Option<String>,
    pub(crate) headers: HeaderMap,
}

impl GraphCall {
    /// The parameters as Graph takes them: from the query and from the body, which is JSON or a form.
    pub(crate) fn parameters(&self, text: &str) -> Result<Value, Refusal> {
        let mut parameters: Map<String, Value> =
            self.query.iter().map(|(name, value)| (name.clone(), Value::String(value.clone()))).collect();
        parameters.remove("access_token");
        let of_body = if text.trim().is_empty() {
            Map::new()
        } else {
            serde_json::from_str(text).map_err(|_| Refusal::parameter("The request body must be a JSON object."))?
        };
        parameters.extend(of_body);
        Ok(Value::Object(parameters))
    }

    /// Is the body a form?
    fn is_form(&self) -> bool {
        let kind = self.headers.get(http::header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
        kind.is_some_and(|kind| kind.starts_with("application/x-www-form-urlencoded"))
    }
}

/// A form as the JSON that it stands for: a value that is JSON itself counts as that.
fn json_of_form(form: &str) -> String {
    let value = |text: &str| match serde_json::from_str(text) {
        Ok(value @ (Value::Object(_) | Value::Array(_) | Value::Bool(_))) => value,
        _ => Value::String(text.to_owned()),
    };
    let members: Map<_, _> = url::form_urlencoded::parse(form.as_bytes())
        .filter(|(name, _)| name != "access_token")
        .map(|(name, text)| (name.into_owned(), value(&text)))
        .collect();
    Value::Object(members).to_string()
}

/// Answers a call to Graph.
pub(crate) async fn answer(State(shared): State<Arc<Shared>>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let query = reply::query(parts.uri.query());
    let path = parts.uri.path().to_owned();
    let token = access::token(&parts.headers, &query);
    let place = node_and_edge(&path);
    let (node, edge) = place.clone().unwrap_or_default();
    let call = GraphCall { method: parts.method, node, edge, query, token, headers: parts.headers, path };
    if place.is_none() {
        return refuse(&shared, &call, "", Refusal::unknown_path(&call.path)).await;
    }
    dispatch(&shared, call, body).await
}

async fn dispatch(shared: &Arc<Shared>, call: GraphCall, body: Body) -> Response {
    if call.method == Method::POST && call.edge == "media" {
        return media::upload(shared, call, body).await;
    }
    if call.node == media::DOWNLOADS {
        return media::download(shared, &call).await;
    }
    if call.node.starts_with(uploads::SESSION) {
        return uploads::of_session(shared, &call, body).await;
    }
    let Ok(body) = to_bytes(body, LARGEST_BODY).await else {
        return refuse(shared, &call, "", Refusal::too_large()).await;
    };
    let Ok(text) = String::from_utf8(body.into()) else {
        return refuse(shared, &call, "", Refusal::parameter("The request body is not UTF-8.")).await;
    };
    let text = if call.is_form() && !text.trim_start().starts_with('{') { json_of_form(&text) } else { text };
    let method = call.method.clone();
    match (method.as_str(), call.edge.as_str()) {
        ("POST", "messages" | "marketing_messages") => messages::post(shared, &call, &text).await,
        ("GET", "phone_numbers") => numbers::list(shared, &call).await,
        (_, "subscribed_apps") => subscriptions::call(shared, &call, &text).await,
        ("POST", "subscriptions") => callbacks::of_app(shared, &call, &text).await,
        ("GET" | "POST", "whatsapp_business_profile") => profile::call(shared, &call, &text).await,
        ("POST", edge) if registration::EDGES.contains(&edge) => registration::call(shared, &call, &text).await,
        ("GET" | "POST" | "DELETE", "block_users") => blocked::call(shared, &call, &text).await,
        ("POST", "uploads") => uploads::begin(shared, &call, &text).await,
        ("POST", "unpause") => templates::of_one(shared, &call, &text).await,
        (_, "message_templates") => templates::of_account(shared, &call, &text).await,
        ("GET" | "POST" | "DELETE", "") => node(shared, &call, &text).await,
        _ => refuse(shared, &call, &text, Refusal::unknown_object(&call.method, &call.node)).await,
    }
}

/// A call to a node itself: a number, a template or a medium, whichever has this id.
async fn node(shared: &Arc<Shared>, call: &GraphCall, text: &str) -> Response {
    enum Node {
        Number,
        Template,
        Medium,
        Account,
        Nothing,
    }
    let found = {
        let world = shared.world();
        if world.numbers.contains_key(call.node.as_str()) {
            Node::Number
        } else if world.media.contains_key(&call.node) {
            Node::Medium
        } else if world.template_by_id(&call.node).is_some() {
            Node::Template
        } else if world.identities().iter().any(|identity| identity.business_account_id == call.node) {
            Node::Account
        } else {
            Node::Nothing
        }
    };
    match (found, call.method.as_str()) {
        (Node::Number, "GET") => numbers::get(shared, call).await,
        (Node::Number, "POST") => registration::change(shared, call, text).await,
        (Node::Account, "GET") => numbers::account(shared, call).await,
        (Node::Template, "GET" | "POST") => templates::of_one(shared, call, text).await,
        (Node::Medium, "GET" | "DELETE") => media::of_one(shared, call).await,
        _ => refuse(shared, call, text, Refusal::unknown_object(&call.method, &call.node)).await,
    }
}

/// Refuses a call that no part of the world is asked about; the token still comes first.
async fn refuse(shared: &Arc<Shared>, call: &GraphCall, text: &str, refusal: Refusal) -> Response {
    reply::graph(shared, call, text, |world, _| {
        let refusal = access::account_of(world, call.token.as_deref()).err().unwrap_or(refusal);
        refusal.outcome(crate::ledger::line::Kind::Control)
    })
    .await
}

/// The node and, perhaps, the edge of a path; none if it is shorter or longer.
fn node_and_edge(path: &str) -> Option<(String, String)> {
    let mut segments = path.split('/').filter(|segment| !segment.is_empty()).peekable();
    segments.next_if(|first| is_version(first));
    let node = segments.next()?.to_owned();
    let edge = segments.next().unwrap_or_default().to_owned();
    segments.next().is_none().then_some((node, edge))
}

/// `v25.0` and the like.
fn is_version(segment: &str) -> bool {
    segment.strip_prefix('v').and_then(|number| number.split_once('.')).is_some_and(|(major, minor)| {
        let is_number = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
        is_number(major) && is_number(minor)
    })
}

/// A status without content, for calls that end before any outcome.
pub(crate) fn bare(status: StatusCode) -> Response {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = status;
    response
}

#[cfg(test)]
mod tests {
    use super::is_version;

    #[test]
    fn versions_are_told_from_nodes() {
        assert!(is_version("v25.0") && is_version("v1.10"));
        assert!(!is_version("v25") && !is_version("25.0") && !is_version("v.0") && !is_version("100"));
    }
}
