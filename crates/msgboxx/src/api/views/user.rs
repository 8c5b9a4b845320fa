//! Teams, and users with the api accounts that they see. Both spell `apiAccountid` with a small `i`.

use super::samples;
use msgboxx_model::{ApiAccountId, Team, User, UserId};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

/// A person who signs in.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = User)]
pub(super) struct UserView<'a> {
    first_name: &'a str,
    last_name: &'a str,
    user_id: Uuid,
}

impl<'a> From<&'a User> for UserView<'a> {
    fn from(user: &'a User) -> Self {
        Self { first_name: &user.first_name, last_name: &user.last_name, user_id: user.id.0 }
    }
}

impl<'a> From<&'a (UserId, String, String)> for UserView<'a> {
    fn from((id, first_name, last_name): &'a (UserId, String, String)) -> Self {
        Self { first_name, last_name, user_id: id.0 }
    }
}

/// An api account as teams and users show it.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = LinkedApiAccount)]
struct LinkedApiAccountView<'a> {
    name: &'a str,
    /// Spelled so here and nowhere else.
    #[serde(rename = "apiAccountid")]
    api_account_id: Uuid,
}

/// A group of users.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Team, examples(samples::team))]
pub struct TeamView<'a> {
    name: &'a str,
    description: &'a str,
    team_id: Uuid,
    /// The accounts that the team is linked to; none for a global team.
    api_accounts: Vec<LinkedApiAccountView<'a>>,
    users: Vec<UserView<'a>>,
}

impl<'a> From<&'a Team> for TeamView<'a> {
    fn from(team: &'a Team) -> Self {
        let linked = |(id, name): &'a (ApiAccountId, String)| LinkedApiAccountView { name, api_account_id: id.0 };
        Self {
            name: &team.name,
            description: &team.description,
            team_id: team.id.0,
            api_accounts: team.api_accounts.iter().map(linked).collect(),
            users: team.users.iter().map(UserView::from).collect(),
        }
    }
}

/// A user together with one api account that they see.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = UserAndApiAccount, examples(samples::user_row))]
pub struct UserRowView<'a> {
    user: UserView<'a>,
    api_account: LinkedApiAccountView<'a>,
}

impl<'a> UserRowView<'a> {
    /// One pair.
    pub fn new(user: &'a User, api_account: (ApiAccountId, &'a str)) -> Self {
        Self { user: user.into(), api_account: LinkedApiAccountView { name: api_account.1, api_account_id: api_account.0.0 } }
    }
}
