//! A small business that WhatsApp posts to.

use crate::accounts::{AccountDirectory, Accounts};
use crate::auth::password::Passwords;
use crate::inbox::status::add_parked;
use crate::jobs::inbound::process::{self, Tally};
use crate::provision;
use crate::secrets::InstallationKey;
use crate::testing::TestDatabase;
use msgboxx_model::opt_out::OptOutWords;
use msgboxx_model::{
    ApiAccountId, AttemptId, Contact, Conversation, Direction, Instant, Message, MessageId, MessageKind, MobileNumber, OrganisationId,
    Progress,
};
use msgboxx_store::{
    ContactFilter, ContactIdentity, EntryState, LedgerEntry, MessageFilter, NewMessage, NewSendJob, PageRequest, Store, StoreError, Tx,
};
use serde_json::{Value, json};
use std::collections::HashSet;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

const FILE: &str = "[[organisation]]\nname = \"Shop\"\n[[organisation.api_account]]\nname = \"Shop\"\nphone_number = \"+447700900001\"\n\
    [organisation.api_account.whatsapp]\nbase_url = \"http://127.0.0.1:1\"\napi_version = \"v25.0\"\nphone_number_id = \"7\"\n\
    business_account_id = \"1\"\naccess_token = \"x\"\napp_secret = \"s\"\nverify_token = \"y\"\n";

pub(super) struct Stage {
    pub(super) store: Store,
    pub(super) organisation: OrganisationId,
    pub(super) account: ApiAccountId,
    accounts: Arc<Accounts>,
    signer: String,
}

impl Stage {
    pub(super) async fn open(database: &TestDatabase) -> Self {
        let keys = InstallationKey::from_base64(InstallationKey::generate().expose()).expect("a key");
        let file = provision::read(FILE, Path::new("shop.toml"), &|_| None).expect("the file is right");
        let passwords = Passwords::start().expect("threads");
        provision::apply(&database.store, &keys, &passwords, file).await.expect("it can be applied");
        let accounts = AccountDirectory::new(database.store.clone(), keys).read_again().await.expect("accounts");
        let account = accounts.iter().next().expect("the account").clone();
        Self {
            store: database.store.clone(),
            organisation: account.route.organisation_id,
            account: account.route.api_account_id,
            signer: account.secret_fingerprint.clone(),
            accounts,
        }
    }

    /// The same as another process sees it; on SQLite there is one process.
    pub(super) async fn on_another_process(&self, database: &TestDatabase) -> Self {
        let store = if self.store.is_sqlite() { self.store.clone() } else { database.open_again().await };
        Self { store, accounts: self.accounts.clone(), signer: self.signer.clone(), ..*self }
    }

    pub(super) fn post(&self, body: &[u8]) -> LedgerEntry {
        let received_at = Instant::from_seconds(1_768_480_000);
        // Beside the others of that instant, as ids in the ledger are.
        let (instant, rest) = (1_768_480_000_000_u128 << 80 | 0x7000 << 64, uuid::Uuid::new_v4().as_u128() & u128::from(u64::MAX));
        LedgerEntry { id: uuid::Uuid::from_u128(instant | rest), received_at, secret_fingerprint: self.signer.clone(), body: body.to_vec() }
    }

    /// As often as the database asks for it.
    pub(super) async fn process(&self, post: &LedgerEntry) -> Tally {
        for _ in 0..1_000 {
            let (accounts, post) = (self.accounts.clone(), post.clone());
            let words = OptOutWords::default();
            let done = self.store.write(async move |tx: &mut Tx<'_>| process::process(tx, &accounts, &words, &post).await).await;
            match done {
                Err(StoreError::Unavailable(_)) => {}
                done => return done.expect("it can be processed"),
            }
        }
        panic!("the database never became available");
    }

    pub(super) async fn take_apart(&self, post: &LedgerEntry) -> bool {
        let post = post.clone();
        self.write(async move |tx: &mut Tx<'_>| process::take_apart(tx, &post).await).await
    }

    pub(super) async fn write<T: Send + 'static>(&self, unit: impl AsyncFn(&mut Tx<'_>) -> Result<T, StoreError> + Send + 'static) -> T {
        self.store.write(unit).await.expect("written")
    }

    async fn entries(&self, state: EntryState) -> Vec<LedgerEntry> {
        let always = (Instant::from_micros(0), Instant::from_seconds(253_402_300_799));
        let records = self.write(async move |tx| tx.ledger_records(Some(state), always, None, 1_000).await).await;
        records.into_iter().map(|record| record.entry).collect()
    }

    pub(super) async fn quarantined(&self) -> Vec<LedgerEntry> {
        self.entries(EntryState::Quarantined).await
    }

    pub(super) async fn waiting(&self) -> Vec<LedgerEntry> {
        self.entries(EntryState::Received).await
    }

    /// A message of ours to a customer; with an empty wamid, one whose call was not answered yet.
    pub(super) async fn outgoing(&self, customer: &str, wamid: &str) -> MessageId {
        // Whoever is written to has written first.
        let first = format!("wamid.first.{customer}");
        self.process(&self.post(&call(&[text(&first, customer, 1, "hi")], &[]))).await;
        let contact = self.contact(customer).await.expect("they wrote");
        let (organisation, wamid) = (self.organisation, Some(wamid.to_owned()).filter(|wamid| !wamid.is_empty()));
        self.write(async move |tx| {
            let conversation = tx.open_conversation(organisation, contact.id).await?;
            let created_at = tx.tick();
            let message = NewMessage {
                id: MessageId(tx.id_at(created_at)),
                api_account_id: contact.api_account_id,
                conversation_id: conversation.id,
                contact_id: contact.id,
                direction: Direction::Outgoing,
                kind: MessageKind::Text,
                body: "hello".to_owned(),
                payload: "{}".to_owned(),
                sender: None,
                wamid: wamid.clone(),
                whatsapp_at: None,
                created_at,
            };
            assert!(tx.insert_message(organisation, &message).await?);
            Ok(message.id)
        })
        .await
    }

    /// A call for a message begins, and nobody knows how it ends.
    pub(super) async fn attempt(&self, message: MessageId) -> AttemptId {
        let (organisation, api_account_id) = (self.organisation, self.account);
        self.write(async move |tx| {
            let contact_id = tx.message(organisation, message).await?.expect("the message").contact.id;
            let deadline = tx.now().plus(Duration::from_hours(1));
            let job = NewSendJob { message_id: message, api_account_id, contact_id, priority: 0, category: None, deadline };
            tx.enqueue_send(organisation, &job).await?;
            let attempt = AttemptId(tx.new_id());
            assert!(tx.start_attempt(organisation, message, attempt, 1).await?);
            Ok(attempt)
        })
        .await
    }

    /// WhatsApp answers our call.
    pub(super) async fn answered(&self, message: MessageId, wamid: &str) {
        let (organisation, account, wamid) = (self.organisation, self.account, wamid.to_owned());
        self.write(async move |tx| {
            tx.set_wamid(organisation, message, &wamid).await?;
            add_parked(tx, organisation, account, message, &wamid).await
        })
        .await;
    }

    pub(super) async fn progress(&self, message: MessageId) -> Progress {
        let organisation = self.organisation;
        self.write(async move |tx| tx.message(organisation, message).await).await.expect("the message").progress
    }

    pub(super) async fn message_with(&self, wamid: &str) -> Option<MessageId> {
        let (organisation, account, wamid) = (self.organisation, self.account, wamid.to_owned());
        self.write(async move |tx| tx.message_with_wamid(organisation, account, &wamid).await).await
    }

    pub(super) async fn contacts(&self) -> Vec<Contact> {
        let (organisation, account) = (self.organisation, self.account);
        let all = PageRequest { page: 1, size: 100, from: None, to: None };
        self.write(async move |tx| tx.contacts(organisation, &[account], &ContactFilter::default(), all).await).await.items
    }

    pub(super) async fn contact(&self, wa_id: &str) -> Option<Contact> {
        let (organisation, account) = (self.organisation, self.account);
        let mobile_number = MobileNumber::parse(wa_id).ok();
        let identity = ContactIdentity { mobile_number, wa_id: Some(wa_id.to_owned()), user_id: None };
        self.write(async move |tx| tx.contact_with_identity(organisation, account, &identity).await).await
    }

    /// How many events say that something of this kind was added.
    pub(super) async fn count(&self, kind: &'static str) -> usize {
        self.events().await.iter().filter(|name| *name == kind).count()
    }

    /// How many conversations the messages belong to.
    pub(super) async fn conversations(&self) -> usize {
        let (organisation, account) = (self.organisation, self.account);
        let all = PageRequest { page: 1, size: 100, from: None, to: None };
        let messages = self.write(async move |tx| tx.messages(organisation, &[account], MessageFilter::default(), all).await).await;
        messages.items.iter().map(|message| message.conversation_id).collect::<HashSet<_>>().len()
    }

    pub(super) async fn event_count(&self) -> usize {
        self.events().await.len()
    }

    async fn events(&self) -> Vec<String> {
        let organisation = self.organisation;
        self.write(async move |tx| {
            if tx.has_unnumbered_events().await? {
                tx.number_events(10_000).await?;
            }
            Ok(tx.events_after(organisation, 0, 10_000).await?.into_iter().map(|event| event.name).collect())
        })
        .await
    }

    /// The message with that wamid as people see it.
    pub(super) async fn shown(&self, wamid: &str) -> Option<Message> {
        let (organisation, id) = (self.organisation, self.message_with(wamid).await?);
        self.write(async move |tx| tx.message(organisation, id).await).await
    }

    /// The conversation with whoever has this number.
    pub(super) async fn conversation(&self, wa_id: &str) -> Option<Conversation> {
        let (organisation, contact) = (self.organisation, self.contact(wa_id).await?.id);
        self.write(async move |tx| tx.conversation_with(organisation, contact).await).await
    }

    /// All that can be seen of these customers and messages, but for our own identifiers and instants.
    pub(super) async fn state(&self, customers: &[&str], messages: &[MessageId]) -> Vec<String> {
        let mut state = Vec::new();
        for customer in customers {
            let contact = self.contact(customer).await;
            let (organisation, id) = (self.organisation, contact.as_ref().map(|contact| contact.id));
            let conversation = match id {
                Some(id) => self.write(async move |tx| tx.conversation_with(organisation, id).await).await,
                None => None,
            };
            state.push(format!(
                "{:?}",
                contact.map(|c| (c.name, c.status, c.mobile_number.map(|number| number.to_string()), c.wa_id, c.user_id))
            ));
            state.push(format!("{:?}", conversation.map(|c| (c.folder, c.window_closes_at))));
        }
        for message in messages {
            let (organisation, message) = (self.organisation, *message);
            let shown = self.write(async move |tx| tx.message(organisation, message).await).await.expect("the message");
            state.push(format!("{:?}", (shown.direction, shown.kind, shown.body, shown.progress)));
        }
        state
    }
}

/// A post with a change of one number.
pub(super) fn news(field: &str, member: &str, items: &[Value]) -> Vec<u8> {
    let value = json!({"metadata": {"phone_number_id": "7"}, member: items});
    json!({"entry": [{"id": "1", "changes": [{"field": field, "value": value}]}]}).to_string().into_bytes()
}

/// The owner's message from the WhatsApp Business app.
pub(super) fn echo(wamid: &str, to: &str, at: i64, body: &str) -> Value {
    let mut echo = text(wamid, "447700900001", at, body);
    echo["to"] = json!(to);
    echo
}

/// A post with these messages and statuses.
pub(super) fn call(messages: &[Value], statuses: &[Value]) -> Vec<u8> {
    let value = json!({"metadata": {"phone_number_id": "7"}, "messages": messages, "statuses": statuses});
    json!({"entry": [{"id": "1", "changes": [{"field": "messages", "value": value}]}]}).to_string().into_bytes()
}

pub(super) fn text(wamid: &str, from: &str, at: i64, body: &str) -> Value {
    json!({"id": wamid, "from": from, "timestamp": (1_768_000_000 + at).to_string(), "type": "text", "text": {"body": body}})
}

pub(super) fn status(wamid: &str, kind: &str, at: i64) -> Value {
    let mut status = json!({"id": wamid, "status": kind, "timestamp": (1_768_000_000 + at).to_string()});
    if kind == "failed" {
        status["errors"] = json!([{"code": 131_026, "title": "Message undeliverable"}]);
    }
    status
}

/// A status that says which attempt of ours it is about.
pub(super) fn echoing(mut status: Value, attempt: AttemptId) -> Value {
    status["biz_opaque_callback_data"] = json!(attempt.to_string());
    status
}
