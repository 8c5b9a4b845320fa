//! The people who sign in, and their teams.

use crate::{ApiAccountId, Instant, TeamId, UserId, text_enum};

text_enum! {
    /// What a user may do.
    Role {
        /// Everything in the organisation.
        Administrator = "administrator",
        /// Answers on the API accounts given to them.
        Agent = "agent",
    }
}

/// A person who signs in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct User {
    /// Their identifier.
    pub id: UserId,
    /// Their sign-in name, unique over the installation.
    pub email: String,
    /// Their first name.
    pub first_name: String,
    /// Their last name.
    pub last_name: String,
    /// What they may do.
    pub role: Role,
    /// When they were made.
    pub created_at: Instant,
}

/// A group of users; global, or linked to some API accounts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Team {
    /// Its identifier.
    pub id: TeamId,
    /// Unique within the organisation.
    pub name: String,
    /// What it is for.
    pub description: String,
    /// The linked accounts; none for a global team.
    pub api_accounts: Vec<(ApiAccountId, String)>,
    /// Its members: id, first name, last name.
    pub users: Vec<(UserId, String, String)>,
}
