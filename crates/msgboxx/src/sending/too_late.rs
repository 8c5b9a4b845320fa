//! A message whose time is over although it was tried: what people have to read is why it could not be sent all that time,
//! and not only that it is too late now.

use crate::sending::claim::LaneKey;
use msgboxx_cloud_api::codes::{Action, advice};
use msgboxx_model::Failure;
use msgboxx_store::{DueJob, LastAttempt, StoreError, Tx};

/// The reason for giving a message up, told by what WhatsApp answered last if that is what kept it from being sent.
///
/// # Errors
/// When the database does not answer.
pub(super) async fn named_by_last_answer(tx: &mut Tx<'_>, lane: &LaneKey, job: &DueJob, why: Failure) -> Result<Failure, StoreError> {
    if job.attempt_count == 0 {
        return Ok(why);
    }
    Ok(match tx.last_attempt(lane.organisation, job.message_id).await? {
        Some(last) => told(why, last),
        None => why,
    })
}

fn told(why: Failure, last: LastAttempt) -> Failure {
    match last {
        LastAttempt { is_unknown: true, .. } => Failure {
            code: Failure::UNCONFIRMED.to_owned(),
            detail: "WhatsApp never said whether it took this message, and it is too late to send it again.".to_owned(),
        },
        LastAttempt { answer: Some(answer), .. } if is_passing(&answer.code) => {
            Failure { detail: format!("{} It was tried until it was too late. {}", first_sentence(&answer.detail), why.detail), ..answer }
        }
        LastAttempt { answer: Some(answer), .. } => Failure { detail: format!("{} {}", why.detail, answer.detail), ..why },
        LastAttempt { answer: None, .. } => why,
    }
}

/// Whether an answer asks for nothing but time: then it, and no person, is what the message waited for.
fn is_passing(code: &str) -> bool {
    match code.parse() {
        Ok(code) => matches!(advice(code).action, Action::Retry { .. }),
        Err(_) => code == "not_reached",
    }
}

/// The rest promises that the message follows.
fn first_sentence(detail: &str) -> &str {
    detail.split_inclusive(". ").next().unwrap_or(detail).trim_end()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn closed() -> Failure {
        Failure { code: "session_window_closed".to_owned(), detail: "The window ended.".to_owned() }
    }

    fn answered(code: &str, detail: &str) -> LastAttempt {
        LastAttempt { is_unknown: false, answer: Some(Failure { code: code.to_owned(), detail: detail.to_owned() }) }
    }

    #[test]
    fn a_message_that_was_limited_to_the_end_names_the_limit_and_promises_nothing() {
        for code in ["130429", "131056", "not_reached"] {
            let why = told(closed(), answered(code, "Too fast. The message follows shortly."));
            assert_eq!(why.code, code);
            assert_eq!(why.detail, "Too fast. It was tried until it was too late. The window ended.");
        }
    }

    #[test]
    fn a_message_that_waited_for_a_person_ends_with_its_window_and_says_what_for() {
        let why = told(closed(), answered("190", "The access token has expired."));
        assert_eq!((why.code.as_str(), why.detail.as_str()), ("session_window_closed", "The window ended. The access token has expired."));
    }

    #[test]
    fn a_message_of_unknown_outcome_is_not_said_to_have_failed() {
        assert_eq!(told(closed(), LastAttempt { is_unknown: true, answer: None }).code, Failure::UNCONFIRMED);
    }
}
