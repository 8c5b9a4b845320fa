//! The samples of the published description, with the values that the documentation prints.

use super::{
    ApiAccountView, BroadcastView, ContactView, ConversationView, DeliveryView, EventView, InboxListView, InboxView, MessageView, TeamView,
    TemplateView, TokenView, UserRowView, WebhookView,
};
use msgboxx_model::message::Sender;
use msgboxx_model::template::{ParameterFormat, TemplateCategory};
use msgboxx_model::webhook::DeliveryState;
use msgboxx_model::{
    ApiAccount, ApiAccountId, Broadcast, BroadcastId, Contact, ContactId, ContactStatus, ContactSummary, ConversationId, DeliveryId,
    Direction, Event, EventId, EventKind, Folder, Inbox, InboxId, Instant, Message, MessageId, MessageKind, MobileNumber, OrganisationId,
    Progress, Role, Team, TeamId, Template, TemplateId, TemplateStatus, User, UserId, Webhook, WebhookId,
};
use msgboxx_store::{Attempt, AttemptOutcome, Delivery};
use serde::Serialize;
use serde_json::{Value, json};
use uuid::Uuid;

const API_ACCOUNT: Uuid = Uuid::from_u128(0x3fa8_5f64_5717_4562_b3fc_2c96_3f66_afa6);
const CONTACT: Uuid = Uuid::from_u128(0x17b5_c90a_7465_1097_b2db_66af_a62c_963f);
const MESSAGE: Uuid = Uuid::from_u128(0xce24_00ec_f80a_4509_bcd3_5aa5_a96a_4bdf);
const CREATED: Instant = Instant::from_micros(1_657_051_798_341_000);

fn value(view: impl Serialize) -> Value {
    serde_json::to_value(view).unwrap_or_default()
}

fn number() -> MobileNumber {
    MobileNumber::from_stored("+447902111123".to_owned())
}

/// A sample of the thing that webhooks of this kind are told of.
pub fn of_kind(kind: EventKind) -> Value {
    match kind {
        EventKind::Message => message(),
        EventKind::Contact => contact(),
        EventKind::Broadcast => broadcast(),
        EventKind::ApiAccount => api_account(),
        EventKind::Template => template(),
        EventKind::Inbox => inbox(),
    }
}

pub(in crate::api) fn api_account() -> Value {
    value(ApiAccountView::from(&ApiAccount {
        id: ApiAccountId(API_ACCOUNT),
        phone_number: MobileNumber::from_stored("+447700900001".to_owned()),
        name: "Stitch Recruit Contract".to_owned(),
        created_at: CREATED,
    }))
}

fn an_inbox() -> Inbox {
    Inbox {
        id: InboxId(Uuid::from_u128(0x84ca_7cae_b7aa_47da_bafa_b9bb_4acd_2c7e)),
        api_account_id: ApiAccountId(API_ACCOUNT),
        name: "my inbox".to_owned(),
        created_at: CREATED,
    }
}

pub(in crate::api) fn inbox() -> Value {
    value(InboxView::from(&an_inbox()))
}

pub(in crate::api) fn inbox_in_list() -> Value {
    value(InboxListView::from(&an_inbox()))
}

pub(in crate::api) fn contact() -> Value {
    value(ContactView::from(&Contact {
        id: ContactId(CONTACT),
        api_account_id: ApiAccountId(API_ACCOUNT),
        mobile_number: Some(number()),
        wa_id: None,
        user_id: None,
        name: "Test Customer".to_owned(),
        status: ContactStatus::Subscribed,
        email: "customer@somewhere.com".to_owned(),
        tags: vec!["prospect".to_owned()],
        created_at: CREATED,
    }))
}

pub(in crate::api) fn message() -> Value {
    let at = Instant::from_micros(1_714_485_805_063_590);
    let message = Message {
        id: MessageId(MESSAGE),
        api_account_id: ApiAccountId(API_ACCOUNT),
        conversation_id: ConversationId(Uuid::from_u128(0x6bea_4b13_e818_4544_8c43_e28a_5c6c_b67f)),
        contact: ContactSummary {
            id: ContactId(CONTACT),
            mobile_number: Some(number()),
            name: "Test Customer".to_owned(),
            status: ContactStatus::Subscribed,
        },
        direction: Direction::Outgoing,
        kind: MessageKind::Text,
        body: "Hi John, that sounds good progress, keep me informed please.".to_owned(),
        sender: Some(Sender { id: UserId(Uuid::nil()), first_name: "john".to_owned(), last_name: "smith".to_owned() }),
        progress: Progress { delivered_at: Some(at), ..Progress::default() },
        file: None,
        created_at: at,
    };
    value(MessageView::new(&message, String::new()))
}

pub(in crate::api) fn broadcast() -> Value {
    value(BroadcastView::from(&Broadcast {
        id: BroadcastId(Uuid::from_u128(0x84ca_7cae_b7aa_47da_bafa_b9bb_4acd_2c7e)),
        api_account_id: ApiAccountId(API_ACCOUNT),
        contact_id: ContactId(CONTACT),
        template_id: TemplateId(Uuid::nil()),
        message_id: Some(MessageId(MESSAGE)),
        message: "Hi Jack, thanks for the conversation earlier about the 2 bedroom house in Swindon lets catch up soon.".to_owned(),
        progress: Progress { sent_at: Some(CREATED), ..Progress::default() },
        created_at: CREATED,
    }))
}

fn a_user() -> User {
    User {
        id: UserId(Uuid::from_u128(0x8492_a9d3_af16_4375_ba7c_9f67_325a_6a3d)),
        email: "john@example.com".to_owned(),
        first_name: "john".to_owned(),
        last_name: "smith".to_owned(),
        role: Role::Agent,
        created_at: CREATED,
    }
}

fn a_team() -> Team {
    Team {
        id: TeamId(Uuid::from_u128(0xdac0_42bb_31b6_41fe_b70a_20f5_d73c_0464)),
        name: "Head Office".to_owned(),
        description: "Accounts, billing, etc".to_owned(),
        api_accounts: vec![(ApiAccountId(API_ACCOUNT), "Stitch Recruit Contract".to_owned())],
        users: vec![(a_user().id, "john".to_owned(), "smith".to_owned())],
    }
}

pub(in crate::api) fn conversation() -> Value {
    value(ConversationView::new(Folder::Inbox, Some(&a_user()), None))
}

pub(in crate::api) fn conversation_of_team() -> Value {
    value(ConversationView::new(Folder::Archive, None, Some(&a_team())))
}

pub(in crate::api) fn team() -> Value {
    value(TeamView::from(&a_team()))
}

pub(in crate::api) fn user_row() -> Value {
    value(UserRowView::new(&a_user(), (ApiAccountId(API_ACCOUNT), "Stitch Recruit Contract")))
}

pub(in crate::api) fn template() -> Value {
    value(TemplateView::from(&Template {
        id: TemplateId(Uuid::from_u128(0x0bba_dd13_0e3f_4ebb_9f65_9e6e_e460_d7ba)),
        api_account_id: ApiAccountId(API_ACCOUNT),
        name: "follow_up".to_owned(),
        language: "en_GB".to_owned(),
        category: TemplateCategory::Utility,
        status: TemplateStatus::Approved,
        parameter_format: ParameterFormat::Positional,
        body: "Hi {{1}}, thanks for the conversation earlier about {{2}} lets catch up soon.".to_owned(),
        example: vec!["John".to_owned(), "the 2 bedroom house you are interested in,".to_owned()],
        components: "[]".to_owned(),
        created_at: CREATED,
    }))
}

pub(in crate::api) fn token() -> Value {
    value(TokenView::new("eyJhbGciOiJIUzI1NiJ9.eyJleHAiOjE2NTcwNTUzOTh9.c2lnbmF0dXJl", Instant::from_seconds(1_657_055_398)))
}

pub(in crate::api) fn webhook() -> Value {
    value(WebhookView::from(&Webhook {
        id: WebhookId(Uuid::from_u128(0xdab9_32d2_c490_48de_96a4_f768_4824_1597)),
        created_by: None,
        kind: EventKind::Contact,
        target_url: "https://hooks.zapier.com/hooks/standard/11043413/21d7b275de264bf9aee14a52de22a17d/".to_owned(),
        is_enabled: true,
        failure_count: 0,
        created_at: CREATED,
    }))
}

pub(in crate::api) fn delivery() -> Value {
    let outcome = AttemptOutcome { status: Some(200), failure: String::new(), latency_ms: 84, answer: "OK".to_owned() };
    value(DeliveryView::from(&Delivery {
        id: DeliveryId(Uuid::from_u128(0x0190_7d5e_62c5_7d4e_8f0e_1f3a_5b6c_7d8e)),
        event_id: EventId(Uuid::from_u128(0x0190_7d5e_62c1_7a10_9d30_6f1b_2c4d_5e6f)),
        kind: Some(EventKind::Message),
        entity_id: Some(MESSAGE),
        is_test: false,
        state: DeliveryState::Delivered,
        created_at: CREATED,
        run_at: CREATED,
        attempts: vec![Attempt { number: 1, at: CREATED, outcome: Some(outcome) }],
    }))
}

pub(in crate::api) fn event() -> Value {
    value(EventView::from(&Event {
        id: EventId(Uuid::from_u128(0x0190_7d5e_62c1_7a10_9d30_6f1b_2c4d_5e6f)),
        organisation_id: OrganisationId(Uuid::nil()),
        position: 42,
        name: "message".to_owned(),
        entity_id: MESSAGE,
        api_account_id: Some(ApiAccountId(API_ACCOUNT)),
        at: CREATED,
    }))
}

pub(in crate::api) fn replay() -> Value {
    json!({"fromDate": "2024-04-30T00:00:00Z", "toDate": "2024-05-01T00:00:00Z"})
}

pub(in crate::api) fn sign_in() -> Value {
    json!({"username": "my@username.com", "password": "MySuperSecurePassw0rd!"})
}

pub(in crate::api) fn new_contact() -> Value {
    json!({
        "mobileNumber": "+4479051337665",
        "name": "new contact",
        "status": "Presubscribed",
        "apiAccountId": API_ACCOUNT,
        "tags": ["prospect"],
    })
}

pub(in crate::api) fn new_message() -> Value {
    json!({
        "message": "Hi John, that sounds good progress, keep me informed please.",
        "apiAccountId": API_ACCOUNT,
        "contactId": CONTACT,
    })
}

pub(in crate::api) fn new_broadcast() -> Value {
    json!({
        "apiAccountId": API_ACCOUNT,
        "contactId": CONTACT,
        "templateId": "0bbadd13-0e3f-4ebb-9f65-9e6ee460d7ba",
        "message": "Hi Jack, thanks for the conversation earlier about the 2 bedroom house in Swindon lets catch up soon.",
    })
}

pub(in crate::api) fn conversation_change() -> Value {
    json!({"userId": "90be5367-b922-488a-b95f-9656b369ecf7", "teamId": "", "folder": "inbox"})
}

pub(in crate::api) fn new_webhook() -> Value {
    json!({"type": "message", "targetUrl": "https://webhook.site/6899463c-c692-4610-a138-5ba069f690bc", "isEnabled": false})
}
