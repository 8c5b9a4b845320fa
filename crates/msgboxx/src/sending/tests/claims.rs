//! What is checked again in the claim: the lane, the window, the opt-out; and that one job is one call.

use super::stage::{ORGANISATION, SALES, Say, Stage};
use crate::sending::LEASE_FOR;
use crate::sending::claim::LaneError;
use crate::sending::outcome::Outcome;
use msgboxx_cloud_api::codes::Scope;
use msgboxx_cloud_api::webhook::StatusKind;
use msgboxx_model::template::TemplateCategory;
use msgboxx_model::{ContactStatus, Failure};
use msgboxx_store::Tx;
use std::time::Duration;

const UTILITY: Say = Say::Template(TemplateCategory::Utility);

fn refused(code: &str) -> Outcome {
    let why = Failure { code: code.to_owned(), detail: "WhatsApp is slow today. The message follows.".to_owned() };
    Outcome::Again { why, after: Duration::from_secs(4), rest: Duration::ZERO, scope: Scope::Pair }
}

#[tokio::test]
async fn a_reply_that_was_queued_just_before_the_window_ended_is_not_sent_after_it() {
    let stage = Stage::set().await;
    let rosa = stage.contact(SALES, 1).await;
    stage.writes(rosa).await;
    stage.passes(Duration::from_secs(86_390));
    let reply = stage.accept(rosa, Say::Reply).await;
    stage.passes(Duration::from_secs(30));
    let lane = stage.hold(SALES, "a").await;
    assert_eq!(stage.claim(&lane).await.len(), 0);
    assert_eq!(stage.failure(reply).await.code, "session_window_closed");
    assert_eq!(stage.life(reply).await.attempts, []);
}

#[tokio::test]
async fn a_reply_is_sent_when_the_customer_wrote_again_meanwhile() {
    let stage = Stage::set().await;
    let rosa = stage.contact(SALES, 1).await;
    stage.writes(rosa).await;
    stage.accept(rosa, Say::Reply).await;
    stage.passes(Duration::from_hours(20));
    stage.writes(rosa).await;
    stage.passes(Duration::from_hours(20));
    let lane = stage.hold(SALES, "a").await;
    assert_eq!(stage.claim(&lane).await.len(), 1);
}

#[tokio::test]
async fn whoever_opted_out_after_a_broadcast_was_accepted_does_not_get_it() {
    let stage = Stage::set().await;
    let rosa = stage.contact(SALES, 1).await;
    stage.writes(rosa).await;
    let (broadcast, lane) = (stage.accept(rosa, UTILITY).await, stage.hold(SALES, "a").await);
    let due = stage.due(SALES).await;
    stage
        .write(async move |tx: &mut Tx<'_>| {
            let mut contact = tx.contact(ORGANISATION, rosa).await?.expect("the contact");
            contact.status = ContactStatus::Unsubscribed;
            tx.update_contact(ORGANISATION, &contact).await
        })
        .await;
    assert_eq!(stage.claim(&lane).await.len(), 0);
    assert_eq!(stage.failure(broadcast).await.code, "contact_unsubscribed");
    assert_eq!(due.len(), 1, "it was due before");
}

#[tokio::test]
async fn a_message_is_claimed_once_however_often_it_was_looked_up() {
    let stage = Stage::set().await;
    let rosa = stage.contact(SALES, 1).await;
    let broadcast = stage.accept(rosa, UTILITY).await;
    let lane = stage.hold(SALES, "a").await;
    let (first, second) = (stage.due(SALES).await, stage.due(SALES).await);
    let claims = [stage.try_claim(&lane, first).await, stage.try_claim(&lane, second).await];
    let calls: usize = claims.into_iter().map(|claim| claim.expect("the lane is held").claimed.len()).sum();
    assert_eq!((calls, stage.life(broadcast).await.attempts.len()), (1, 1));
}

#[tokio::test]
async fn who_slept_through_their_lease_claims_nothing_and_changes_no_outcome() {
    let stage = Stage::set().await;
    let (rosa, jack) = (stage.contact(SALES, 1).await, stage.contact(SALES, 2).await);
    let (of_rosa, _) = (stage.accept(rosa, UTILITY).await, stage.accept(jack, UTILITY).await);
    let sleeper = stage.hold(SALES, "sleeper").await;
    let due = stage.due(SALES).await;
    let claimed = stage.try_claim(&sleeper, due[..1].to_vec()).await.expect("the lane is held").claimed;
    stage.passes(LEASE_FOR * 2);
    let lane = stage.hold(SALES, "other").await;
    let before = stage.life(of_rosa).await;
    assert!(matches!(stage.try_claim(&sleeper, due[1..].to_vec()).await, Err(LaneError::Lost)));
    let wrong = Failure { code: "131026".to_owned(), detail: "no".to_owned() };
    let paused = Outcome::Paused { why: wrong.clone(), scope: Scope::Waba };
    for outcome in [refused("131056"), Outcome::Failed { why: wrong.clone() }, paused, Outcome::Unknown { why: wrong }] {
        stage.ends(&sleeper, claimed[0].clone(), outcome).await;
    }
    assert_eq!(stage.life(of_rosa).await, before);
    assert_eq!(before.attempts[0].outcome, "unknown");
    assert!(stage.message(of_rosa).await.progress.failure().is_none());
    assert!(!stage.events().await.iter().any(|name| name == "apiaccount.paused"));
    assert_eq!(stage.claim(&lane).await.len(), 1, "the new holder goes on with the others");
}

#[tokio::test]
async fn that_whatsapp_took_a_message_counts_whoever_holds_the_lane() {
    let stage = Stage::set().await;
    let rosa = stage.contact(SALES, 1).await;
    let message = stage.accept(rosa, UTILITY).await;
    let sleeper = stage.hold(SALES, "sleeper").await;
    let claimed = stage.claim(&sleeper).await.remove(0);
    stage.passes(LEASE_FOR * 2);
    let lane = stage.hold(SALES, "other").await;
    stage.ends(&sleeper, claimed, Outcome::Accepted { wamid: "wamid.1".to_owned(), held: None }).await;
    stage.passes(Duration::from_mins(3));
    assert_eq!(stage.decide(&lane).await, 0);
    let life = stage.life(message).await;
    assert_eq!((life.job, life.wamid.as_deref(), life.attempts[0].outcome.as_str()), (None, Some("wamid.1"), "accepted"));
}

#[tokio::test]
async fn a_limit_never_fails_a_message_before_its_window_ends_and_is_then_the_reason() {
    for code in ["130429", "131056"] {
        let stage = Stage::set().await;
        let rosa = stage.contact(SALES, 1).await;
        stage.writes(rosa).await;
        let (reply, lane) = (stage.accept(rosa, Say::Reply).await, stage.hold(SALES, "a").await);
        for _ in 0..20 {
            let claimed = stage.claim(&lane).await.remove(0);
            stage.ends(&lane, claimed, refused(code)).await;
            assert!(stage.message(reply).await.progress.failure().is_none());
            let job = stage.life(reply).await.job.expect("it waits");
            assert!(job.waiting_because.is_some_and(|why| why.contains("slow today")));
            stage.passes(Duration::from_mins(15));
        }
        stage.passes(Duration::from_hours(24));
        let lane = stage.hold(SALES, "b").await;
        assert_eq!(stage.claim(&lane).await.len(), 0);
        let failure = stage.failure(reply).await;
        assert_eq!(failure.code, code);
        assert!(failure.detail.contains("24 hours") && !failure.detail.contains("follows"), "{}", failure.detail);
        assert_eq!(stage.life(reply).await.attempts.len(), 20);
    }
}

#[tokio::test]
async fn a_message_that_whatsapp_holds_back_is_never_sent_again_and_ends_as_whatsapp_says() {
    let stage = Stage::set().await;
    let lane = stage.hold(SALES, "a").await;
    let mut messages = Vec::new();
    for number in 1..=2 {
        let contact = stage.contact(SALES, number).await;
        let message = stage.accept(contact, Say::Template(TemplateCategory::Marketing)).await;
        let claimed = stage.claim(&lane).await.remove(0);
        let held = Some(Failure { code: "held_for_quality_assessment".to_owned(), detail: "It is held back.".to_owned() });
        let wamid = format!("wamid.{}", claimed.attempt);
        stage.ends(&lane, claimed.clone(), Outcome::Accepted { wamid, held }).await;
        messages.push((message, claimed));
    }
    stage.passes(Duration::from_hours(5));
    let lane = stage.hold(SALES, "b").await;
    assert_eq!((stage.decide(&lane).await, stage.claim(&lane).await.len()), (0, 0));
    for (message, claimed) in &messages {
        let life = stage.life(*message).await;
        assert_eq!(life.attempts[0].answer.as_ref().map(|why| why.code.as_str()), Some("held_for_quality_assessment"));
        assert!(!stage.message(*message).await.progress.is_sent());
        let (kind, code) = if *message == messages[0].0 { (StatusKind::Sent, None) } else { (StatusKind::Failed, Some(132_015)) };
        stage.reports(claimed, kind, code).await;
    }
    assert!(stage.message(messages[0].0).await.progress.is_sent());
    assert_eq!(stage.failure(messages[1].0).await.code, "132015");
}
