//! A small business to test with.

use crate::value::{Value, params};
use crate::{NewMessage, Store, StoreError, Tx};
use msgboxx_model::{
    ApiAccountId, Broadcast, BroadcastId, Contact, ContactId, ContactStatus, Conversation, Direction, InboxId, MessageId, MessageKind,
    MobileNumber, OrganisationId, Progress, TemplateId,
};
use std::sync::atomic::{AtomicU64, Ordering};

/// One organisation with accounts, each with one inbox.
#[derive(Clone, Debug)]
pub(crate) struct Shop {
    pub(crate) organisation: OrganisationId,
    pub(crate) accounts: Vec<ApiAccountId>,
    pub(crate) inboxes: Vec<InboxId>,
}

impl Shop {
    pub(crate) fn account(&self) -> ApiAccountId {
        self.accounts[0]
    }

    /// An organisation with this many accounts.
    pub(crate) async fn open(store: &Store, accounts: usize) -> Shop {
        store.write(async move |tx: &mut Tx<'_>| Shop::open_in(tx, accounts).await).await.expect("a shop can be opened")
    }

    async fn open_in(tx: &mut Tx<'_>, accounts: usize) -> Result<Shop, StoreError> {
        let organisation = OrganisationId(tx.new_id());
        let mut shop = Shop { organisation, accounts: Vec::new(), inboxes: Vec::new() };
        tx.execute(
            "insert into organisations (id, name, created_at) values ($1, $2, $3)",
            params![organisation, organisation.to_string(), tx.now()],
        )
        .await?;
        for _ in 0..accounts {
            let account = ApiAccountId(tx.new_id());
            tx.execute(
                "insert into api_accounts (organisation_id, id, name, phone_number, is_simulated, base_url, api_version, phone_number_id,
                                           business_account_id, access_token_sealed, app_secret_sealed, verify_token_sealed, created_at)
                 values ($1, $2, $3, $3, $4, '', 'v1', $3, 'waba', $5, $5, $5, $6)",
                params![organisation, account, account.to_string(), true, Value::Bytes(Vec::new().into()), tx.now()],
            )
            .await?;
            shop.accounts.push(account);
            shop.inboxes.push(shop.add_inbox(tx, account).await?);
        }
        Ok(shop)
    }

    pub(crate) async fn add_inbox(&self, tx: &mut Tx<'_>, account: ApiAccountId) -> Result<InboxId, StoreError> {
        let inbox = InboxId(tx.new_id());
        tx.execute(
            "insert into inboxes (organisation_id, id, api_account_id, name, created_at) values ($1, $2, $3, $4, $5)",
            params![self.organisation, inbox, account, inbox.to_string(), tx.tick()],
        )
        .await?;
        Ok(inbox)
    }

    /// Inserts a contact of the first account, with a conversation.
    pub(crate) async fn greet(&self, store: &Store) -> (Contact, Conversation) {
        let shop = self.clone();
        store.write(async move |tx: &mut Tx<'_>| shop.greet_in(tx, shop.account()).await).await.expect("a contact can be made")
    }

    pub(crate) async fn greet_in(&self, tx: &mut Tx<'_>, account: ApiAccountId) -> Result<(Contact, Conversation), StoreError> {
        let contact = new_contact(tx, account);
        assert!(tx.insert_contact(self.organisation, &contact).await?, "a new number is free");
        let conversation = tx.open_conversation(self.organisation, contact.id).await?;
        Ok((contact, conversation))
    }

    /// Inserts an outgoing message.
    pub(crate) async fn write(&self, store: &Store, conversation: &Conversation) -> NewMessage {
        let (shop, conversation) = (self.clone(), conversation.clone());
        store.write(async move |tx: &mut Tx<'_>| shop.write_in(tx, &conversation).await).await.expect("a message can be written")
    }

    pub(crate) async fn write_in(&self, tx: &mut Tx<'_>, conversation: &Conversation) -> Result<NewMessage, StoreError> {
        let message = new_message(tx, conversation);
        assert!(tx.insert_message(self.organisation, &message).await?, "a new message has no wamid");
        Ok(message)
    }
}

/// A template of an account, approved and empty.
pub(crate) async fn template_in(tx: &mut Tx<'_>, organisation: OrganisationId, account: ApiAccountId) -> Result<TemplateId, StoreError> {
    let id = TemplateId(tx.new_id());
    tx.execute(
        "insert into templates (organisation_id, id, api_account_id, name, language, category, status, parameter_format, body, example,
                                components, created_at)
         values ($1, $2, $3, 'hello', 'en', 'UTILITY', 'Approved', 'POSITIONAL', '', '[]', '[]', $4)",
        params![organisation, id, account, tx.now()],
    )
    .await?;
    Ok(id)
}

/// A broadcast that has a message already.
pub(crate) fn broadcast_of(tx: &Tx<'_>, message: &NewMessage, template: TemplateId) -> Broadcast {
    let created_at = tx.tick();
    Broadcast {
        id: BroadcastId(tx.id_at(created_at)),
        api_account_id: message.api_account_id,
        contact_id: message.contact_id,
        template_id: template,
        message_id: Some(message.id),
        message: message.body.clone(),
        progress: Progress::default(),
        created_at: created_at.whole_millis(),
    }
}

/// A contact with a number that no other test contact has.
pub(crate) fn new_contact(tx: &Tx<'_>, account: ApiAccountId) -> Contact {
    static NEXT: AtomicU64 = AtomicU64::new(0);
    let created_at = tx.tick();
    let number = format!("+{}", 490_000_000_000 + NEXT.fetch_add(1, Ordering::Relaxed));
    Contact {
        id: ContactId(tx.id_at(created_at)),
        api_account_id: account,
        mobile_number: Some(MobileNumber::from_stored(number.clone())),
        wa_id: None,
        user_id: None,
        name: number,
        status: ContactStatus::Presubscribed,
        email: String::new(),
        tags: Vec::new(),
        created_at: created_at.whole_millis(),
    }
}

/// An outgoing text.
pub(crate) fn new_message(tx: &Tx<'_>, conversation: &Conversation) -> NewMessage {
    let created_at = tx.tick();
    NewMessage {
        id: MessageId(tx.id_at(created_at)),
        api_account_id: conversation.api_account_id,
        conversation_id: conversation.id,
        contact_id: conversation.contact_id,
        direction: Direction::Outgoing,
        kind: MessageKind::Text,
        body: "hello".to_owned(),
        payload: "{}".to_owned(),
        sender: None,
        wamid: None,
        whatsapp_at: None,
        created_at,
    }
}
