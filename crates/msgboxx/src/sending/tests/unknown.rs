//! A message whose answer never came: reports are waited for, and only then is it sent again, but marketing never.

use super::stage::{SALES, Say, Stage};
use crate::sending::outcome::Outcome;
use msgboxx_cloud_api::webhook::StatusKind;
use msgboxx_model::template::TemplateCategory;
use msgboxx_model::{Failure, MessageStatus};
use std::time::Duration;

fn silence() -> Outcome {
    Outcome::Unknown { why: Failure { code: Failure::UNCONFIRMED.to_owned(), detail: "timed out".to_owned() } }
}

/// WhatsApp took a message, its answer was lost, and its report comes after so many seconds. How often was the message sent?
async fn copies_when_reported_after(seconds: u64) -> usize {
    let stage = Stage::set().await;
    let rosa = stage.contact(SALES, 1).await;
    stage.writes(rosa).await;
    let (message, lane) = (stage.accept(rosa, Say::Reply).await, stage.hold(SALES, "a").await);
    let first = stage.claim(&lane).await.remove(0);
    stage.ends(&lane, first.clone(), silence()).await;
    let mut calls = 1;
    for second in 0..300 {
        if second == seconds {
            stage.reports(&first, StatusKind::Sent, None).await;
        }
        stage.decide(&lane).await;
        for again in stage.claim(&lane).await {
            calls += 1;
            let wamid = format!("wamid.{}", again.attempt);
            stage.ends(&lane, again, Outcome::Accepted { wamid, held: None }).await;
        }
        stage.passes(Duration::from_secs(1));
    }
    assert!(stage.message(message).await.progress.is_sent());
    assert_eq!(stage.life(message).await.job, None);
    calls
}

#[tokio::test]
async fn a_report_within_two_minutes_prevents_a_second_copy_and_a_later_one_costs_one_at_most() {
    for seconds in [1, 60, 119] {
        assert_eq!(copies_when_reported_after(seconds).await, 1, "reported after {seconds} s");
    }
    assert_eq!(copies_when_reported_after(121).await, 2);
}

#[tokio::test]
async fn once_a_report_proves_the_first_call_a_refusal_of_the_second_does_not_lead_to_a_third() {
    let stage = Stage::set().await;
    let rosa = stage.contact(SALES, 1).await;
    stage.writes(rosa).await;
    let (message, lane) = (stage.accept(rosa, Say::Reply).await, stage.hold(SALES, "a").await);
    let first = stage.claim(&lane).await.remove(0);
    stage.ends(&lane, first.clone(), silence()).await;
    stage.passes(Duration::from_mins(2));
    stage.decide(&lane).await;
    let second = stage.claim(&lane).await.remove(0);
    stage.reports(&first, StatusKind::Delivered, None).await;
    for outcome in [silence(), Outcome::Failed { why: Failure { code: "131026".to_owned(), detail: "no".to_owned() } }] {
        stage.ends(&lane, second.clone(), outcome).await;
    }
    stage.passes(Duration::from_mins(5));
    assert_eq!((stage.decide(&lane).await, stage.claim(&lane).await.len()), (0, 0));
    assert_eq!(stage.message(message).await.progress.status(), MessageStatus::Delivered);
}

#[tokio::test]
async fn marketing_is_never_sent_again_and_a_late_report_still_settles_it() {
    let stage = Stage::set().await;
    let rosa = stage.contact(SALES, 1).await;
    let (message, lane) = (stage.accept(rosa, Say::Template(TemplateCategory::Marketing)).await, stage.hold(SALES, "a").await);
    let first = stage.claim(&lane).await.remove(0);
    stage.ends(&lane, first.clone(), silence()).await;
    stage.passes(Duration::from_mins(3));
    assert_eq!((stage.decide(&lane).await, stage.claim(&lane).await.len()), (1, 0));
    assert_eq!(stage.message(message).await.progress.status(), MessageStatus::Unconfirmed);
    stage.reports(&first, StatusKind::Sent, None).await;
    assert_eq!(stage.message(message).await.progress.status(), MessageStatus::Sent);
}

#[tokio::test]
async fn an_attempt_is_there_before_the_call_and_unknown_after_a_crash() {
    let stage = Stage::set().await;
    let rosa = stage.contact(SALES, 1).await;
    stage.writes(rosa).await;
    let (message, lane) = (stage.accept(rosa, Say::Reply).await, stage.hold(SALES, "a").await);
    assert_eq!(stage.claim(&lane).await.len(), 1);
    assert_eq!(stage.life(message).await.attempts[0].outcome, "in_flight");
    // The process is gone before the first byte; its lease runs out, and another takes over.
    stage.passes(Duration::from_secs(7));
    let lane = stage.hold(SALES, "b").await;
    let life = stage.life(message).await;
    assert_eq!((life.attempts[0].outcome.as_str(), life.job.map(|job| job.state)), ("unknown", Some("unknown".to_owned())));
    assert_eq!(stage.claim(&lane).await.len(), 0, "nobody knows whether it was sent");
}

#[tokio::test]
async fn what_happened_to_a_message_can_be_read() {
    let stage = Stage::set().await;
    let rosa = stage.contact(SALES, 1).await;
    stage.writes(rosa).await;
    let (message, lane) = (stage.accept(rosa, Say::Reply).await, stage.hold(SALES, "a").await);
    let accepted_at = stage.life(message).await.accepted_at;
    let first = stage.claim(&lane).await.remove(0);
    stage.passes(Duration::from_secs(5));
    stage.ends(&lane, first, silence()).await;
    let waiting = stage.life(message).await.job.expect("it waits");
    assert_eq!((waiting.state.as_str(), waiting.waiting_because.as_deref()), ("unknown", Some("timed out")));
    stage.passes(Duration::from_mins(2));
    let lane = {
        drop(lane);
        stage.hold(SALES, "b").await
    };
    stage.decide(&lane).await;
    let second = stage.claim(&lane).await.remove(0);
    let wamid = format!("wamid.{}", second.attempt);
    stage.ends(&lane, second.clone(), Outcome::Accepted { wamid, held: None }).await;
    stage.reports(&second, StatusKind::Sent, None).await;
    stage.passes(Duration::from_secs(9));
    stage.reports(&second, StatusKind::Delivered, None).await;
    stage.reports(&second, StatusKind::Delivered, None).await;

    let life = stage.life(message).await;
    assert_eq!((life.accepted_at, life.job), (accepted_at, None));
    let attempts: Vec<_> = life.attempts.iter().map(|attempt| (attempt.outcome.as_str(), attempt.finished_at.is_some())).collect();
    assert_eq!(attempts, [("unknown", true), ("accepted", true)]);
    assert_eq!(life.attempts[0].answer.as_ref().map(|why| why.detail.as_str()), Some("timed out"));
    assert!(life.attempts[0].started_at < life.attempts[1].started_at);
    let statuses: Vec<_> = life.statuses.iter().map(|report| report.status.as_str()).collect();
    assert_eq!(statuses, ["sent", "delivered"]);
    assert_eq!(life.statuses[1].at.saturating_since(life.statuses[0].at), Duration::from_secs(9));
    assert!(life.statuses[1].received_at > life.statuses[0].received_at);
}
