//! What follows from the end of a call: pure, from the connector's answer to the next step.

use msgboxx_cloud_api::client::Accepted;
use msgboxx_cloud_api::codes::{Action, Scope};
use msgboxx_cloud_api::error::{GraphError, SendFailure};
use msgboxx_model::{Failure, retry};
use std::time::Duration;

/// The next step for a message after a call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// WhatsApp took it and named it.
    Accepted {
        /// WhatsApp's id of the message.
        wamid: String,
        /// Why WhatsApp holds it back, if it does: it is never sent again, and reports tell how that ends.
        held: Option<Failure>,
    },
    /// WhatsApp did not take it; another try makes sense.
    Again {
        /// What a person may read meanwhile.
        why: Failure,
        /// How long this message waits.
        after: Duration,
        /// How long the number's other messages wait. Only this one waits longer each time: were they to wait with it, one
        /// customer who is always refused would stop them all.
        rest: Duration,
        /// How far the rest reaches.
        scope: Scope,
    },
    /// It will not arrive.
    Failed {
        /// The reason.
        why: Failure,
    },
    /// Nothing of the account can be sent until a person has put something right; the message waits.
    Paused {
        /// What a person has to read.
        why: Failure,
        /// How far that reaches.
        scope: Scope,
    },
    /// Nobody knows whether WhatsApp took it.
    Unknown {
        /// What was seen.
        why: Failure,
    },
}

/// Judges the end of the `attempts`-th call, counted from 1; `jitter` is in 0..1.
pub fn judge(answer: Result<Accepted, SendFailure>, attempts: u32, jitter: f64) -> Outcome {
    match answer {
        Ok(accepted) => Outcome::Accepted { held: held(&accepted), wamid: accepted.wamid },
        Err(SendFailure::NotTaken { why }) => Outcome::Again {
            why: Failure { code: "not_reached".to_owned(), detail: format!("WhatsApp cannot be reached: {why}") },
            after: retry::send_wait(attempts, jitter),
            rest: Duration::ZERO,
            scope: Scope::Message,
        },
        Err(SendFailure::Unknown { why, .. }) => Outcome::Unknown { why: Failure { code: Failure::UNCONFIRMED.to_owned(), detail: why } },
        Err(SendFailure::Answered { error, .. }) => judge_error(&error, attempts, jitter),
    }
}

/// WhatsApp takes messages of a template that it is still judging, and sends them once it has.
fn held(accepted: &Accepted) -> Option<Failure> {
    let status = accepted.message_status.as_deref().filter(|status| *status != "accepted")?;
    let detail = if accepted.is_held() {
        "WhatsApp took the message and holds it back while it judges the template's quality. It is sent or refused within hours."
    } else {
        "WhatsApp took the message but does not send it yet. A report tells how that ends."
    };
    Some(Failure { code: status.to_owned(), detail: detail.to_owned() })
}

fn judge_error(error: &GraphError, attempts: u32, jitter: f64) -> Outcome {
    let advice = error.advice();
    let why = Failure { code: error.code.to_string(), detail: advice.sentence.to_owned() };
    match advice.action {
        Action::AskPerson { scope: scope @ (Scope::Number | Scope::Account | Scope::Waba) } => Outcome::Paused { why, scope },
        Action::Discard | Action::AskPerson { .. } => Outcome::Failed { why },
        Action::Retry { scope, after, .. } => match advice.action.wait(attempts) {
            Some(wait) => Outcome::Again { why, after: wait.mul_f64(1.0 + jitter * 0.25), rest: rest(scope, after), scope },
            None => Outcome::Failed { why },
        },
    }
}

fn rest(scope: Scope, after: Duration) -> Duration {
    match scope {
        Scope::Message | Scope::Pair => Duration::ZERO,
        Scope::Number | Scope::Account | Scope::Waba => after,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answered(code: i64) -> Result<Accepted, SendFailure> {
        Err(SendFailure::Answered { error: GraphError { code, ..GraphError::default() }, http_status: 400 })
    }

    #[test]
    fn a_full_number_waits_and_never_fails_the_message_nor_stops_the_others_for_long() {
        let Outcome::Again { after, rest, .. } = judge(answered(130_429), 10, 0.5) else { panic!("not tried again") };
        assert!(after > Duration::from_mins(1) && rest > Duration::ZERO && rest <= Duration::from_secs(2), "{after:?} {rest:?}");
    }

    #[test]
    fn a_full_pair_waits_for_this_customer_only() {
        assert!(matches!(judge(answered(131_056), 3, 0.5), Outcome::Again { rest: Duration::ZERO, .. }));
    }

    #[test]
    fn an_expired_token_pauses_the_account() {
        assert!(matches!(judge(answered(190), 1, 0.0), Outcome::Paused { .. }));
    }

    #[test]
    fn a_message_that_is_held_back_was_taken_and_says_why_it_waits() {
        let taken =
            |status: &str| Accepted { wamid: "wamid.1".to_owned(), wa_id: None, user_id: None, message_status: Some(status.to_owned()) };
        let Outcome::Accepted { held, .. } = judge(Ok(taken("held_for_quality_assessment")), 1, 0.0) else { panic!("not taken") };
        assert!(held.is_some_and(|why| why.detail.contains("quality")));
        assert!(matches!(judge(Ok(taken("accepted")), 1, 0.0), Outcome::Accepted { held: None, .. }));
    }

    #[test]
    fn each_limit_holds_back_what_it_is_about_and_nothing_else() {
        let reach = |code| match judge(answered(code), 1, 0.0) {
            Outcome::Again { rest, scope, .. } => (scope, rest.as_secs()),
            other => panic!("{code}: {other:?}"),
        };
        assert_eq!(reach(130_429), (Scope::Number, 1));
        assert_eq!(reach(131_048), (Scope::Number, 7_200));
        assert_eq!(reach(131_056), (Scope::Pair, 0));
        assert_eq!(reach(131_049), (Scope::Message, 0));
        assert_eq!(reach(80_007), (Scope::Waba, 120));
    }

    #[test]
    fn a_wrong_parameter_fails_with_a_sentence() {
        let Outcome::Failed { why } = judge(answered(132_000), 1, 0.0) else { panic!("not failed") };
        assert_eq!(why.code, "132000");
        assert!(!why.detail.is_empty());
    }

    #[test]
    fn silence_after_the_first_byte_is_unknown_and_a_refused_connection_is_not() {
        let silence = SendFailure::Unknown { why: "timed out".to_owned(), http_status: None };
        assert!(matches!(judge(Err(silence), 1, 0.0), Outcome::Unknown { .. }));
        let refused = SendFailure::NotTaken { why: "connection refused".to_owned() };
        assert!(matches!(judge(Err(refused), 1, 0.0), Outcome::Again { .. }));
    }
}
