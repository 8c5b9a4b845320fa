//! `/simulator/faults`: the next so many sends meet this.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::State;
use axum::response::Response;
use serde::Deserialize;
use serde_json::{Value, json};

use super::{Mistake, digits, done, items, parsed, text_of};
use crate::ledger::line::Kind;
use crate::shared::{Outcome, Shared};
use crate::world::World;
use crate::world::effect::Effect;
use crate::world::fault::{Fault, FaultKind, Unusual};

const PATH: &str = "/simulator/faults";

/// What late statuses are late by, and hanging calls hang, unless told.
const LATE_SECONDS: u64 = 5;
const HANG_SECONDS: u64 = 30;
const LONGEST_SECONDS: u64 = 30 * 86_400;

/// What a send meets that fails later, unless told.
const FAILED_CODE: i64 = 131_000;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Order {
    to: Option<String>,
    count: Option<u64>,
    kind: String,
    code: Option<i64>,
    http_status: Option<u16>,
    seconds: Option<u64>,
    statuses: Option<Unusual>,
}

pub(crate) async fn list(State(shared): State<Arc<Shared>>) -> Response {
    let faults: Vec<_> = shared.world().faults.list().iter().map(view).collect();
    items(faults)
}

pub(crate) async fn order(State(shared): State<Arc<Shared>>, body: Body) -> Response {
    let text = match text_of(body).await {
        Ok(text) => text,
        Err(mistake) => return mistake.response(),
    };
    done(&shared, "POST", PATH, &text, |world, _| {
        let fault = fault(world, &parsed(&text)?)?;
        Ok(Outcome::new(Kind::Control, 200, view(&fault)).with(Effect::Fault(fault)))
    })
    .await
}

pub(crate) async fn clear(State(shared): State<Arc<Shared>>) -> Response {
    done(&shared, "DELETE", PATH, "", |_, _| Ok(Outcome::new(Kind::Control, 200, json!({"items": []})).with(Effect::FaultsCleared))).await
}

fn fault(world: &mut World, order: &Order) -> Result<Fault, Mistake> {
    let seconds = order.seconds.filter(|seconds| *seconds <= LONGEST_SECONDS);
    if order.seconds.is_some() && seconds.is_none() {
        return Err(Mistake::bad(format!("seconds is at most {LONGEST_SECONDS}")));
    }
    if order.http_status.is_some_and(|status| !(200..=599).contains(&status)) {
        return Err(Mistake::bad("http_status is between 200 and 599"));
    }
    let kind = match order.kind.as_str() {
        "error" => FaultKind::Error {
            code: order.code.ok_or_else(|| Mistake::bad("code is missing: which of WhatsApp's errors, for example 130429"))?,
            http_status: order.http_status,
        },
        "http" => FaultKind::Http { http_status: order.http_status.unwrap_or(503) },
        "hang" => FaultKind::Hang { seconds: seconds.unwrap_or(HANG_SECONDS) },
        "drop_reply" => FaultKind::DropReply,
        "status" => FaultKind::Status {
            statuses: order.statuses.ok_or_else(|| Mistake::bad("statuses is missing: late, twice, shuffled, never or failed"))?,
            seconds: seconds.unwrap_or(LATE_SECONDS),
            code: order.code.unwrap_or(FAILED_CODE),
        },
        other => return Err(Mistake::bad(format!("kind is error, http, hang, drop_reply or status, not {other:?}"))),
    };
    let count = order.count.unwrap_or(1);
    if count == 0 {
        return Err(Mistake::bad("count is at least 1"));
    }
    let to = order.to.as_deref().map(|to| digits("to", to)).transpose()?;
    Ok(Fault { id: world.take_fault_id(), to, count, kind })
}

fn view(fault: &Fault) -> Value {
    let mut view = json!(fault.kind);
    view["id"] = json!(fault.id);
    view["to"] = fault.to.as_ref().map_or(Value::Null, |digits| json!(format!("+{digits}")));
    view["count"] = json!(fault.count);
    view
}
