//! WhatsApp reports how far a message has come: in any order, repeatedly, sometimes before our own
//! call was answered. Evidence is only ever added.

use msgboxx_cloud_api::webhook::{Status, StatusKind};
use msgboxx_model::{ApiAccountId, AttemptId, Failure, Instant, MessageId, OrganisationId, Progress};
use msgboxx_store::{ParkedStatus, StoreError, Tx};
use uuid::Uuid;

/// Takes in one report. Doing it again changes nothing.
pub async fn report(tx: &mut Tx<'_>, organisation: OrganisationId, account: ApiAccountId, status: &Status) -> Result<(), StoreError> {
    let at = status.timestamp.map_or(tx.now(), Instant::from_seconds);
    let report = ParkedStatus { status: status.status.as_str().to_owned(), at, failure: failure(status) };
    if let Some(message) = find_message(tx, organisation, account, status).await? {
        return add(tx, organisation, account, message, &report).await;
    }
    // The answer to our call may be committing the wamid in this moment: whoever comes second sees what the other did.
    tx.lock_wamid(account, &status.id).await?;
    match tx.message_with_wamid(organisation, account, &status.id).await? {
        Some(message) => add(tx, organisation, account, message, &report).await,
        None => tx.park_status(organisation, account, &status.id, &report).await,
    }
}

/// Adds the reports that came before anybody knew whose they were.
pub async fn add_parked(
    tx: &mut Tx<'_>,
    organisation: OrganisationId,
    account: ApiAccountId,
    message: MessageId,
    wamid: &str,
) -> Result<(), StoreError> {
    for report in tx.take_parked_statuses(organisation, account, wamid).await? {
        add(tx, organisation, account, message, &report).await?;
    }
    Ok(())
}

/// By the attempt that the report echoes, else by WhatsApp's id.
async fn find_message(
    tx: &mut Tx<'_>,
    organisation: OrganisationId,
    account: ApiAccountId,
    status: &Status,
) -> Result<Option<MessageId>, StoreError> {
    let echoed = status.callback_data.as_deref().and_then(|text| Uuid::parse_str(text).ok()).map(AttemptId);
    if let Some(attempt) = echoed
        && let Some((message, of)) = tx.message_of_attempt(organisation, attempt).await?
        && of == account
    {
        // The report proves that WhatsApp took this attempt, whatever became of our call.
        tx.attempt_accepted(organisation, attempt).await?;
        if tx.set_wamid(organisation, message, &status.id).await? {
            add_parked(tx, organisation, account, message, &status.id).await?;
        }
        return Ok(Some(message));
    }
    tx.message_with_wamid(organisation, account, &status.id).await
}

/// Adds what a report says to its message, and tells if that is news.
pub async fn add(
    tx: &mut Tx<'_>,
    organisation: OrganisationId,
    account: ApiAccountId,
    message: MessageId,
    report: &ParkedStatus,
) -> Result<(), StoreError> {
    tx.keep_status(organisation, message, &report.status, report.at, report.failure.as_ref()).await?;
    let is_news = tx.add_evidence(organisation, message, evidence(report)).await?;
    if is_news {
        tx.append_event(organisation, "message.status", message.0, Some(account)).await?;
    }
    Ok(())
}

fn evidence(report: &ParkedStatus) -> Progress {
    let at = report.at;
    match report.status.as_str() {
        "sent" => Progress { sent_at: Some(at), ..Progress::default() },
        "delivered" => Progress { delivered_at: Some(at), ..Progress::default() },
        "read" | "played" => Progress { read_at: Some(at), ..Progress::default() },
        "failed" => Progress { failed: report.failure.clone().map(|failure| (at, failure)), ..Progress::default() },
        _ => Progress::default(),
    }
}

fn failure(status: &Status) -> Option<Failure> {
    if status.status != StatusKind::Failed {
        return None;
    }
    let Some(error) = status.errors.first() else {
        return Some(Failure {
            code: "failed".to_owned(),
            detail: "WhatsApp reported that the message failed, without a reason.".to_owned(),
        });
    };
    Some(Failure { code: error.code.to_string(), detail: error.advice().sentence.to_owned() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn played_is_read_and_an_unknown_word_says_nothing() {
        let report = |status: &str| ParkedStatus { status: status.to_owned(), at: Instant::from_seconds(5), failure: None };
        assert!(evidence(&report("played")).is_read());
        assert_eq!(evidence(&report("teleported")), Progress::default());
    }
}
