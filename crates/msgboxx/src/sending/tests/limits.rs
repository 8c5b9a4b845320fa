//! How far WhatsApp's limits reach: a pair, a number, a business account, a day.

use super::stage::{ELSEWHERE, ORGANISATION, SALES, SUPPORT, Say, Stage, with_tier};
use crate::sending::claim::LaneKey;
use crate::sending::outcome::Outcome;
use crate::sending::pace::{PAIR_EVERY, Pace, REMEMBERED};
use crate::sending::reach;
use msgboxx_cloud_api::codes::Scope;
use msgboxx_model::template::TemplateCategory;
use msgboxx_model::{ApiAccountId, Failure, Instant};
use msgboxx_store::Tx;
use std::time::Duration;

const UTILITY: Say = Say::Template(TemplateCategory::Utility);

fn why(code: &str) -> Failure {
    Failure { code: code.to_owned(), detail: "A sentence for people.".to_owned() }
}

/// Every due message is sent, as many times as there are due ones.
async fn send_all(stage: &Stage, lane: &LaneKey) -> usize {
    let mut sent = 0;
    loop {
        let claimed = stage.claim(lane).await;
        if claimed.is_empty() {
            return sent;
        }
        for claimed in claimed {
            sent += 1;
            let wamid = format!("wamid.{}", claimed.attempt);
            stage.ends(lane, claimed, Outcome::Accepted { wamid, held: None }).await;
        }
    }
}

async fn release(stage: &Stage, account: ApiAccountId) -> Option<Instant> {
    let until = stage.write(async move |tx: &mut Tx<'_>| tx.held_until(ORGANISATION, account).await).await;
    stage.write(async move |tx: &mut Tx<'_>| tx.release_held(ORGANISATION, account, 100).await).await;
    until
}

#[tokio::test]
async fn a_used_up_tier_holds_templates_to_strangers_and_nothing_else() {
    let stage = Stage::set().await;
    let lane = with_tier(stage.hold(SALES, "a").await, 3);
    let mut strangers = Vec::new();
    for number in 0..5 {
        let stranger = stage.contact(SALES, number).await;
        strangers.push((stranger, stage.accept(stranger, UTILITY).await));
    }
    assert_eq!(send_all(&stage, &lane).await, 3);
    let job = stage.life(strangers[4].1).await.job.expect("it waits");
    assert!(job.waiting_because.is_some_and(|why| why.contains("3 customers in 24 hours")));

    let (again, writer) = (strangers[0].0, stage.contact(SALES, 50).await);
    stage.writes(writer).await;
    for (contact, say) in [(again, UTILITY), (writer, Say::Reply), (writer, UTILITY)] {
        stage.accept(contact, say).await;
    }
    assert_eq!(send_all(&stage, &lane).await, 3, "who was reached today, a reply, and a template to somebody who wrote");
}

#[tokio::test]
async fn a_day_after_the_first_were_reached_the_held_ones_follow() {
    let stage = Stage::set().await;
    let lane = with_tier(stage.hold(SALES, "a").await, 2);
    for number in 0..3 {
        let stranger = stage.contact(SALES, number).await;
        stage.accept(stranger, UTILITY).await;
    }
    assert_eq!(send_all(&stage, &lane).await, 2);
    let until = release(&stage, SALES).await.expect("one is held");
    let wait = until.saturating_since(stage.now());
    assert!(wait > Duration::from_hours(24) && wait <= Duration::from_hours(24) + Duration::from_mins(10), "{wait:?}");
    assert_eq!(send_all(&stage, &lane).await, 0, "and again it finds no room");
    stage.passes(wait);
    release(&stage, SALES).await;
    let used = stage.write(async |tx: &mut Tx<'_>| tx.tier_used(ORGANISATION, super::stage::WABA).await).await;
    assert_eq!(used, 0, "nobody of yesterday counts");
    let lane = with_tier(stage.hold(SALES, "b").await, 2);
    assert_eq!(send_all(&stage, &lane).await, 1);
}

#[tokio::test]
async fn a_template_is_not_held_for_more_than_three_days() {
    let stage = Stage::set().await;
    let stranger = stage.contact(SALES, 1).await;
    let message = stage.accept(stranger, UTILITY).await;
    for _ in 0..4 {
        let lane = with_tier(stage.hold(SALES, "a").await, 0);
        assert_eq!(send_all(&stage, &lane).await, 0);
        release(&stage, SALES).await;
        stage.passes(Duration::from_hours(23));
    }
    let lane = with_tier(stage.hold(SALES, "a").await, 9);
    assert_eq!(send_all(&stage, &lane).await, 0);
    assert_eq!(stage.failure(message).await.code, "expired");
}

#[tokio::test]
async fn the_numbers_of_a_business_account_share_its_tier_and_count_a_customer_once() {
    let stage = Stage::set().await;
    let (sales, support) = (with_tier(stage.hold(SALES, "a").await, 2), with_tier(stage.hold(SUPPORT, "a").await, 2));
    for (account, number) in [(SALES, 1), (SUPPORT, 1), (SUPPORT, 2), (SALES, 3)] {
        let stranger = stage.contact(account, number).await;
        stage.accept(stranger, UTILITY).await;
    }
    assert_eq!(send_all(&stage, &support).await, 2);
    assert_eq!(send_all(&stage, &sales).await, 1, "the one who was reached by the other number");
}

#[tokio::test]
async fn a_held_template_goes_before_the_reply_that_follows_it() {
    let stage = Stage::set().await;
    let lane = with_tier(stage.hold(SALES, "a").await, 0);
    let stranger = stage.contact(SALES, 1).await;
    let template = stage.accept(stranger, UTILITY).await;
    assert_eq!(send_all(&stage, &lane).await, 0);
    stage.writes(stranger).await;
    let reply = stage.accept(stranger, Say::Reply).await;
    stage.write(async move |tx: &mut Tx<'_>| tx.release_held_of(ORGANISATION, stranger).await).await;
    assert_eq!(send_all(&stage, &lane).await, 2);
    let started = (stage.life(template).await.attempts[0].started_at, stage.life(reply).await.attempts[0].started_at);
    assert!(started.0 <= started.1);
}

#[tokio::test]
async fn a_rest_reaches_as_far_as_its_scope() {
    for (scope, resting) in
        [(Scope::Pair, [false, false, false]), (Scope::Number, [true, false, false]), (Scope::Waba, [true, true, false])]
    {
        let stage = Stage::set().await;
        let (lane, until) = (stage.hold(SALES, "a").await, stage.now().plus(Duration::from_hours(2)));
        stage.write(async move |tx: &mut Tx<'_>| reach::rest(tx, &lane, scope, until, "Too fast.").await).await;
        let mut found = Vec::new();
        for account in [SALES, SUPPORT, ELSEWHERE] {
            let limits = stage.write(async move |tx: &mut Tx<'_>| tx.sending_limits(ORGANISATION, account).await).await;
            found.push(limits.expect("an account").rests_until == Some(until));
        }
        assert_eq!(found, resting, "{scope:?}");
    }
}

#[tokio::test]
async fn a_long_rest_is_kept_for_the_next_holder_and_shown_to_people() {
    let stage = Stage::set().await;
    let (rosa, jack) = (stage.contact(SALES, 1).await, stage.contact(SALES, 2).await);
    stage.accept(rosa, UTILITY).await;
    let lane = stage.hold(SALES, "a").await;
    let claimed = stage.claim(&lane).await.remove(0);
    let two_hours = Duration::from_hours(2);
    let spam = Outcome::Again { why: why("131048"), after: two_hours, rest: two_hours, scope: Scope::Number };
    stage.ends(&lane, claimed, spam).await;
    let limits = stage.write(async |tx: &mut Tx<'_>| tx.sending_limits(ORGANISATION, SALES).await).await.expect("an account");
    assert_eq!(limits.rests_until, Some(stage.now().plus(two_hours)));
    let waiting = stage.accept(jack, UTILITY).await;
    let job = stage.life(waiting).await.job.expect("it waits");
    assert_eq!(job.waiting_because.as_deref(), Some("A sentence for people."));
}

#[tokio::test]
async fn an_expired_token_pauses_its_account_alone_tells_it_once_and_keeps_the_message() {
    let stage = Stage::set().await;
    let (rosa, jack) = (stage.contact(SALES, 1).await, stage.contact(SALES, 2).await);
    let (message, _) = (stage.accept(rosa, UTILITY).await, stage.accept(jack, UTILITY).await);
    let lane = stage.hold(SALES, "a").await;
    for claimed in stage.claim(&lane).await {
        stage.ends(&lane, claimed, Outcome::Paused { why: why("190"), scope: Scope::Account }).await;
    }
    let paused = |events: &[String]| events.iter().filter(|name| *name == "apiaccount.paused").count();
    assert_eq!(paused(&stage.events().await), 1);
    let is_paused = async |account| {
        let limits = stage.write(async move |tx: &mut Tx<'_>| tx.sending_limits(ORGANISATION, account).await).await;
        limits.expect("an account").paused_at.is_some()
    };
    assert_eq!((is_paused(SALES).await, is_paused(SUPPORT).await), (true, false));
    assert!(stage.message(message).await.progress.failure().is_none());
    let key = lane.clone();
    stage.write(async move |tx: &mut Tx<'_>| reach::resume(tx, &key).await).await;
    assert!(stage.events().await.iter().any(|name| name == "apiaccount.resumed"));
    assert_eq!(send_all(&stage, &lane).await, 2);
}

#[tokio::test]
async fn a_locked_business_account_pauses_all_its_numbers() {
    let stage = Stage::set().await;
    let rosa = stage.contact(SALES, 1).await;
    stage.accept(rosa, UTILITY).await;
    let lane = stage.hold(SALES, "a").await;
    let claimed = stage.claim(&lane).await.remove(0);
    stage.ends(&lane, claimed, Outcome::Paused { why: why("131031"), scope: Scope::Waba }).await;
    let mut paused = Vec::new();
    for account in [SALES, SUPPORT, ELSEWHERE] {
        let limits = stage.write(async move |tx: &mut Tx<'_>| tx.sending_limits(ORGANISATION, account).await).await;
        paused.push(limits.expect("an account").paused_at.is_some());
    }
    assert_eq!(paused, [true, true, false]);
}

#[tokio::test]
async fn who_takes_a_lane_over_knows_what_each_customer_got() {
    let stage = Stage::set().await;
    let rosa = stage.contact(SALES, 1).await;
    stage.writes(rosa).await;
    let mut lane = stage.hold(SALES, "a").await;
    for _ in 0..45 {
        stage.accept(rosa, Say::Reply).await;
    }
    assert_eq!(send_all(&stage, &lane).await, 45);
    for (passes, is_free) in [(1, false), (6, true)] {
        stage.passes(Duration::from_secs(passes));
        let account = lane.account;
        let (latest, pairs) = stage
            .write(async move |tx: &mut Tx<'_>| {
                let now = tx.now();
                let pairs = tx.pairs_used_until(ORGANISATION, account, now.minus(REMEMBERED), PAIR_EVERY).await?;
                Ok((tx.last_call_at(ORGANISATION, account, now.minus(Duration::from_secs(2))).await?, pairs))
            })
            .await;
        assert_eq!(latest.is_some(), passes == 1);
        let mut pace = Pace::new(80);
        pace.take_over(latest, pairs);
        assert_eq!(pace.take_pair(rosa, stage.now()).is_ok(), is_free, "after {passes} s");
    }
    lane.tier = None;
}
