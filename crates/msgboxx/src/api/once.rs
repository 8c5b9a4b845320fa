//! `Idempotency-Key`: a request that comes again is answered again, and carried out once.
//!
//! Key, deed and answer are one unit of work. A concurrent repeat waits for the first; a request
//! that failed for a reason of ours leaves no key, so that repeating it is safe.

use super::answer::Answer;
use super::problem::{Code, Problem};
use crate::auth::caller::Caller;
use aws_lc_rs::digest::{SHA256, digest};
use http::{HeaderMap, StatusCode};
use msgboxx_store::{IdempotencyKey, KeptAnswer, Store, Tx};

const LONGEST_KEY: usize = 255;

/// The request's key, if it has one. `door` is its method and path.
///
/// # Errors
/// When the header is empty, too long, repeated or not text.
pub(super) fn key(headers: &HeaderMap, caller: &Caller, door: &str, body: &[u8]) -> Result<Option<IdempotencyKey>, Problem> {
    let mut given = headers.get_all("idempotency-key").iter();
    let Some(value) = given.next() else { return Ok(None) };
    let key = value.to_str().ok().map(str::trim).filter(|key| (1..=LONGEST_KEY).contains(&key.len()));
    let Some(key) = key.filter(|_| given.next().is_none()) else {
        let message = "must be given once, in 1 to 255 ASCII characters";
        return Err(Problem::new(Code::InvalidHeader).detail(format!("Idempotency-Key {message}")).blaming("Idempotency-Key", message));
    };
    Ok(Some(IdempotencyKey {
        organisation: caller.organisation(),
        user: caller.user(),
        door: door.to_owned(),
        key: key.to_owned(),
        body_hash: digest(&SHA256, body).as_ref().to_vec(),
    }))
}

/// Carries out a verb, once per key.
///
/// The verb must refuse before it writes anything, since its refusals are kept as well.
///
/// # Errors
/// The verb's own, or those of a key that was used for another body.
pub(super) async fn answer_once<F>(store: &Store, key: Option<IdempotencyKey>, verb: F) -> Result<Answer, Problem>
where
    F: AsyncFn(&mut Tx<'_>) -> Result<Answer, Problem> + Send + 'static,
{
    // A refusal that is kept must be committed: it comes out of the unit as a value.
    store
        .write(async move |tx: &mut Tx<'_>| {
            let Some(key) = &key else { return verb(tx).await.map(Ok) };
            if !tx.claim_key(key).await? {
                return match tx.kept_answer(key).await? {
                    Some(kept) if kept.body_hash == key.body_hash => Ok(again(&kept)),
                    Some(_) => Ok(Err(Problem::new(Code::IdempotencyKeyReused))),
                    // Its first request was undone while this one waited.
                    None => Err(Problem::new(Code::Unavailable).retry_after(1)),
                };
            }
            let outcome = verb(tx).await;
            let (status, response) = match &outcome {
                Ok(answer) => (answer.status(), serde_json::to_string(answer)),
                Err(problem) if is_kept(problem) => (problem.code().status(), Ok(problem.to_stored().to_string())),
                Err(_) => return outcome.map(Ok),
            };
            let response = response.map_err(|_| Problem::internal())?;
            tx.keep_answer(key, i64::from(status.as_u16()), &response).await?;
            Ok(outcome)
        })
        .await?
}

fn is_kept(problem: &Problem) -> bool {
    matches!(problem.code().status(), StatusCode::BAD_REQUEST | StatusCode::CONFLICT)
}

/// The answer that was given the first time.
fn again(kept: &KeptAnswer) -> Result<Answer, Problem> {
    let status = u16::try_from(kept.status).ok().and_then(|status| StatusCode::from_u16(status).ok()).unwrap_or_default();
    let unreadable = |_| {
        tracing::error!("a kept answer cannot be read");
        Problem::internal()
    };
    if status.is_success() {
        return serde_json::from_str::<Answer>(&kept.response).map(|answer| answer.with_status(status)).map_err(unreadable);
    }
    let stored = serde_json::from_str(&kept.response).map_err(unreadable)?;
    Err(Problem::from_stored(&stored).unwrap_or_else(Problem::internal))
}
