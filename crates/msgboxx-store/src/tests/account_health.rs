//! How accounts are doing, whose turn it is to be checked, and what WhatsApp says about templates.

use crate::testing::fixture::Shop;
use crate::testing::{TestDatabase, on_both_engines};
use crate::{StoreError, TemplateRecord, Tx};
use msgboxx_model::account_health::TokenState;
use msgboxx_model::template::{ParameterFormat, TemplateCategory};
use msgboxx_model::{AccountHealth, Instant, Template, TemplateId, TemplateStanding, TemplateStatus};
use std::time::Duration;

on_both_engines!(
    what_is_known_of_an_account_is_read_as_it_was_written,
    an_account_is_claimed_by_one_and_due_again_afterwards,
    news_during_a_check_make_the_account_due_again,
    a_pause_and_its_end_are_told_once,
    the_standing_of_a_template_is_read_as_it_was_written,
    the_last_webhook_is_the_last_that_told_something,
);

const HOUR: Duration = Duration::from_hours(1);

fn at(seconds: i64) -> Instant {
    Instant::from_micros(seconds * 1_000_000)
}

fn pass(db: &TestDatabase, time: Duration) {
    db.hand.set(db.hand.now().plus(time));
}

async fn what_is_known_of_an_account_is_read_as_it_was_written(db: &TestDatabase) {
    let shop = Shop::open(&db.store, 2).await;
    let (organisation, account, other) = (shop.organisation, shop.accounts[0], shop.accounts[1]);
    let text = |text: &str| Some(text.to_owned());
    let known = AccountHealth {
        number_status: text("CONNECTED"),
        verified_name: text("Shop"),
        name_status: text("APPROVED"),
        quality: text("GREEN"),
        messaging_limit: text("TIER_2K"),
        throughput: text("STANDARD"),
        is_on_business_app: true,
        token: Some(TokenState::Expiring),
        token_expires_at: Some(at(1)),
        is_subscribed: Some(false),
        obstacle: text("a"),
        restriction: text("b"),
        restriction_at: Some(at(2)),
        alert: text("c"),
        last_webhook_at: Some(at(3)),
        templates_listed_at: Some(at(4)),
        checked_at: Some(at(5)),
        failure: text("d"),
    };
    for health in [known, AccountHealth::default()] {
        let written = health.clone();
        db.store.write(async move |tx: &mut Tx<'_>| tx.put_account_health(organisation, account, &written).await).await.expect("written");
        let read = db.store.read(async move |tx: &mut Tx<'_>| tx.account_health(organisation, account).await).await;
        assert_eq!(read.expect("read"), health);
    }
    let blank = db.store.read(async move |tx: &mut Tx<'_>| tx.account_health(organisation, other).await).await;
    assert_eq!(blank.expect("read"), AccountHealth::default());
}

async fn due(db: &TestDatabase) -> usize {
    db.store.read(async |tx: &mut Tx<'_>| tx.accounts_to_check(10).await).await.expect("due").len()
}

async fn claim(db: &TestDatabase, shop: &Shop, until: Instant) -> bool {
    let (organisation, account) = (shop.organisation, shop.account());
    db.store.write(async move |tx: &mut Tx<'_>| tx.claim_account_check(organisation, account, until).await).await.expect("claimed")
}

async fn finish(db: &TestDatabase, shop: &Shop, until: Instant, next: Instant) {
    let (organisation, account) = (shop.organisation, shop.account());
    let write = async move |tx: &mut Tx<'_>| tx.finish_account_check(organisation, account, until, next).await;
    db.store.write(write).await.expect("finished");
}

async fn an_account_is_claimed_by_one_and_due_again_afterwards(db: &TestDatabase) {
    let shop = Shop::open(&db.store, 1).await;
    assert_eq!(due(db).await, 1);
    let until = db.hand.now().plus(Duration::from_mins(1));
    assert!(claim(db, &shop, until).await);
    assert!(!claim(db, &shop, until.plus(HOUR)).await, "it is claimed");
    assert_eq!(due(db).await, 0);
    pass(db, Duration::from_secs(61));
    assert_eq!(due(db).await, 1, "whoever claimed it is gone");
    let again = db.hand.now().plus(Duration::from_mins(1));
    assert!(claim(db, &shop, again).await);
    finish(db, &shop, until, at(0)).await;
    assert_eq!(due(db).await, 0, "a stale claim finishes nothing");
    finish(db, &shop, again, db.hand.now().plus(HOUR)).await;
    pass(db, HOUR);
    assert_eq!(due(db).await, 1);
}

async fn news_during_a_check_make_the_account_due_again(db: &TestDatabase) {
    let shop = Shop::open(&db.store, 1).await;
    let until = db.hand.now().plus(Duration::from_mins(1));
    assert!(claim(db, &shop, until).await);
    let (organisation, account) = (shop.organisation, shop.account());
    db.store.write(async move |tx: &mut Tx<'_>| tx.check_account_soon(organisation, account).await).await.expect("asked");
    finish(db, &shop, until, db.hand.now().plus(HOUR)).await;
    assert_eq!(due(db).await, 1);
}

async fn a_pause_and_its_end_are_told_once(db: &TestDatabase) {
    let shop = Shop::open(&db.store, 1).await;
    let (organisation, account) = (shop.organisation, shop.account());
    for _ in 0..2 {
        db.store.write(async move |tx: &mut Tx<'_>| tx.pause_account(organisation, account, "expired").await).await.expect("paused");
    }
    let reason = db.store.read(async move |tx: &mut Tx<'_>| tx.pause_reason(organisation, account).await).await;
    assert_eq!(reason.expect("read").as_deref(), Some("expired"));
    for _ in 0..2 {
        db.store.write(async move |tx: &mut Tx<'_>| tx.resume_account(organisation, account).await).await.expect("resumed");
    }
    let events = async move |tx: &mut Tx<'_>| {
        tx.number_events(100).await?;
        tx.events_after(organisation, 0, 100).await
    };
    let names: Vec<String> = db.store.write(events).await.expect("events").into_iter().map(|event| event.name).collect();
    assert_eq!(names, ["apiaccount.paused", "apiaccount.resumed"]);
}

async fn the_standing_of_a_template_is_read_as_it_was_written(db: &TestDatabase) {
    let shop = Shop::open(&db.store, 1).await;
    let (organisation, account) = (shop.organisation, shop.account());
    let written = async move |tx: &mut Tx<'_>| {
        let template = Template {
            id: TemplateId(tx.new_id()),
            api_account_id: account,
            name: "hello".to_owned(),
            language: "en".to_owned(),
            category: TemplateCategory::Utility,
            status: TemplateStatus::Paused,
            parameter_format: ParameterFormat::Positional,
            body: "Hi".to_owned(),
            example: Vec::new(),
            components: "[]".to_owned(),
            created_at: tx.tick().whole_millis(),
        };
        let standing = TemplateStanding {
            whatsapp_id: Some("7".to_owned()),
            whatsapp_status: "PAUSED".to_owned(),
            quality: Some("RED".to_owned()),
            reason: Some("why".to_owned()),
            paused_until: Some(at(1)),
            announced_category: Some("MARKETING".to_owned()),
            category_changes_at: Some(at(2)),
            news_at: Some(at(3)),
        };
        assert!(tx.insert_template(organisation, &template).await?);
        tx.set_template_standing(organisation, template.id, &standing).await?;
        Ok::<_, StoreError>((TemplateRecord { template, standing, changed_at: tx.now() }, tx.now()))
    };
    let (record, _) = db.store.write(written).await.expect("written");
    let id = record.template.id;
    let read = async move |tx: &mut Tx<'_>| {
        let by_name = tx.template_record_at_whatsapp(organisation, account, "hello", "en", "").await?;
        let by_id = tx.template_record_at_whatsapp(organisation, account, "", "", "7").await?;
        let nothing = tx.template_record_at_whatsapp(organisation, account, "hello", "de", "8").await?;
        assert_eq!(nothing, None);
        Ok::<_, StoreError>((
            tx.template_records(organisation, account).await?,
            by_name,
            by_id,
            tx.template_standing(organisation, id).await?,
        ))
    };
    let (all, by_name, by_id, standing) = db.store.read(read).await.expect("read");
    assert_eq!((all, by_name, by_id), (vec![record.clone()], Some(record.clone()), Some(record.clone())));
    assert_eq!(standing, record.standing);
    db.store.write(async move |tx: &mut Tx<'_>| tx.disable_template(organisation, id).await).await.expect("disabled");
    let disabled = db.store.read(async move |tx: &mut Tx<'_>| tx.template(organisation, id).await).await.expect("read");
    assert_eq!(disabled.map(|template| template.status), Some(TemplateStatus::Disabled));
}

async fn the_last_webhook_is_the_last_that_told_something(db: &TestDatabase) {
    let start = db.hand.now();
    for (secret, body) in [("ours", vec![b' '; 100]), ("ours", vec![b' '; 10]), ("theirs", vec![b' '; 100])] {
        pass(db, Duration::from_secs(10));
        db.store.write(async move |tx: &mut Tx<'_>| tx.keep_post(secret, &body).await).await.expect("kept");
    }
    let last = async |secret: &'static str, after: Instant| {
        db.store.read(async move |tx: &mut Tx<'_>| tx.last_post_signed_with(secret, after).await).await.expect("read")
    };
    let seen = last("ours", start).await.expect("a post");
    assert!(seen >= start.plus(Duration::from_secs(10)) && seen < start.plus(Duration::from_secs(20)), "{seen:?}");
    assert_eq!(last("ours", start.plus(Duration::from_secs(15))).await, None);
    assert_eq!(last("nobody", start).await, None);
}
