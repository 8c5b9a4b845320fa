//! The work of sending: order, attempts, and holders of a lane that come too late.

use crate::testing::fixture::{Shop, new_message};
use crate::testing::{TestDatabase, on_both_engines};
use crate::{NewSendJob, StoreError, Tx, UnknownJob};
use msgboxx_model::{AttemptId, Contact, Conversation, Failure, MessageId, MobileNumber, OrganisationId, template::TemplateCategory};
use std::time::Duration;

on_both_engines!(
    replies_go_first_and_each_contact_is_served_in_order,
    an_unknown_outcome_holds_back_what_follows_to_the_same_contact,
    a_job_is_started_once,
    a_refused_job_waits_until_it_is_due_again,
    an_outcome_of_an_earlier_attempt_changes_nothing,
    a_new_holder_disowns_the_calls_of_earlier_ones_only,
    an_accepted_attempt_ends_its_job_even_after_its_outcome_was_unknown,
    an_account_has_work_while_a_job_is_due,
    a_message_goes_to_the_number_as_whatsapp_writes_it,
);

struct Lane {
    shop: Shop,
}

impl Lane {
    async fn open(db: &TestDatabase) -> Lane {
        Lane { shop: Shop::open(&db.store, 1).await }
    }

    async fn enqueue(&self, db: &TestDatabase, conversation: &Conversation, priority: i64) -> MessageId {
        let (shop, conversation) = (self.shop.clone(), conversation.clone());
        let write = async move |tx: &mut Tx<'_>| {
            let message = new_message(tx, &conversation);
            tx.insert_message(shop.organisation, &message).await?;
            let job = NewSendJob {
                message_id: message.id,
                api_account_id: message.api_account_id,
                contact_id: message.contact_id,
                priority,
                category: (priority == 1).then_some(TemplateCategory::Marketing),
                deadline: message.created_at.plus(Duration::from_hours(24)),
            };
            tx.enqueue_send(shop.organisation, &job).await?;
            Ok::<_, StoreError>(message.id)
        };
        db.store.write(write).await.expect("a job can be queued")
    }

    async fn due(&self, db: &TestDatabase) -> Vec<MessageId> {
        let (organisation, account) = (self.shop.organisation, self.shop.account());
        let read = async move |tx: &mut Tx<'_>| tx.due_jobs(organisation, account, 100).await;
        db.store.read(read).await.expect("jobs can be read").into_iter().map(|job| job.message_id).collect()
    }

    async fn start(&self, db: &TestDatabase, message: MessageId, lane_token: i64) -> Option<AttemptId> {
        let organisation = self.shop.organisation;
        let write = async move |tx: &mut Tx<'_>| {
            let attempt = AttemptId(tx.new_id());
            Ok::<_, StoreError>(tx.start_attempt(organisation, message, attempt, lane_token).await?.then_some(attempt))
        };
        db.store.write(write).await.expect("an attempt can be started")
    }

    async fn unknown(&self, db: &TestDatabase) -> Vec<UnknownJob> {
        let (organisation, account) = (self.shop.organisation, self.shop.account());
        db.store.read(async move |tx: &mut Tx<'_>| tx.unknown_jobs(organisation, account, 100).await).await.expect("it can be read")
    }

    /// Runs one of the endings of an attempt.
    async fn end<T: Send + 'static>(
        &self,
        db: &TestDatabase,
        ending: impl AsyncFn(&mut Tx<'_>, OrganisationId) -> Result<T, StoreError> + Send + 'static,
    ) -> T {
        let organisation = self.shop.organisation;
        db.store.write(async move |tx: &mut Tx<'_>| ending(tx, organisation).await).await.expect("an attempt can end")
    }
}

fn busy() -> Failure {
    Failure { code: "130429".to_owned(), detail: "too many messages".to_owned() }
}

async fn replies_go_first_and_each_contact_is_served_in_order(db: &TestDatabase) {
    let lane = Lane::open(db).await;
    let (_, ana) = lane.shop.greet(&db.store).await;
    let (_, bo) = lane.shop.greet(&db.store).await;
    let broadcast_to_ana = lane.enqueue(db, &ana, 1).await;
    let reply_to_ana = lane.enqueue(db, &ana, 0).await;
    let broadcast_to_bo = lane.enqueue(db, &bo, 1).await;
    let (_, cy) = lane.shop.greet(&db.store).await;
    let reply_to_cy = lane.enqueue(db, &cy, 0).await;
    let second_to_cy = lane.enqueue(db, &cy, 0).await;
    assert_eq!(lane.due(db).await, [reply_to_cy, broadcast_to_ana, broadcast_to_bo]);
    let attempt = lane.start(db, reply_to_cy, 1).await.expect("it is ready");
    assert_eq!(lane.due(db).await, [broadcast_to_ana, broadcast_to_bo], "one at a time to each contact");
    lane.end(db, async move |tx: &mut Tx<'_>, organisation| tx.attempt_accepted(organisation, attempt).await).await;
    let dropped = lane.end(db, async move |tx: &mut Tx<'_>, organisation| tx.drop_job(organisation, broadcast_to_ana).await).await;
    assert!(dropped);
    assert_eq!(lane.due(db).await, [reply_to_ana, second_to_cy, broadcast_to_bo]);
}

async fn an_unknown_outcome_holds_back_what_follows_to_the_same_contact(db: &TestDatabase) {
    let lane = Lane::open(db).await;
    let (_, ana) = lane.shop.greet(&db.store).await;
    let first = lane.enqueue(db, &ana, 1).await;
    let second = lane.enqueue(db, &ana, 0).await;
    let attempt = lane.start(db, first, 1).await.expect("it is ready");
    let look_at = db.hand.now().plus(Duration::from_mins(2));
    lane.end(db, async move |tx: &mut Tx<'_>, o| tx.attempt_unknown(o, attempt, &busy(), look_at).await).await;
    assert_eq!((lane.due(db).await, lane.unknown(db).await), (vec![], vec![]));
    db.hand.set(look_at);
    let unknown = lane.unknown(db).await;
    let expected = UnknownJob { message_id: first, attempt_id: attempt, category: Some(TemplateCategory::Marketing) };
    assert_eq!(unknown, std::slice::from_ref(&expected));
    lane.end(db, async move |tx: &mut Tx<'_>, o| tx.retry_unknown_job(o, &expected).await).await;
    assert_eq!(lane.due(db).await, [first]);
    lane.end(db, async move |tx: &mut Tx<'_>, o| tx.drop_job(o, first).await).await;
    assert_eq!(lane.due(db).await, [second]);
}

async fn a_job_is_started_once(db: &TestDatabase) {
    let lane = Lane::open(db).await;
    let (_, ana) = lane.shop.greet(&db.store).await;
    let job = lane.enqueue(db, &ana, 0).await;
    let (a, b) = tokio::join!(lane.start(db, job, 1), lane.start(db, job, 2));
    assert!(a.is_some() != b.is_some(), "{a:?} {b:?}");
    let started = a.or(b).expect("one of them");
    let organisation = lane.shop.organisation;
    let of_attempt = db.store.read(async move |tx: &mut Tx<'_>| tx.message_of_attempt(organisation, started).await).await;
    assert_eq!(of_attempt.expect("it can be read"), Some((job, lane.shop.account())));
}

async fn a_refused_job_waits_until_it_is_due_again(db: &TestDatabase) {
    let lane = Lane::open(db).await;
    let (_, ana) = lane.shop.greet(&db.store).await;
    let job = lane.enqueue(db, &ana, 0).await;
    let attempt = lane.start(db, job, 1).await.expect("it is ready");
    let again_at = db.hand.now().plus(Duration::from_secs(4));
    lane.end(db, async move |tx: &mut Tx<'_>, o| tx.attempt_refused(o, attempt, &busy(), again_at).await).await;
    assert_eq!(lane.due(db).await, []);
    db.hand.set(again_at.minus(Duration::from_micros(1)));
    assert_eq!(lane.due(db).await, []);
    db.hand.set(again_at);
    assert_eq!(lane.due(db).await, [job]);
    assert_ne!(lane.start(db, job, 1).await, Some(attempt));
}

async fn an_outcome_of_an_earlier_attempt_changes_nothing(db: &TestDatabase) {
    let lane = Lane::open(db).await;
    let (_, ana) = lane.shop.greet(&db.store).await;
    let job = lane.enqueue(db, &ana, 0).await;
    let stale = lane.start(db, job, 1).await.expect("it is ready");
    let now = db.hand.now();
    lane.end(db, async move |tx: &mut Tx<'_>, o| tx.attempt_refused(o, stale, &busy(), now).await).await;
    let current = lane.start(db, job, 2).await.expect("it is ready again");
    let failed = lane.end(db, async move |tx: &mut Tx<'_>, o| tx.attempt_failed(o, stale, &busy()).await).await;
    assert!(!failed);
    lane.end(db, async move |tx: &mut Tx<'_>, o| tx.attempt_refused(o, stale, &busy(), now).await).await;
    lane.end(db, async move |tx: &mut Tx<'_>, o| tx.attempt_unknown(o, stale, &busy(), now).await).await;
    assert_eq!((lane.due(db).await, lane.unknown(db).await), (vec![], vec![]), "the current attempt is still under way");
    let failed = lane.end(db, async move |tx: &mut Tx<'_>, o| tx.attempt_failed(o, current, &busy()).await).await;
    assert!(failed);
    assert_eq!((lane.due(db).await, lane.unknown(db).await), (vec![], vec![]));
}

async fn a_new_holder_disowns_the_calls_of_earlier_ones_only(db: &TestDatabase) {
    let lane = Lane::open(db).await;
    let (_, ana) = lane.shop.greet(&db.store).await;
    let (_, bo) = lane.shop.greet(&db.store).await;
    let (of_ana, of_bo) = (lane.enqueue(db, &ana, 0).await, lane.enqueue(db, &bo, 0).await);
    let stale = lane.start(db, of_ana, 6).await.expect("it is ready");
    lane.start(db, of_bo, 7).await.expect("it is ready");
    let (account, now) = (lane.shop.account(), db.hand.now());
    let disowned = lane.end(db, async move |tx: &mut Tx<'_>, o| tx.disown_attempts(o, account, 7, now).await).await;
    assert_eq!(disowned, 1);
    let expected = UnknownJob { message_id: of_ana, attempt_id: stale, category: None };
    assert_eq!(lane.unknown(db).await, [expected]);
    // The stale holder wakes up: its outcome no longer moves the job.
    lane.end(db, async move |tx: &mut Tx<'_>, o| tx.attempt_refused(o, stale, &busy(), now).await).await;
    assert_eq!(lane.due(db).await, []);
}

async fn an_accepted_attempt_ends_its_job_even_after_its_outcome_was_unknown(db: &TestDatabase) {
    let lane = Lane::open(db).await;
    let (_, ana) = lane.shop.greet(&db.store).await;
    let job = lane.enqueue(db, &ana, 0).await;
    let attempt = lane.start(db, job, 1).await.expect("it is ready");
    let now = db.hand.now();
    lane.end(db, async move |tx: &mut Tx<'_>, o| tx.attempt_unknown(o, attempt, &busy(), now).await).await;
    lane.end(db, async move |tx: &mut Tx<'_>, o| tx.attempt_accepted(o, attempt).await).await;
    assert_eq!((lane.unknown(db).await, lane.due(db).await), (vec![], vec![]));
}

async fn an_account_has_work_while_a_job_is_due(db: &TestDatabase) {
    let lane = Lane::open(db).await;
    Lane::open(db).await;
    let with_jobs = async || db.store.read(async |tx: &mut Tx<'_>| tx.accounts_with_jobs().await).await.expect("it can be read");
    assert_eq!(with_jobs().await, []);
    let (_, ana) = lane.shop.greet(&db.store).await;
    lane.enqueue(db, &ana, 0).await;
    assert_eq!(with_jobs().await, [(lane.shop.organisation, lane.shop.account())]);
}

async fn a_message_goes_to_the_number_as_whatsapp_writes_it(db: &TestDatabase) {
    let lane = Lane::open(db).await;
    let (contact, ana) = lane.shop.greet(&db.store).await;
    lane.enqueue(db, &ana, 0).await;
    let number = async || {
        let (organisation, account) = (lane.shop.organisation, lane.shop.account());
        let jobs = db.store.read(async move |tx: &mut Tx<'_>| tx.due_jobs(organisation, account, 1).await).await.expect("jobs can be read");
        jobs.into_iter().find_map(|job| job.mobile_number)
    };
    assert_eq!(number().await, contact.mobile_number);
    let (organisation, known) = (lane.shop.organisation, Contact { wa_id: Some("551187654321".to_owned()), ..contact });
    db.store.write(async move |tx: &mut Tx<'_>| tx.update_contact(organisation, &known).await).await.expect("it can be changed");
    assert_eq!(number().await, Some(MobileNumber::from_stored("+551187654321".to_owned())));
}
