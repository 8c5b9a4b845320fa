//! The sending engine with everything around it: what the web inbox will send, and what people can read about it.

use crate::app::{ACCOUNT, CONTACT, TestApp};
use crate::on_both_engines;
use msgboxx::auth::access::Access;
use msgboxx::inbox::content::{ContentError, ContentReply, reply_with};
use msgboxx_cloud_api::send::{Interactive, MediaSource, OutgoingContent, Place, ReplyButton};
use msgboxx_model::{ApiAccountId, ContactId, MessageId};
use msgboxx_store::{MessageLife, StoreError, Tx};
use std::sync::Arc;
use uuid::Uuid;

async fn access(app: &TestApp) -> Arc<Access> {
    let administrator = app.administrator().await;
    let token = administrator.token.expect("a token");
    let grant = app.app.tokens.verify(&token, app.app.clock.now()).expect("a valid token");
    app.app.access.of(&app.app.store, &grant).await.expect("a session")
}

fn id(text: &str) -> Uuid {
    text.parse().expect("an id")
}

fn saying(content: OutgoingContent, text: &str, quoted: Option<MessageId>) -> ContentReply {
    let (api_account, contact) = (ApiAccountId(id(ACCOUNT)), ContactId(id(CONTACT)));
    ContentReply { api_account, contact, content, text: text.to_owned(), quoted }
}

async fn reply(app: &TestApp, by: &Arc<Access>, reply: ContentReply) -> Result<MessageId, ContentError> {
    let by = by.clone();
    let write = async move |tx: &mut Tx<'_>| Ok::<_, ContentError>(reply_with(tx, &by, &reply).await?.id);
    let message = app.app.store.write(write).await?;
    app.app.wake.sending.notify_one();
    Ok(message)
}

async fn life(app: &TestApp, by: &Arc<Access>, message: MessageId) -> MessageLife {
    let organisation = by.organisation();
    let read = async move |tx: &mut Tx<'_>| Ok::<_, StoreError>(tx.message_life(organisation, message).await?);
    app.app.store.read(read).await.expect("it can be read").expect("the message")
}

on_both_engines! {
    async fn replies_of_many_kinds_reach_the_phone_and_quote_what_they_answer(app) {
        let question = app.customer_says("hello").await;
        let (by, question) = (access(app).await, MessageId(id(question["messageId"].as_str().expect("an id"))));
        let buttons = Interactive::Buttons {
            header: None,
            body: "Shall we call?".to_owned(),
            footer: None,
            buttons: vec![ReplyButton { id: "yes".to_owned(), title: "Yes".to_owned() }],
        };
        let picture = OutgoingContent::Image { source: MediaSource::Link("https://example.com/a.png".to_owned()), caption: Some("a cat".to_owned()) };
        let contents = [
            (picture, "a cat", Some(question)),
            (OutgoingContent::Location(Place { latitude: 51.5, longitude: -0.1, name: None, address: None }), "a place", None),
            (OutgoingContent::Interactive(Box::new(buttons)), "Shall we call?", None),
            (OutgoingContent::Text { body: "words".to_owned(), preview_url: false }, "words", Some(question)),
        ];
        let mut last = None;
        for (content, text, quoted) in contents {
            last = Some(reply(app, &by, saying(content, text, quoted)).await.expect("accepted"));
        }
        let phone = app.eventually("all replies", async || Some(app.phone().await).filter(|phone| phone.len() == 5)).await;
        let kinds: Vec<&str> = phone[1..].iter().filter_map(|message| message["type"].as_str()).collect();
        assert_eq!(kinds, ["image", "location", "interactive", "text"]);
        let asked = phone[0]["id"].clone();
        assert_eq!(phone[1]["payload"]["context"]["message_id"], asked);
        assert_eq!(phone[4]["payload"]["context"]["message_id"], asked);
        let last = last.expect("a message");
        let told = app.eventually("the reports", async || Some(life(app, &by, last).await).filter(|life| life.statuses.len() >= 3)).await;
        assert_eq!((told.job, told.attempts.len()), (None, 1));
        assert!(told.wamid.is_some());
    }

    async fn what_whatsapp_would_refuse_is_not_accepted(app) {
        let question = app.customer_says("hello").await;
        let (by, question) = (access(app).await, MessageId(id(question["messageId"].as_str().expect("an id"))));
        let nowhere = OutgoingContent::Location(Place { latitude: 91.0, longitude: 0.0, name: None, address: None });
        assert!(matches!(reply(app, &by, saying(nowhere, "nowhere", None)).await, Err(ContentError::Flawed(_))));
        let words = || OutgoingContent::Text { body: "words".to_owned(), preview_url: false };
        let unknown = Some(MessageId(Uuid::nil()));
        assert!(matches!(reply(app, &by, saying(words(), "words", unknown)).await, Err(ContentError::CannotQuote)));
        let thumb = OutgoingContent::Reaction { message_id: "wamid.1".to_owned(), emoji: Some("👍".to_owned()) };
        assert!(matches!(reply(app, &by, saying(thumb, "👍", Some(question))).await, Err(ContentError::NotAReply)));
        app.hours_pass(25);
        assert!(matches!(reply(app, &by, saying(words(), "words", None)).await, Err(ContentError::Reply(_))));
    }
}
