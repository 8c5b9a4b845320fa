//! The Graph API under `/{version}/…` and without a version, as far as businesses use it for WhatsApp.
//!
//! A path is a node and, perhaps, an edge. Everything that is not known answers in Graph's own words,
//! as the real one does, so that clients never meet a foreign shape.

mod accept;
pub(crate) mod access;
pub(crate) mod catalogue;
mod content;
mod media;
mod messages;
mod numbers;
pub(crate) mod refusal;
mod subscriptions;
mod template_check;
mod template_rules;
mod templates;

use std::collections::HashMap;
use std::sync::Arc;

use axum::body::{Body, to_bytes};
use axum::extract::{Request, State};
use axum::response::Response;
use http::{HeaderMap, Method, StatusCode};

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
    let Ok(body) = to_bytes(body, LARGEST_BODY).await else {
        return refuse(shared, &call, "", Refusal::too_large()).await;
    };
    let Ok(text) = String::from_utf8(body.into()) else {
        return refuse(shared, &call, "", Refusal::parameter("The request body is not UTF-8.")).await;
    };
    let method = call.method.clone();
    match (method.as_str(), call.edge.as_str()) {
        ("POST", "messages") => messages::post(shared, &call, &text).await,
        ("GET", "phone_numbers") => numbers::list(shared, &call).await,
        (_, "subscribed_apps") => subscriptions::call(shared, &call, &text).await,
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
        } else {
            Node::Nothing
        }
    };
    match (found, call.method.as_str()) {
        (Node::Number, "GET") => numbers::get(shared, call).await,
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
