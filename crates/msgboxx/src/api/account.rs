//! API accounts and inboxes. Both are few, so they are paged after reading.

use super::ApiResult;
use super::alias::Alias;
use super::answer::{json, page};
use super::edge::Notes;
use super::fields::{Fields, FromFields, Noted, value};
use super::paging::{Paging, envelope};
use super::path::PathId;
use super::problem::Code;
use super::query::{Nothing, Query};
use super::views::{ApiAccountView, InboxListView, InboxView, Page};
use crate::app::App;
use crate::auth::caller::Caller;
use axum::extract::State;
use msgboxx_model::{ApiAccountId, InboxId};
use msgboxx_store::Tx;
use std::sync::Arc;

/// List api accounts.
///
/// All api accounts that the caller may see, newest first.
#[utoipa::path(get, path = "/apiaccount", tag = "ApiAccount", operation_id = "listApiAccounts", params(Query<Paging>),
    responses((status = 200, description = "A page of api accounts", body = Page<ApiAccountView<'static>>)))]
pub(super) async fn list_api_accounts(State(app): State<Arc<App>>, caller: Caller, Query(paging): Query<Paging>) -> ApiResult {
    let organisation = caller.organisation();
    let mut accounts = app.store.read(async move |tx: &mut Tx<'_>| tx.api_accounts(organisation).await).await?;
    accounts.retain(|account| caller.may_see(account.id));
    page(&envelope::<_, ApiAccountView<'_>>(&paging.page_of(accounts), paging))
}

/// Read an api account.
#[utoipa::path(get, path = "/apiaccount/{apiaccountId}", tag = "ApiAccount", operation_id = "getApiAccount",
    responses((status = 200, description = "The api account", body = ApiAccountView<'static>)))]
pub(super) async fn get_api_account(
    State(app): State<Arc<App>>,
    caller: Caller,
    PathId(id): PathId<ApiAccountId>,
    _: Query<Nothing>,
) -> ApiResult {
    let organisation = caller.organisation();
    let account = app.store.read(async move |tx: &mut Tx<'_>| tx.api_account(organisation, id).await).await?;
    json(&ApiAccountView::from(&account.filter(|account| caller.may_see(account.id)).ok_or(Code::NotFound)?))
}

/// What a list of inboxes is narrowed to.
pub(super) struct InboxQuery {
    paging: Paging,
    api_account: Option<ApiAccountId>,
}

impl FromFields for InboxQuery {
    fn read(fields: &mut Fields) -> Result<Self, Noted> {
        let (paging, api_account) = (Paging::read(fields), fields.optional("apiAccountId", value::id));
        Ok(Self { paging: paging?, api_account: api_account? })
    }
}

/// List inboxes.
///
/// All inboxes of api accounts that the caller may see, newest first.
#[utoipa::path(get, path = "/inbox", tag = "Inbox", operation_id = "listInboxes", params(Query<InboxQuery>),
    responses((status = 200, description = "A page of inboxes", body = Page<InboxListView<'static>>)))]
pub(super) async fn list_inboxes(State(app): State<Arc<App>>, caller: Caller, Query(query): Query<InboxQuery>) -> ApiResult {
    let (organisation, accounts) = (caller.organisation(), caller.narrowed_to(query.api_account));
    let mut inboxes = app.store.read(async move |tx: &mut Tx<'_>| tx.inboxes(organisation).await).await?;
    inboxes.retain(|inbox| accounts.contains(&inbox.api_account_id));
    page(&envelope::<_, InboxListView<'_>>(&query.paging.page_of(inboxes), query.paging))
}

/// Read an inbox.
#[utoipa::path(get, path = "/inbox/{inboxId}", tag = "Inbox", operation_id = "getInbox",
    responses((status = 200, description = "The inbox", body = InboxView<'static>)))]
pub(super) async fn get_inbox(State(app): State<Arc<App>>, caller: Caller, PathId(id): PathId<InboxId>, _: Query<Nothing>) -> ApiResult {
    let organisation = caller.organisation();
    let inbox = app.store.read(async move |tx: &mut Tx<'_>| tx.inbox(organisation, id).await).await?;
    json(&InboxView::from(&inbox.filter(|inbox| caller.may_see(inbox.api_account_id)).ok_or(Code::NotFound)?))
}

/// List inboxes, under the name that one published page prints.
#[utoipa::path(get, path = "/inboxes", tag = "Inbox", operation_id = "listInboxesAlias", params(Query<InboxQuery>),
    responses((status = 200, description = "A page of inboxes", body = Page<InboxListView<'static>>)))]
pub(super) async fn list_inboxes_alias(notes: Notes, app: State<Arc<App>>, caller: Caller, query: Query<InboxQuery>) -> ApiResult {
    notes.aliases([Alias::A2]);
    list_inboxes(app, caller, query).await
}

/// Read an inbox, under the name that one published page prints.
#[utoipa::path(get, path = "/inboxes/{inboxId}", tag = "Inbox", operation_id = "getInboxAlias",
    responses((status = 200, description = "The inbox", body = InboxView<'static>)))]
pub(super) async fn get_inbox_alias(
    notes: Notes,
    app: State<Arc<App>>,
    caller: Caller,
    id: PathId<InboxId>,
    query: Query<Nothing>,
) -> ApiResult {
    notes.aliases([Alias::A2]);
    get_inbox(app, caller, id, query).await
}
