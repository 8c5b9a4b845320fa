//! Teams and users: bare arrays with everything on the first page, as published.

use super::ApiResult;
use super::answer::json;
use super::fields::{Fields, FromFields, Noted};
use super::paging::read_page;
use super::query::Query;
use super::views::{TeamView, UserRowView};
use crate::app::App;
use crate::auth::caller::Caller;
use axum::extract::State;
use msgboxx_store::Tx;
use std::sync::Arc;

/// The page of a bare array: the first has everything, so that a client paging until empty ends.
pub(super) struct WholePage {
    is_first: bool,
}

impl FromFields for WholePage {
    fn read(fields: &mut Fields) -> Result<Self, Noted> {
        Ok(Self { is_first: read_page(fields)? == 1 })
    }
}

/// List teams.
///
/// All teams that are global or linked to an api account that the caller may see, by name.
#[utoipa::path(get, path = "/team", tag = "Team", operation_id = "listTeams", params(Query<WholePage>),
    responses((status = 200, description = "The teams", body = Vec<TeamView<'static>>)))]
pub(super) async fn list_teams(State(app): State<Arc<App>>, caller: Caller, Query(page): Query<WholePage>) -> ApiResult {
    let organisation = caller.organisation();
    let mut teams = app.store.read(async move |tx: &mut Tx<'_>| tx.teams(organisation).await).await?;
    teams.retain_mut(|team| {
        let is_global = team.api_accounts.is_empty();
        team.api_accounts.retain(|(account, _)| caller.may_see(*account));
        page.is_first && (is_global || caller.is_administrator() || !team.api_accounts.is_empty())
    });
    teams.sort_by(|a, b| (&a.name, a.id).cmp(&(&b.name, b.id)));
    json(&teams.iter().map(TeamView::from).collect::<Vec<_>>())
}

/// List users with their api accounts.
///
/// One row for each user and api account that they see, as far as the caller sees the account; by the user's name.
#[utoipa::path(get, path = "/user", tag = "User", operation_id = "listUsers", params(Query<WholePage>),
    responses((status = 200, description = "Pairs of a user and an api account", body = Vec<UserRowView<'static>>)))]
pub(super) async fn list_users(State(app): State<Arc<App>>, caller: Caller, Query(page): Query<WholePage>) -> ApiResult {
    let organisation = caller.organisation();
    let mut pairs = app.store.read(async move |tx: &mut Tx<'_>| tx.user_account_pairs(organisation).await).await?;
    pairs.retain(|(_, account, _)| page.is_first && caller.may_see(*account));
    pairs.sort_by(|(a, a_account, a_name), (b, b_account, b_name)| {
        (&a.first_name, &a.last_name, a.id, a_name, a_account).cmp(&(&b.first_name, &b.last_name, b.id, b_name, b_account))
    });
    json(&pairs.iter().map(|(user, account, name)| UserRowView::new(user, (*account, name))).collect::<Vec<_>>())
}
