//! Contacts.

use super::alias::Alias;
use super::answer::{Answer, json, page};
use super::body::Body;
use super::fields::{Fields, FromFields, Noted, value};
use super::message::send;
use super::once::{answer_once, key};
use super::openapi::body_schema;
use super::paging::{Paging, envelope};
use super::path::PathId;
use super::problem::Problem;
use super::query::{Nothing, Query};
use super::views::{ContactView, Page, samples};
use super::window::Window;
use super::{ApiResult, repeat};
use crate::app::App;
use crate::auth::caller::Caller;
use crate::contacts::{self, ContactChange, ContactError, NewContact};
use crate::inbox::reply::Reply;
use axum::extract::State;
use axum::response::IntoResponse;
use http::HeaderMap;
use msgboxx_model::tags::normalised_tags;
use msgboxx_model::{ApiAccountId, ContactId};
use msgboxx_store::{ContactFilter, Tx};
use std::sync::Arc;

/// Characters in a name.
pub(super) const LONGEST_NAME: usize = 500;
/// Characters in an e-mail address.
pub(super) const LONGEST_EMAIL: usize = 320;

/// What a list of contacts is narrowed to.
pub(super) struct ContactQuery {
    paging: Paging,
    window: Window,
    api_account: Option<ApiAccountId>,
    filter: ContactFilter,
}

impl FromFields for ContactQuery {
    fn read(fields: &mut Fields) -> Result<Self, Noted> {
        let paging = Paging::read(fields);
        let api_account = fields.optional("apiAccountId", value::id);
        let mobile_number = fields.optional("mobileNumber", value::mobile_number);
        let window = Window::read(fields);
        let email = fields.optional("email", value::words(LONGEST_EMAIL));
        let name = fields.optional("name", value::words(LONGEST_NAME));
        let tag = fields.optional("tag", value::words(LONGEST_NAME));
        let filter = ContactFilter { mobile_number: mobile_number?, email: email?, name: name?, tag: tag? };
        Ok(Self { paging: paging?, window: window?, api_account: api_account?, filter })
    }
}

/// List contacts.
///
/// All contacts that the caller may see, newest first.
#[utoipa::path(get, path = "/contact", tag = "Contact", operation_id = "listContacts", params(Query<ContactQuery>),
    responses((status = 200, description = "A page of contacts", body = Page<ContactView<'static>>)))]
pub(super) async fn list_contacts(State(app): State<Arc<App>>, caller: Caller, Query(query): Query<ContactQuery>) -> ApiResult {
    let (organisation, accounts) = (caller.organisation(), caller.narrowed_to(query.api_account));
    let request = query.paging.within(query.window.from, query.window.to);
    let filter = query.filter;
    let records = app.store.read(async move |tx: &mut Tx<'_>| tx.contacts(organisation, &accounts, &filter, request).await).await?;
    page(&envelope::<_, ContactView<'_>>(&records, query.paging))
}

/// Read a contact.
#[utoipa::path(get, path = "/contact/{contactId}", tag = "Contact", operation_id = "getContact",
    responses((status = 200, description = "The contact", body = ContactView<'static>)))]
pub(super) async fn get_contact(
    State(app): State<Arc<App>>,
    caller: Caller,
    PathId(id): PathId<ContactId>,
    _: Query<Nothing>,
) -> ApiResult {
    let access = caller.access();
    let contact = app.store.read(async move |tx: &mut Tx<'_>| contacts::find(tx, &access, id).await).await?;
    json(&ContactView::from(&contact.ok_or(ContactError::Unknown)?))
}

impl FromFields for NewContact {
    fn read(fields: &mut Fields) -> Result<Self, Noted> {
        let mobile_number = fields.required("mobileNumber", value::mobile_number);
        let name = fields.optional("name", value::text(LONGEST_NAME));
        let status = fields.optional("status", value::one_of);
        let email = fields.optional("email", value::text(LONGEST_EMAIL));
        let api_account = fields.required("apiAccountId", value::id);
        let tags = read_tags(fields);
        fields.ignore("contactId");
        fields.ignore("datetime");
        Ok(Self {
            mobile_number: mobile_number?,
            name: name?.filter(|name| !name.is_empty()),
            status: status?,
            email: email?.unwrap_or_default(),
            api_account: api_account?,
            tags: tags?.unwrap_or_default(),
        })
    }
}

body_schema!(NewContact as "NewContact", "A contact to be made.", samples::new_contact);

fn read_tags(fields: &mut Fields) -> Result<Option<Vec<String>>, Noted> {
    let tags = fields.texts("tags")?.map(normalised_tags).transpose();
    tags.map_err(|error| fields.note_invalid("tags", error.to_string()))
}

/// What is posted to `/contact`: a contact, or a message, as one published example has it.
pub(super) enum ContactPost {
    Contact(NewContact),
    Message(Reply),
}

impl FromFields for ContactPost {
    fn read(fields: &mut Fields) -> Result<Self, Noted> {
        // A contact cannot be meant: it needs a number.
        if fields.has("message") && fields.has("contactId") && !fields.has("mobileNumber") {
            fields.note_alias(Alias::A7);
            return Reply::read(fields).map(Self::Message);
        }
        NewContact::read(fields).map(Self::Contact)
    }
}

/// Create a contact.
///
/// The mobile number must be unique on its api account. Without a name the number is the name. A body with
/// `message` and `contactId` but no `mobileNumber` is taken as a message, as one published example sends it.
#[utoipa::path(post, path = "/contact", tag = "Contact", operation_id = "createContact", request_body = NewContact,
    responses((status = 201, description = "The contact", body = ContactView<'static>)))]
pub(super) async fn create_contact(
    State(app): State<Arc<App>>,
    caller: Caller,
    headers: HeaderMap,
    _: Query<Nothing>,
    Body { value, bytes }: Body<ContactPost>,
) -> ApiResult {
    let (access, key) = (caller.access(), key(&headers, &caller, "POST /contact", &bytes)?);
    let new = match value {
        ContactPost::Contact(new) => new,
        ContactPost::Message(reply) => return Ok(send(&app, access, key, reply).await?.shown_at_its_location().into_response()),
    };
    let answer = answer_once(&app.store, key, async move |tx: &mut Tx<'_>| {
        let contact = contacts::create(tx, &access, &new).await?;
        Answer::created(format!("/contact/{}", contact.id), &ContactView::from(&contact))
    });
    let answer = answer.await?;
    app.wake.events.notify_one();
    Ok(answer.into_response())
}

impl FromFields for ContactChange {
    fn read(fields: &mut Fields) -> Result<Self, Noted> {
        let contact = fields.optional("contactId", value::id);
        let mobile_number = fields.clearable("mobileNumber", value::mobile_number);
        let name = fields.optional("name", value::text(LONGEST_NAME));
        let status = fields.optional("status", value::one_of);
        let email = fields.clearable("email", value::text(LONGEST_EMAIL));
        let api_account = fields.optional("apiAccountId", value::id);
        fields.ignore("datetime");
        let tags = read_tags(fields);
        Ok(Self {
            contact: contact?,
            mobile_number: mobile_number?,
            name: name?.filter(|name| !name.is_empty()),
            status: status?,
            email: email?.map(Option::unwrap_or_default),
            api_account: api_account?,
            tags: tags?,
        })
    }
}

body_schema!(ContactChange as "ContactChange", "What is to change of a contact; what is left out stays.", samples::contact);

/// Update a contact.
///
/// Members that are left out stay as they are; `email` can be emptied, `tags` replaces the list. An empty `name` or `status`
/// means the same as none; an empty `mobileNumber` is refused, unless the contact has hidden its number.
#[utoipa::path(put, path = "/contact/{contactId}", tag = "Contact", operation_id = "updateContact",
    request_body = ContactChange, responses((status = 200, description = "The contact", body = ContactView<'static>)))]
pub(super) async fn update_contact(
    State(app): State<Arc<App>>,
    caller: Caller,
    PathId(id): PathId<ContactId>,
    _: Query<Nothing>,
    Body { value: change, .. }: Body<ContactChange>,
) -> ApiResult {
    let access = caller.access();
    let contact = repeat(&app.store, async move |tx: &mut Tx<'_>| contacts::update(tx, &access, id, &change).await).await;
    let contact = contact.map_err(Problem::from)?;
    app.wake.events.notify_one();
    json(&ContactView::from(&contact))
}
