//! Messages.

use super::ApiResult;
use super::answer::{Answer, json, page};
use super::body::Body;
use super::fields::{Fields, FromFields, Noted, value};
use super::once::{answer_once, key};
use super::openapi::body_schema;
use super::paging::{Paging, envelope_of};
use super::path::PathId;
use super::problem::{Code, Problem};
use super::query::{Nothing, Query};
use super::views::{MessageView, Page, samples};
use super::window::Window;
use crate::app::App;
use crate::auth::access::Access;
use crate::auth::caller::Caller;
use crate::inbox::reply::{Reply, reply};
use axum::extract::State;
use axum::response::IntoResponse;
use http::HeaderMap;
use msgboxx_model::{ApiAccountId, Instant, MessageId};
use msgboxx_store::{IdempotencyKey, MessageFilter, Tx};
use std::sync::Arc;
use std::time::Duration;

/// Characters in a message.
pub(super) const LONGEST_MESSAGE: usize = 4096;

/// How far back a list goes when the client does not say.
const USUAL_WINDOW: Duration = Duration::from_hours(24);

/// What a list of messages is narrowed to.
pub(super) struct MessageQuery {
    paging: Paging,
    window: Window,
    api_account: Option<ApiAccountId>,
    filter: MessageFilter,
}

impl FromFields for MessageQuery {
    fn read(fields: &mut Fields) -> Result<Self, Noted> {
        let paging = Paging::read(fields);
        let api_account = fields.optional("apiAccountId", value::id);
        let inbox = fields.optional("inboxId", value::id);
        let contact = fields.optional("contactId", value::id);
        let conversation = fields.optional("conversationId", value::id);
        let window = Window::read(fields);
        let filter = MessageFilter { contact: contact?, conversation: conversation?, inbox: inbox? };
        Ok(Self { paging: paging?, window: window?, api_account: api_account?, filter })
    }
}

/// The last day up to now, or the day before `toDate`, unless the client says from when on.
fn window(given: Window, now: Instant) -> Window {
    Window { from: given.from.or(Some(given.to.unwrap_or(now).minus(USUAL_WINDOW))), to: given.to }
}

/// List messages.
///
/// Without `fromDate` and `toDate` the messages of the last 24 hours; with `toDate` alone those of the 24 hours before it.
#[utoipa::path(get, path = "/message", tag = "Message", operation_id = "listMessages", params(Query<MessageQuery>),
    responses((status = 200, description = "A page of messages", body = Page<MessageView<'static>>)))]
pub(super) async fn list_messages(State(app): State<Arc<App>>, caller: Caller, Query(query): Query<MessageQuery>) -> ApiResult {
    let (organisation, accounts) = (caller.organisation(), caller.narrowed_to(query.api_account));
    let window = window(query.window, app.clock.now());
    let request = query.paging.within(window.from, window.to);
    let filter = query.filter;
    let records = app.store.read(async move |tx: &mut Tx<'_>| tx.messages(organisation, &accounts, filter, request).await).await?;
    page(&envelope_of(&records, query.paging, |message| MessageView::new(message, app.media_links.of(organisation, message))))
}

/// Read a message, however old it is.
#[utoipa::path(get, path = "/message/{messageId}", tag = "Message", operation_id = "getMessage",
    responses((status = 200, description = "The message", body = MessageView<'static>)))]
pub(super) async fn get_message(
    State(app): State<Arc<App>>,
    caller: Caller,
    PathId(id): PathId<MessageId>,
    _: Query<Nothing>,
) -> ApiResult {
    let organisation = caller.organisation();
    let message = app.store.read(async move |tx: &mut Tx<'_>| tx.message(organisation, id).await).await?;
    let message = message.filter(|message| caller.may_see(message.api_account_id)).ok_or(Code::NotFound)?;
    json(&MessageView::new(&message, app.media_links.of(organisation, &message)))
}

impl FromFields for Reply {
    fn read(fields: &mut Fields) -> Result<Self, Noted> {
        let api_account = fields.required("apiAccountId", value::id);
        let contact = fields.required("contactId", value::id);
        let text = fields.required("message", value::words(LONGEST_MESSAGE));
        Ok(Self { api_account: api_account?, contact: contact?, text: text? })
    }
}

body_schema!(Reply as "NewMessage", "A session message to be sent.", samples::new_message);

/// Send a session message.
///
/// Possible within 24 hours of the contact's last message; otherwise send a template through `/broadcast`. The message is
/// queued durably and the call returns at once; the flags follow as it is sent, delivered and read.
#[utoipa::path(post, path = "/message", tag = "Message", operation_id = "createMessage", request_body = Reply,
    responses((status = 201, description = "The message", body = MessageView<'static>)))]
pub(super) async fn create_message(
    State(app): State<Arc<App>>,
    caller: Caller,
    headers: HeaderMap,
    _: Query<Nothing>,
    Body { value, bytes }: Body<Reply>,
) -> ApiResult {
    let key = key(&headers, &caller, "POST /message", &bytes)?;
    Ok(send(&app, caller.access(), key, value).await?.into_response())
}

/// Accepts a reply and wakes whoever sends it.
pub(super) async fn send(app: &App, access: Arc<Access>, key: Option<IdempotencyKey>, new: Reply) -> Result<Answer, Problem> {
    let answer = answer_once(&app.store, key, async move |tx: &mut Tx<'_>| {
        let message = reply(tx, &access, &new).await?;
        Answer::created(format!("/message/{}", message.id), &MessageView::new(&message, String::new()))
    });
    let answer = answer.await?;
    app.wake.sending.notify_one();
    app.wake.events.notify_one();
    Ok(answer)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_reaches_back_a_day_unless_told_otherwise() {
        let now = Instant::from_seconds(1_000_000);
        let (early, late) = (Instant::from_seconds(10), Instant::from_seconds(500_000));
        let day_before = |at: Instant| Some(at.minus(Duration::from_hours(24)));
        for (from, to, expected) in [
            (None, None, day_before(now)),
            (Some(early), None, Some(early)),
            (None, Some(late), day_before(late)),
            (Some(early), Some(late), Some(early)),
        ] {
            assert_eq!(window(Window { from, to }, now), Window { from: expected, to });
        }
    }
}
