//! The event log, for programs that catch up with it and then wait for more.

use super::ApiResult;
use super::answer::json;
use super::edge::Notes;
use super::fields::{Fields, FromFields, Noted, value::Reason};
use super::problem::{Code, Problem};
use super::query::Query;
use super::views::{EventView, EventsView};
use crate::app::App;
use crate::auth::access::{Access, AccessError};
use crate::auth::caller::{Caller, grant};
use crate::http::Stopping;
use crate::jobs::POLL;
use axum::extract::State;
use http::HeaderMap;
use msgboxx_model::Event;
use msgboxx_store::{StoreError, Tx};
use std::sync::Arc;
use std::time::Duration;
use tokio::time::{Instant as Moment, sleep, sleep_until, timeout};

/// Events in an answer unless the client asks for another number.
const USUAL_LIMIT: u64 = 100;
/// The most events in an answer.
pub(super) const MOST: u64 = 1_000;
/// The longest that a request waits, in seconds.
pub(super) const LONGEST_WAIT: u64 = 30;
/// Events read at once for somebody who may not see them all.
const BATCH: i64 = 500;
/// After a commit, so that many commits make few looks.
const GATHER: Duration = Duration::from_millis(20);

/// Which events, and how long to wait for them.
pub(super) struct EventQuery {
    after: i64,
    limit: usize,
    wait: Duration,
}

impl FromFields for EventQuery {
    fn read(fields: &mut Fields) -> Result<Self, Noted> {
        let after = fields.optional("after", position);
        let limit = fields.optional("limit", number(1, MOST));
        let wait = fields.optional("wait", number(0, LONGEST_WAIT));
        Ok(Self {
            after: after?.unwrap_or_default(),
            limit: usize::try_from(limit?.unwrap_or(USUAL_LIMIT)).unwrap_or(usize::MAX),
            wait: Duration::from_secs(wait?.unwrap_or_default()),
        })
    }
}

fn position(text: &str) -> Result<i64, Reason> {
    let is_number = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let found = is_number.then(|| text.parse().ok()).flatten();
    found.ok_or_else(|| "must be the next of an earlier answer, or 0".into())
}

fn number(least: u64, most: u64) -> impl Fn(&str) -> Result<u64, Reason> {
    move |text| {
        let is_number = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        let found = is_number.then(|| text.parse().ok()).flatten();
        found
            .filter(|number| (least..=most).contains(number))
            .ok_or_else(|| format!("must be a whole number from {least} to {most}").into())
    }
}

/// Read the event log.
///
/// What happened after a position, oldest first, as far as you may see the things that it happened to. Without any it waits up to
/// `wait` seconds for the first. Go on with the answer's `next`.
#[utoipa::path(get, path = "/event", tag = "Event", operation_id = "listEvents", params(Query<EventQuery>),
    responses((status = 200, description = "A stretch of the log", body = EventsView<'static>)))]
pub(super) async fn list_events(
    State(app): State<Arc<App>>,
    caller: Caller,
    stopping: Stopping,
    headers: HeaderMap,
    Query(query): Query<EventQuery>,
) -> ApiResult {
    let deadline = Moment::now() + query.wait;
    let mut committed = app.store.committed();
    let mut access = caller.access();
    let mut after = query.after;
    loop {
        committed.mark_unchanged();
        let (events, next) = seen_after(&app, &access, after, query.limit).await?;
        if !events.is_empty() || Moment::now() >= deadline || stopping.has_begun() {
            return json(&EventsView { items: events.iter().map(EventView::from).collect(), next });
        }
        after = next;
        tokio::select! {
            () = stopping.begun() => {}
            () = sleep_until(deadline) => {}
            // The poll finds what other nodes committed.
            _ = timeout(POLL, committed.changed()) => sleep(GATHER).await,
        }
        access = access_now(&app, &headers).await?;
    }
}

/// What may be seen after a wait, which may be less than before.
async fn access_now(app: &App, headers: &HeaderMap) -> Result<Arc<Access>, Problem> {
    // What the request itself notes was noted when it came.
    let grant = grant(headers, app, &Notes::default())?;
    app.access.of(&app.store, &grant).await.map_err(|error| match error {
        AccessError::Ended => Code::InvalidToken.into(),
        AccessError::Store(error) => error.into(),
    })
}

/// Events that somebody may see, and the position up to which the log was read for them.
async fn seen_after(app: &App, access: &Access, after: i64, limit: usize) -> Result<(Vec<Event>, i64), StoreError> {
    let organisation = access.organisation();
    let most = if access.is_administrator() { i64::try_from(limit).unwrap_or(i64::MAX) } else { BATCH };
    let (mut seen, mut next) = (Vec::new(), after);
    loop {
        let batch = app.store.read(async move |tx: &mut Tx<'_>| tx.events_after(organisation, next, most).await).await?;
        let is_last = i64::try_from(batch.len()) != Ok(most);
        for event in batch {
            if seen.len() == limit {
                return Ok((seen, next));
            }
            next = event.position;
            if may_see(access, &event) {
                seen.push(event);
            }
        }
        if is_last || seen.len() == limit {
            return Ok((seen, next));
        }
    }
}

/// What concerns no account concerns the organisation's settings.
fn may_see(access: &Access, event: &Event) -> bool {
    event.api_account_id.map_or(access.is_administrator(), |account| access.may_see(account))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(pairs: &[(&str, &str)]) -> Option<(i64, usize, u64)> {
        let pairs = pairs.iter().map(|(name, value)| ((*name).to_owned(), Some((*value).to_owned()))).collect();
        let read = Fields::of_query(pairs).into_value::<EventQuery>(false).ok();
        read.map(|(query, _)| (query.after, query.limit, query.wait.as_secs()))
    }

    #[test]
    fn the_log_is_read_from_its_beginning_and_without_waiting_unless_told_otherwise() {
        assert_eq!(read(&[]), Some((0, 100, 0)));
        assert_eq!(read(&[("after", "42"), ("limit", "1000"), ("wait", "30")]), Some((42, 1_000, 30)));
    }

    #[test]
    fn a_number_that_is_out_of_bounds_is_refused() {
        for bad in [
            ("after", "-1"),
            ("after", ""),
            ("after", "x"),
            ("after", "9223372036854775808"),
            ("limit", "0"),
            ("limit", "1001"),
            ("wait", "31"),
            ("wait", "1.5"),
            ("wait", "-0"),
        ] {
            assert_eq!(read(&[bad]), None, "{bad:?}");
        }
    }
}
