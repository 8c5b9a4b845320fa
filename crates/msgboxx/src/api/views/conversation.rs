//! Conversations: where they lie and who answers them.

use super::samples;
use super::user::UserView;
use msgboxx_model::{Folder, Team, User};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

/// Who answers a conversation, a user or a team but never both, and where it lies.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Conversation, examples(samples::conversation, samples::conversation_of_team))]
pub struct ConversationView<'a> {
    /// Left out when no user is assigned.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = super::user::UserView<'a>, required = false)]
    user: Option<UserView<'a>>,
    /// Left out when no team is assigned.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = ConversationTeamView<'a>, required = false)]
    team: Option<ConversationTeamView<'a>>,
    #[schema(value_type = FolderText)]
    folder: &'static str,
}

impl<'a> ConversationView<'a> {
    /// Assigned to that user or team, or to nobody.
    pub fn new(folder: Folder, user: Option<&'a User>, team: Option<&'a Team>) -> Self {
        Self { user: user.map(UserView::from), team: team.map(ConversationTeamView::from), folder: folder.as_str() }
    }
}

/// The team that answers a conversation.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = ConversationTeam)]
struct ConversationTeamView<'a> {
    name: &'a str,
    description: &'a str,
    team_id: Uuid,
}

impl<'a> From<&'a Team> for ConversationTeamView<'a> {
    fn from(team: &'a Team) -> Self {
        Self { name: &team.name, description: &team.description, team_id: team.id.0 }
    }
}

text_schema! {
    /// Where a conversation lies.
    FolderText as "Folder" = Folder
}
