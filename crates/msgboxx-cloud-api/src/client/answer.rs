//! Sorts the end of a call: taken, refused, never arrived, or nobody knows.
//!
//! The line between "never arrived" and "nobody knows" is the first byte of the request on an
//! established connection: up to there only `reqwest`'s connect errors happen.

use std::error::Error as _;

use serde_json::Value;

use crate::error::{GraphError, SendFailure};

/// More than any answer of Graph; a longer one is not Graph's.
const LARGEST_ANSWER: usize = 4 << 20;

pub(super) async fn read(outcome: Result<reqwest::Response, reqwest::Error>) -> Result<(Value, u16), SendFailure> {
    let response = outcome.map_err(|error| before_the_answer(&error))?;
    let status = response.status().as_u16();
    let body = whole_body(response).await.map_err(|why| SendFailure::Unknown { why, http_status: Some(status) })?;
    let answer: Option<Value> = serde_json::from_slice(&body).ok();
    if let Some(error) = answer.as_ref().and_then(|answer| answer.get("error")).and_then(GraphError::from_json) {
        return Err(SendFailure::Answered { error, http_status: status });
    }
    match answer {
        Some(answer) if (200..300).contains(&status) => Ok((answer, status)),
        Some(_) | None => {
            Err(SendFailure::Unknown { why: format!("HTTP {status} without an error of Graph's"), http_status: Some(status) })
        }
    }
}

fn before_the_answer(error: &reqwest::Error) -> SendFailure {
    let why = chain(error);
    if error.is_connect() || error.is_builder() { SendFailure::NotTaken { why } } else { SendFailure::Unknown { why, http_status: None } }
}

/// The causes from the outermost in; the address is left out, since some calls carry ids in it.
pub(super) fn chain(error: &reqwest::Error) -> String {
    let mut why = match (error.is_timeout(), error.is_connect()) {
        (true, _) => "timed out".to_owned(),
        (false, true) => "no connection".to_owned(),
        (false, false) => "the connection broke".to_owned(),
    };
    let mut cause = error.source();
    while let Some(error) = cause {
        why.push_str(": ");
        why.push_str(&error.to_string());
        cause = error.source();
    }
    why
}

async fn whole_body(mut response: reqwest::Response) -> Result<Vec<u8>, String> {
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(|error| chain(&error))? {
        if body.len() + chunk.len() > LARGEST_ANSWER {
            return Err("the answer is too long".to_owned());
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body)
}
