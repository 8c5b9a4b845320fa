//! `/simulator/clock`: what it shows, and moving it forward.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use axum::body::Body;
use axum::extract::State;
use axum::response::Response;
use http::StatusCode;
use serde::Deserialize;
use serde_json::json;

use super::{Mistake, parsed, text_of};
use crate::ledger::line::Kind;
use crate::reply;
use crate::shared::{Call, Outcome, Shared, act, iso};
use crate::world::effect::Effect;

const PATH: &str = "/simulator/clock";

/// Ten years.
const FARTHEST: u64 = 315_360_000;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Advance {
    advance_seconds: u64,
}

pub(crate) async fn show(State(shared): State<Arc<Shared>>) -> Response {
    let (now, offset) = (shared.clock.now_micros(), shared.clock.offset_micros());
    reply::json_response(StatusCode::OK, &json!({"now": iso(now), "now_micros": now, "offset_micros": offset}))
}

pub(crate) async fn advance(State(shared): State<Arc<Shared>>, body: Body) -> Response {
    let text = match text_of(body).await {
        Ok(text) => text,
        Err(mistake) => return mistake.response(),
    };
    let seconds = parsed(&text).and_then(|advance: Advance| match advance.advance_seconds {
        0..=FARTHEST => Ok(advance.advance_seconds),
        _ => Err(Mistake::bad(format!("advance_seconds is at most {FARTHEST}"))),
    });
    let seconds = seconds.and_then(|seconds| {
        if shared.is_clock_allowed.load(Ordering::Acquire) {
            return Ok(seconds);
        }
        Err(Mistake::new(StatusCode::CONFLICT, "the clock cannot be moved: an account is real, and WhatsApp's own clock does not move"))
    });
    let call = Call { method: "POST", path: PATH, request: &text };
    let noted = act(&shared, call, |_, now| match &seconds {
        Ok(seconds) => {
            let micros = i64::try_from(*seconds).unwrap_or_default().saturating_mul(1_000_000);
            let (now, offset) = (now.saturating_add(micros), shared.clock.offset_micros().saturating_add(micros));
            let answer = json!({"now": iso(now), "now_micros": now, "offset_micros": offset});
            Outcome::new(Kind::Control, 200, answer).with(Effect::Clock { seconds: *seconds })
        }
        Err(mistake) => mistake.outcome(),
    })
    .await;
    match (noted, seconds) {
        (Ok(outcome), seconds) => {
            if let Ok(seconds) = seconds {
                shared.clock.advance(seconds);
            }
            reply::given(&shared, outcome).await
        }
        (Err(error), _) => Mistake::new(StatusCode::SERVICE_UNAVAILABLE, error.to_string()).response(),
    }
}
