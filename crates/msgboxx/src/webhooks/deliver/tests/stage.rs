//! An application to test the worker with.

use super::super::callers::Callers;
use super::super::{Tx, Worker};
use crate::api::views;
use crate::app::App;
use crate::config::{AllowedTarget, Environment, Flags, Settings};
use crate::secrets::Place;
use crate::testing::TestDatabase;
use msgboxx_model::{
    ApiAccountId, Contact, ContactId, ContactStatus, EventKind, Instant, MobileNumber, Organisation, OrganisationId, Role, User, UserId,
    Webhook, WebhookId,
};
use msgboxx_simulator::SimulatorClock;
use msgboxx_store::{AccountRoute, Delivery, PageRequest, StoreError};
use std::sync::Arc;
use uuid::Uuid;

pub(super) const SECRET: &str = "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD";
pub(super) const ORGANISATION: OrganisationId = OrganisationId(Uuid::from_u128(1));
pub(super) const ACCOUNT: ApiAccountId = ApiAccountId(Uuid::from_u128(2));
pub(super) const ADMINISTRATOR: UserId = UserId(Uuid::from_u128(3));
pub(super) const AGENT: UserId = UserId(Uuid::from_u128(4));

/// An organisation with an account, an administrator and an agent without access.
pub(super) struct Stage {
    pub(super) app: Arc<App>,
    pub(super) time: SimulatorClock,
    _keys: tempfile::TempDir,
}

impl Stage {
    pub(super) async fn set(database: &TestDatabase) -> Self {
        let keys = tempfile::tempdir().expect("a directory");
        let flags = Flags::from([("data_dir".to_owned(), keys.path().display().to_string())]);
        let mut settings = Settings::read(&flags, &Environment::default(), None).expect("settings");
        settings.webhook_allow = vec![AllowedTarget::Host("127.0.0.1".to_owned())];
        let app = App::new(settings, database.store.clone(), database.clock.clone()).await.expect("an application");
        let stage = Self { app: Arc::new(app), time: database.clock.simulated().clone(), _keys: keys };
        stage.write(furnish).await;
        stage
    }

    pub(super) async fn write<T: Send + 'static>(&self, work: impl AsyncFn(&mut Tx<'_>) -> Result<T, StoreError> + Send + 'static) -> T {
        self.app.store.write(work).await.expect("written")
    }

    pub(super) fn worker(&self) -> Worker {
        Worker::new(self.app.clone(), Callers::new(&self.app.settings.webhook_allow).expect("clients"))
    }

    pub(super) async fn subscribe(&self, by: Option<UserId>, kind: EventKind, url: &str) -> WebhookId {
        let id = WebhookId(Uuid::new_v4());
        let sealed = self.app.keys.seal(&Place::of("webhooks", "secret_sealed", ORGANISATION, id), SECRET);
        let target_url = url.to_owned();
        self.write(async move |tx| {
            let (target_url, created_at) = (target_url.clone(), tx.tick());
            let webhook = Webhook { id, created_by: by, kind, target_url, is_enabled: true, failure_count: 0, created_at };
            tx.insert_webhook(ORGANISATION, &webhook, &sealed).await
        })
        .await;
        id
    }

    /// A new contact; answers what `GET` shows of it.
    pub(super) async fn add_contact(&self) -> String {
        self.add_contacts(1).await.remove(0)
    }

    /// New contacts, whose events have their numbers.
    pub(super) async fn add_contacts(&self, count: usize) -> Vec<String> {
        let links = self.app.media_links.clone();
        let shown = self.write(async move |tx| {
            let mut shown = Vec::new();
            for _ in 0..count {
                let id = add_contact(tx).await?;
                shown.extend(views::entity(tx, &links, ORGANISATION, EventKind::Contact, id.0).await?.map(|contact| contact.body));
            }
            Ok(shown)
        });
        let shown = shown.await;
        if !self.app.store.is_sqlite() {
            self.write(async |tx| tx.number_events(i64::MAX).await).await;
        }
        shown
    }

    /// A webhook's deliveries as they are listed.
    pub(super) async fn deliveries(&self, webhook: WebhookId) -> Vec<Delivery> {
        let page = PageRequest { page: 1, size: 1_000, from: None, to: None };
        let listed = self.write(async move |tx| tx.deliveries(ORGANISATION, webhook, page).await).await;
        assert_eq!(i64::try_from(listed.items.len()), Ok(listed.record_count));
        listed.items
    }

    /// How many events of this name the log holds.
    pub(super) async fn events_called(&self, name: &str) -> usize {
        if !self.app.store.is_sqlite() {
            self.write(async |tx| tx.number_events(i64::MAX).await).await;
        }
        let events = self.write(async |tx| tx.events_after(ORGANISATION, 0, i64::MAX).await).await;
        events.iter().filter(|event| event.name == name).count()
    }

    pub(super) async fn webhook(&self, id: WebhookId) -> Option<Webhook> {
        self.write(async move |tx| tx.webhook(ORGANISATION, id).await).await
    }
}

async fn furnish(tx: &mut Tx<'_>) -> Result<(), StoreError> {
    let created_at = tx.tick();
    tx.insert_organisation(&Organisation { id: ORGANISATION, name: "One".to_owned(), created_at }).await?;
    let route = AccountRoute {
        organisation_id: ORGANISATION,
        api_account_id: ACCOUNT,
        name: "Sales".to_owned(),
        phone_number: number("+447700900001"),
        is_simulated: true,
        base_url: String::new(),
        api_version: String::new(),
        phone_number_id: "1".to_owned(),
        business_account_id: "2".to_owned(),
        access_token_sealed: Vec::new(),
        app_secret_sealed: Vec::new(),
        verify_token_sealed: Vec::new(),
        messages_per_second: 80,
        paused_at: None,
    };
    tx.insert_api_account(&route, created_at).await?;
    for (id, role) in [(ADMINISTRATOR, Role::Administrator), (AGENT, Role::Agent)] {
        let (first_name, last_name) = ("A".to_owned(), "B".to_owned());
        let user = User { id, email: format!("{role}@example.org"), first_name, last_name, role, created_at };
        tx.insert_user(ORGANISATION, &user, None).await?;
    }
    Ok(())
}

fn number(text: &str) -> MobileNumber {
    MobileNumber::parse(text).expect("a number")
}

fn contact(id: ContactId, created_at: Instant) -> Contact {
    let mobile_number = number(&format!("+4479{:09}", created_at.as_micros() % 1_000_000_000));
    Contact {
        id,
        api_account_id: ACCOUNT,
        wa_id: None,
        mobile_number: Some(mobile_number),
        user_id: None,
        name: "Zoë \"Z\" 👋".to_owned(),
        status: ContactStatus::Presubscribed,
        email: String::new(),
        tags: Vec::new(),
        created_at,
    }
}

async fn add_contact(tx: &mut Tx<'_>) -> Result<ContactId, StoreError> {
    let at = tx.tick();
    let id = ContactId(tx.id_at(at));
    tx.insert_contact(ORGANISATION, &contact(id, at)).await?;
    tx.append_event(ORGANISATION, "contact", id.0, Some(ACCOUNT)).await?;
    tx.append_event(ORGANISATION, "contact.updated", id.0, Some(ACCOUNT)).await?;
    Ok(id)
}
