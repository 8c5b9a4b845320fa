//! One webhook call: signed, posted, noted in the ledger, repeated if it was not acknowledged.

use std::error::Error as _;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use msgboxx_cloud_api::signature;
use rand::Rng;
use rand::rngs::StdRng;
use reqwest::header::CONTENT_TYPE;

use super::schedule::What;
use super::update::Update;
use crate::config::Timing;
use crate::ledger::line::{Kind, Line, one_line};
use crate::shared::Shared;
use crate::world::Posting;
use crate::world::effect::Effect;

const SECOND: i64 = 1_000_000;

/// After so long an unacknowledged call is given up.
const GIVEN_UP_AFTER: i64 = 7 * 86_400 * SECOND;

/// The longest gap between two tries.
const LONGEST_GAP: i64 = 3_600 * SECOND;

/// How long a receiver may take, in real time.
const RECEIVER_TIMEOUT: Duration = Duration::from_secs(10);

/// As much of a receiver's answer stands in the ledger.
const KEPT_OF_ANSWER: usize = 4_096;

/// A call that is to be posted, perhaps again.
#[derive(Debug, Clone)]
pub(crate) struct Post {
    pub(super) phone_number_id: Arc<str>,
    pub(super) updates: Vec<Update>,
    pub(super) body: Bytes,
    /// How many tries there were.
    pub(super) tries: u32,
    /// When the first try was, in microseconds.
    pub(super) since: i64,
    /// Is it only a repetition of an acknowledged one?
    pub(super) is_duplicate: bool,
}

/// Posts it and sees to what follows: a try at once, a later one, a duplicate.
pub(super) async fn deliver(shared: &Arc<Shared>, posting: &Posting, mut post: Post, mut chance: StdRng) {
    let at_once = if post.tries == 0 { 2 } else { 1 };
    for _ in 0..at_once {
        if shared.stop.is_cancelled() {
            return;
        }
        post.tries += 1;
        if try_once(shared, posting, &post).await {
            if !post.is_duplicate && posting.duplicates > 0.0 && chance.random_bool(posting.duplicates) {
                let wait = if posting.timing == Timing::Instant { 0 } else { chance.random_range(0..2 * SECOND) };
                let due = shared.clock.now_micros() + wait;
                super::schedule_at(shared, due, What::Post(Box::new(Post { is_duplicate: true, tries: 0, ..post })));
            }
            return;
        }
    }
    let now = shared.clock.now_micros();
    if post.is_duplicate {
        return;
    }
    if now - post.since > GIVEN_UP_AFTER {
        tracing::warn!(updates = post.updates.len(), "a webhook was not acknowledged for seven days and is given up");
        return;
    }
    let due = now + gap(post.tries, &mut chance);
    super::schedule_at(shared, due, What::Post(Box::new(post)));
}

/// The gap after so many tries, in microseconds: a second, growing by half each time up to an hour, with jitter.
fn gap(tries: u32, chance: &mut impl Rng) -> i64 {
    let grown = (2..tries).try_fold(SECOND, |gap, _| Some(gap + gap / 2).filter(|gap| *gap < LONGEST_GAP)).unwrap_or(LONGEST_GAP);
    grown + chance.random_range(0..=grown / 4)
}

async fn try_once(shared: &Shared, posting: &Posting, post: &Post) -> bool {
    // Only what is about messages goes to an address of a number or a WABA.
    let own = posting.override_url.as_deref().filter(|_| post.updates.iter().all(Update::is_about_messages));
    let url = own.or(posting.app_url.as_deref()).unwrap_or(&shared.webhook_url);
    let request = shared
        .http
        .post(url)
        .timeout(RECEIVER_TIMEOUT)
        .header(CONTENT_TYPE, "application/json")
        .header(signature::HEADER, signature::sign(&posting.identity.app_secret, &post.body))
        .body(post.body.clone());
    let (status, answer) = match request.send().await {
        Ok(response) => (Some(response.status().as_u16()), start_of(response).await),
        Err(error) => (None, why(&error)),
    };
    let is_acknowledged = status == Some(200);
    let updates = if is_acknowledged && !post.is_duplicate { &post.updates[..] } else { &[] };
    record(shared, url, post, updates, status, &answer);
    is_acknowledged
}

/// Notes the call and, if it was acknowledged, which updates need not be told again.
fn record(shared: &Shared, url: &str, post: &Post, acknowledged: &[Update], status: Option<u16>, answer: &str) {
    let now = shared.clock.now_micros();
    let effect =
        (!acknowledged.is_empty()).then(|| Effect::Acknowledged { updates: acknowledged.iter().map(|update| update.id).collect() });
    let line = Line {
        at: crate::shared::iso(now),
        kind: Kind::Webhook,
        method: Some("POST"),
        path: url,
        request: &one_line(std::str::from_utf8(&post.body).unwrap_or_default()),
        status,
        response: &one_line(answer),
        attempt: Some(post.tries),
        fault: post.is_duplicate.then_some("duplicate"),
        effect: effect.as_ref(),
    };
    // Nobody waits: if this line is lost, the updates are told once more after a start, as Meta may do too.
    drop(shared.ledger.append(line.text()));
    let mut world = shared.world();
    for update in acknowledged {
        world.note_delivered(update, now);
    }
}

async fn start_of(mut response: reqwest::Response) -> String {
    let mut start = Vec::new();
    while let Ok(Some(chunk)) = response.chunk().await {
        start.extend_from_slice(&chunk);
        if start.len() > KEPT_OF_ANSWER {
            start.truncate(KEPT_OF_ANSWER);
            break;
        }
    }
    String::from_utf8_lossy(&start).into_owned()
}

fn why(error: &reqwest::Error) -> String {
    let mut why = if error.is_timeout() { "no answer in time".to_owned() } else { "no answer".to_owned() };
    let mut cause = error.source();
    while let Some(error) = cause {
        why.push_str(": ");
        why.push_str(&error.to_string());
        cause = error.source();
    }
    why
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand::SeedableRng;

    #[test]
    fn gaps_grow_from_a_second_to_an_hour() {
        let mut chance = StdRng::seed_from_u64(1);
        for (tries, least) in
            [(1, SECOND), (2, SECOND), (3, SECOND * 3 / 2), (4, SECOND * 9 / 4), (30, LONGEST_GAP), (4_000_000_000, LONGEST_GAP)]
        {
            assert!((least..=least * 5 / 4).contains(&gap(tries, &mut chance)), "{tries}");
        }
    }
}
