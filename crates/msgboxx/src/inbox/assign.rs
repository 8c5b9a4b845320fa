//! Who answers a conversation, and where it lies.

use crate::auth::access::Access;
use msgboxx_model::{ApiAccountId, Assignee, Conversation, ConversationId, Folder, TeamId, UserId};
use msgboxx_store::{StoreError, Tx};

/// What is to change of a conversation. The outer absence leaves a part as it is, the inner one
/// takes the user or team away.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct ConversationChange {
    /// The user who answers it.
    pub user: Option<Option<UserId>>,
    /// The team that answers it.
    pub team: Option<Option<TeamId>>,
    /// Where it lies.
    pub folder: Option<Folder>,
}

/// Why a conversation was not changed.
#[derive(Debug, thiserror::Error)]
pub enum AssignError {
    /// There is no such conversation.
    #[error("the conversation does not exist")]
    Unknown,
    /// Both a user and a team.
    #[error("a conversation is assigned to a user or to a team")]
    UserAndTeam,
    /// The user does not exist or may not see the conversation's account.
    #[error("the user does not exist or has no access to the api account")]
    InvalidUser,
    /// The team does not exist or is linked to other accounts only.
    #[error("the team does not exist or has no access to the api account")]
    InvalidTeam,
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Assigns or moves a conversation.
///
/// # Errors
/// When it is unknown, or the assignee cannot answer it.
pub async fn assign(tx: &mut Tx<'_>, by: &Access, id: ConversationId, change: ConversationChange) -> Result<(), AssignError> {
    let before = find(tx, by, id).await?.ok_or(AssignError::Unknown)?;
    let after =
        Conversation { assignee: assignee(before.assignee, change)?, folder: change.folder.unwrap_or(before.folder), ..before.clone() };
    if after.assignee != before.assignee {
        check_assignee(tx, by, after.assignee, before.api_account_id).await?;
    }
    if after != before {
        tx.update_conversation(by.organisation(), &after).await?;
        tx.append_event(by.organisation(), "conversation", id.0, Some(after.api_account_id)).await?;
    }
    Ok(())
}

/// The conversation, if this user may see it.
pub async fn find(tx: &mut Tx<'_>, by: &Access, id: ConversationId) -> Result<Option<Conversation>, StoreError> {
    Ok(tx.conversation(by.organisation(), id).await?.filter(|conversation| by.may_see(conversation.api_account_id)))
}

/// Who answers afterwards. A user and a team exclude each other; taking away the one who does not
/// answer changes nothing.
fn assignee(before: Option<Assignee>, change: ConversationChange) -> Result<Option<Assignee>, AssignError> {
    match (change.user.flatten(), change.team.flatten()) {
        (Some(_), Some(_)) => Err(AssignError::UserAndTeam),
        (Some(user), None) => Ok(Some(Assignee::User(user))),
        (None, Some(team)) => Ok(Some(Assignee::Team(team))),
        (None, None) => Ok(before.filter(|assignee| match assignee {
            Assignee::User(_) => change.user.is_none(),
            Assignee::Team(_) => change.team.is_none(),
        })),
    }
}

async fn check_assignee(tx: &mut Tx<'_>, by: &Access, assignee: Option<Assignee>, account: ApiAccountId) -> Result<(), AssignError> {
    match assignee {
        None => Ok(()),
        Some(Assignee::User(user)) => {
            let pairs = tx.user_account_pairs(by.organisation()).await?;
            let has_access = pairs.iter().any(|(known, seen, _)| known.id == user && *seen == account);
            if has_access { Ok(()) } else { Err(AssignError::InvalidUser) }
        }
        Some(Assignee::Team(team)) => {
            let team = tx.team(by.organisation(), team).await?.ok_or(AssignError::InvalidTeam)?;
            let has_access = team.api_accounts.is_empty() || team.api_accounts.iter().any(|(linked, _)| *linked == account);
            if has_access { Ok(()) } else { Err(AssignError::InvalidTeam) }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    const ANA: UserId = UserId(Uuid::from_u128(1));
    const LETTINGS: TeamId = TeamId(Uuid::from_u128(2));
    const BY_ANA: Option<Assignee> = Some(Assignee::User(ANA));
    const BY_LETTINGS: Option<Assignee> = Some(Assignee::Team(LETTINGS));

    #[test]
    fn a_user_and_a_team_exclude_each_other() {
        let (ana, lettings) = (Some(Some(ANA)), Some(Some(LETTINGS)));
        for (before, user, team, after) in [
            (None, ana, None, BY_ANA),
            (BY_LETTINGS, ana, None, BY_ANA),
            (BY_LETTINGS, ana, Some(None), BY_ANA),
            (BY_ANA, Some(None), lettings, BY_LETTINGS),
            (BY_ANA, Some(None), None, None),
            (BY_ANA, None, Some(None), BY_ANA),
            (BY_LETTINGS, None, Some(None), None),
            (BY_LETTINGS, Some(None), None, BY_LETTINGS),
            (BY_LETTINGS, Some(None), Some(None), None),
            (BY_ANA, None, None, BY_ANA),
            (None, Some(None), Some(None), None),
        ] {
            let found = assignee(before, ConversationChange { user, team, folder: None }).expect("allowed");
            assert_eq!(found, after, "{before:?} {user:?} {team:?}");
        }
    }

    #[test]
    fn both_at_once_is_a_mistake() {
        let both = ConversationChange { user: Some(Some(ANA)), team: Some(Some(LETTINGS)), folder: None };
        assert!(matches!(assignee(None, both), Err(AssignError::UserAndTeam)));
    }
}
