//! An account with customers, whose lane is worked by hand.

use crate::sending::budget::Tier;
use crate::sending::claim::{Claim, Claimed, LaneError, LaneKey, claim};
use crate::sending::outcome::Outcome;
use crate::sending::record::{Ended, decide_unknown, record};
use crate::sending::{LEASE_FOR, REPORT_AWAITED_FOR};
use msgboxx_cloud_api::webhook::{Status, StatusKind};
use msgboxx_model::template::TemplateCategory;
use msgboxx_model::{
    ApiAccountId, Contact, ContactId, ContactStatus, Direction, Failure, Folder, Inbox, InboxId, Instant, Message, MessageId, MessageKind,
    MobileNumber, Organisation, OrganisationId,
};
use msgboxx_store::{AccountRoute, Database, DueJob, MessageLife, NewMessage, NewSendJob, Store, StoreError, StoreSettings, Tx};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;
use tempfile::TempDir;
use uuid::Uuid;

pub(super) const ORGANISATION: OrganisationId = OrganisationId(Uuid::from_u128(1));
pub(super) const SALES: ApiAccountId = ApiAccountId(Uuid::from_u128(2));
/// Another number of the same business account.
pub(super) const SUPPORT: ApiAccountId = ApiAccountId(Uuid::from_u128(3));
/// A number of another business account.
pub(super) const ELSEWHERE: ApiAccountId = ApiAccountId(Uuid::from_u128(4));
pub(super) const WABA: &str = "waba";

const START: Instant = Instant::from_seconds(1_768_480_000);

pub(super) struct Stage {
    pub(super) store: Store,
    hand: Arc<AtomicI64>,
    _directory: TempDir,
}

/// What is sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Say {
    Reply,
    Template(TemplateCategory),
}

impl Stage {
    pub(super) async fn set() -> Self {
        let directory = tempfile::tempdir().expect("a directory");
        let hand = Arc::new(AtomicI64::new(START.as_micros()));
        let shown = hand.clone();
        let settings = StoreSettings {
            database: Database::Sqlite(directory.path().join("msgboxx.db")),
            postgres_connections: None,
            statement_cache: true,
            clock: Arc::new(move || Instant::from_micros(shown.load(Ordering::Relaxed))),
        };
        let store = Store::open(settings).await.expect("a fresh database opens");
        store.migrate().await.expect("a fresh database can be migrated");
        let stage = Self { store, hand, _directory: directory };
        stage.write(furnish).await;
        stage
    }

    pub(super) fn now(&self) -> Instant {
        Instant::from_micros(self.hand.load(Ordering::Relaxed))
    }

    pub(super) fn passes(&self, time: Duration) {
        self.hand.store(self.now().plus(time).as_micros(), Ordering::Relaxed);
    }

    pub(super) async fn write<T: Send + 'static>(&self, work: impl AsyncFn(&mut Tx<'_>) -> Result<T, StoreError> + Send + 'static) -> T {
        self.store.write(work).await.expect("written")
    }

    /// A contact of an account; `number` tells them apart.
    pub(super) async fn contact(&self, account: ApiAccountId, number: u64) -> ContactId {
        self.write(async move |tx: &mut Tx<'_>| {
            let at = tx.tick();
            let contact = contact(ContactId(tx.id_at(at)), account, number, at);
            tx.insert_contact(ORGANISATION, &contact).await?;
            tx.open_conversation(ORGANISATION, contact.id).await?;
            Ok(contact.id)
        })
        .await
    }

    /// The contact has just written.
    pub(super) async fn writes(&self, contact: ContactId) {
        self.write(async move |tx: &mut Tx<'_>| {
            let conversation = tx.open_conversation(ORGANISATION, contact).await?;
            let closes_at = tx.now().plus(Duration::from_hours(24));
            tx.extend_window(ORGANISATION, conversation.id, closes_at, Folder::Inbox).await
        })
        .await;
    }

    /// Accepts a message and queues it.
    pub(super) async fn accept(&self, contact: ContactId, say: Say) -> MessageId {
        self.write(async move |tx: &mut Tx<'_>| {
            let conversation = tx.open_conversation(ORGANISATION, contact).await?;
            let at = tx.tick();
            let (kind, category, priority) = match say {
                Say::Reply => (MessageKind::Text, None, 0),
                Say::Template(category) => (MessageKind::Template, Some(category), 1),
            };
            let new = NewMessage {
                id: MessageId(tx.id_at(at)),
                api_account_id: conversation.api_account_id,
                conversation_id: conversation.id,
                contact_id: contact,
                direction: Direction::Outgoing,
                kind,
                body: "hello".to_owned(),
                payload: "{}".to_owned(),
                sender: None,
                wamid: None,
                whatsapp_at: None,
                created_at: at,
            };
            tx.insert_message(ORGANISATION, &new).await?;
            let deadline = tx.now().plus(Duration::from_hours(24));
            let job =
                NewSendJob { message_id: new.id, api_account_id: new.api_account_id, contact_id: contact, priority, category, deadline };
            tx.enqueue_send(ORGANISATION, &job).await?;
            Ok(new.id)
        })
        .await
    }

    /// Takes the lane of an account as one of several processes; whoever held it must have let its lease run out.
    pub(super) async fn hold(&self, account: ApiAccountId, owner: &'static str) -> LaneKey {
        let name = format!("lane:{account}");
        let lease = self.write(async move |tx: &mut Tx<'_>| tx.take_lease(&name, owner, tx.now().plus(LEASE_FOR)).await).await;
        let lane = LaneKey { organisation: ORGANISATION, account, lease: lease.expect("the lane is free"), tier: None };
        let token = lane.lease.token;
        let left = async move |tx: &mut Tx<'_>| tx.disown_attempts(ORGANISATION, account, token, tx.now().plus(REPORT_AWAITED_FOR)).await;
        self.write(left).await;
        lane
    }

    pub(super) async fn due(&self, account: ApiAccountId) -> Vec<DueJob> {
        self.write(async move |tx: &mut Tx<'_>| tx.due_jobs(ORGANISATION, account, 1_000).await).await
    }

    pub(super) async fn try_claim(&self, lane: &LaneKey, jobs: Vec<DueJob>) -> Result<Claim, LaneError> {
        let lane = lane.clone();
        self.store.write(async move |tx: &mut Tx<'_>| claim(tx, &lane, &jobs).await).await
    }

    /// Claims whatever is due.
    pub(super) async fn claim(&self, lane: &LaneKey) -> Vec<Claimed> {
        let due = self.due(lane.account).await;
        self.try_claim(lane, due).await.expect("the lane is held").claimed
    }

    /// The end of a call is recorded.
    pub(super) async fn ends(&self, lane: &LaneKey, claimed: Claimed, outcome: Outcome) {
        let (lane, ended) = (lane.clone(), [Ended { claimed, outcome }]);
        self.write(async move |tx: &mut Tx<'_>| record(tx, &lane, &ended).await).await;
    }

    pub(super) async fn decide(&self, lane: &LaneKey) -> usize {
        let lane = lane.clone();
        self.store.write(async move |tx: &mut Tx<'_>| decide_unknown(tx, &lane, 100).await).await.expect("the lane is held")
    }

    /// WhatsApp reports an attempt.
    pub(super) async fn reports(&self, claimed: &Claimed, kind: StatusKind, code: Option<i64>) {
        let errors = code.map(|code| msgboxx_cloud_api::error::GraphError { code, ..Default::default() });
        let status = Status {
            id: format!("wamid.{}", claimed.attempt),
            status: kind,
            timestamp: Some(self.now().as_seconds()),
            recipient_id: None,
            recipient_user_id: None,
            recipient_parent_user_id: None,
            recipient_identity_key_hash: None,
            recipient_participant_id: None,
            callback_data: Some(claimed.attempt.to_string()),
            pricing: None,
            conversation: None,
            errors: errors.into_iter().collect(),
        };
        self.write(async move |tx: &mut Tx<'_>| crate::inbox::status::report(tx, ORGANISATION, SALES, &status).await).await;
    }

    pub(super) async fn message(&self, id: MessageId) -> Message {
        self.write(async move |tx: &mut Tx<'_>| tx.message(ORGANISATION, id).await).await.expect("the message")
    }

    /// Why a message failed.
    pub(super) async fn failure(&self, id: MessageId) -> Failure {
        self.message(id).await.progress.failure().cloned().expect("a failure")
    }

    pub(super) async fn life(&self, id: MessageId) -> MessageLife {
        self.write(async move |tx: &mut Tx<'_>| tx.message_life(ORGANISATION, id).await).await.expect("the message")
    }

    /// Names of all events so far.
    pub(super) async fn events(&self) -> Vec<String> {
        let events = self.write(async |tx: &mut Tx<'_>| tx.events_after(ORGANISATION, 0, 10_000).await).await;
        events.into_iter().map(|event| event.name).collect()
    }
}

/// With a limit of customers a day.
pub(super) fn with_tier(lane: LaneKey, customers_a_day: i64) -> LaneKey {
    LaneKey { tier: Some(Tier { business_account_id: WABA.to_owned(), customers_a_day }), ..lane }
}

async fn furnish(tx: &mut Tx<'_>) -> Result<(), StoreError> {
    tx.insert_organisation(&Organisation { id: ORGANISATION, name: "One".to_owned(), created_at: tx.tick() }).await?;
    for (n, (account, waba)) in [(SALES, WABA), (SUPPORT, WABA), (ELSEWHERE, "another")].into_iter().enumerate() {
        let created_at = tx.tick();
        let route = AccountRoute {
            organisation_id: ORGANISATION,
            api_account_id: account,
            name: format!("account {n}"),
            phone_number: MobileNumber::from_stored(format!("+44770090000{n}")),
            is_simulated: true,
            base_url: String::new(),
            api_version: String::new(),
            phone_number_id: n.to_string(),
            business_account_id: waba.to_owned(),
            access_token_sealed: Vec::new(),
            app_secret_sealed: Vec::new(),
            verify_token_sealed: Vec::new(),
            messages_per_second: 80,
            paused_at: None,
        };
        tx.insert_api_account(&route, created_at).await?;
        let inbox = Inbox { id: InboxId(tx.id_at(created_at)), api_account_id: account, name: "inbox".to_owned(), created_at };
        tx.insert_inbox(ORGANISATION, &inbox).await?;
    }
    Ok(())
}

fn contact(id: ContactId, account: ApiAccountId, number: u64, created_at: Instant) -> Contact {
    Contact {
        id,
        api_account_id: account,
        mobile_number: Some(MobileNumber::from_stored(format!("+4479{number:08}"))),
        wa_id: None,
        user_id: None,
        name: number.to_string(),
        status: ContactStatus::Subscribed,
        email: String::new(),
        tags: Vec::new(),
        created_at,
    }
}
