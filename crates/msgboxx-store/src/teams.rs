//! Teams: groups of users, global or linked to some API accounts.

use crate::error::Result;
use crate::tx::Tx;
use crate::value::params;
use msgboxx_model::{ApiAccountId, Instant, OrganisationId, Team, TeamId, UserId};
use std::collections::HashMap;

impl Tx<'_> {
    /// Every team of an organisation with its accounts and members, by name.
    pub async fn teams(&mut self, organisation: OrganisationId) -> Result<Vec<Team>> {
        let mut teams = self
            .all("select id, name, description from teams where organisation_id = $1 order by name, id", params![organisation], |row| {
                Ok(Team { id: row.get(0)?, name: row.get(1)?, description: row.get(2)?, api_accounts: Vec::new(), users: Vec::new() })
            })
            .await?;
        let places: HashMap<TeamId, usize> = teams.iter().enumerate().map(|(place, team)| (team.id, place)).collect();
        for (team, account, name) in self.team_api_accounts(organisation).await? {
            if let Some(place) = places.get(&team) {
                teams[*place].api_accounts.push((account, name));
            }
        }
        for (team, user) in self.team_users(organisation).await? {
            if let Some(place) = places.get(&team) {
                teams[*place].users.push(user);
            }
        }
        Ok(teams)
    }

    /// The team, if this organisation has one with that id.
    pub async fn team(&mut self, organisation: OrganisationId, id: TeamId) -> Result<Option<Team>> {
        Ok(self.teams(organisation).await?.into_iter().find(|team| team.id == id))
    }

    async fn team_api_accounts(&mut self, organisation: OrganisationId) -> Result<Vec<(TeamId, ApiAccountId, String)>> {
        self.all(
            "select t.team_id, a.id, a.name from team_api_accounts t
             join api_accounts a on a.organisation_id = t.organisation_id and a.id = t.api_account_id
             where t.organisation_id = $1 order by a.name, a.id",
            params![organisation],
            |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)),
        )
        .await
    }

    async fn team_users(&mut self, organisation: OrganisationId) -> Result<Vec<(TeamId, (UserId, String, String))>> {
        self.all(
            "select t.team_id, u.id, u.first_name, u.last_name from team_users t
             join users u on u.organisation_id = t.organisation_id and u.id = t.user_id
             where t.organisation_id = $1 and u.disabled_at is null order by u.first_name, u.last_name, u.id",
            params![organisation],
            |row| Ok((row.get(0)?, (row.get(1)?, row.get(2)?, row.get(3)?))),
        )
        .await
    }

    /// Inserts a team without accounts and members; false when the name or the id is taken.
    pub async fn insert_team(&mut self, organisation: OrganisationId, team: &Team, created_at: Instant) -> Result<bool> {
        let inserted = self
            .execute(
                "insert into teams (organisation_id, id, name, description, created_at) values ($1, $2, $3, $4, $5) on conflict do nothing",
                params![organisation, team.id, &team.name, &team.description, created_at],
            )
            .await?;
        Ok(inserted == 1)
    }

    /// Writes a team's name and description.
    ///
    /// # Errors
    /// [`crate::StoreError::Constraint`] when the name is taken: look before.
    pub async fn update_team(&mut self, organisation: OrganisationId, team: &Team) -> Result<()> {
        self.execute(
            "update teams set name = $3, description = $4 where organisation_id = $1 and id = $2",
            params![organisation, team.id, &team.name, &team.description],
        )
        .await?;
        Ok(())
    }

    /// Links a team to these accounts and no others; none makes it global.
    pub async fn link_team(&mut self, organisation: OrganisationId, team: TeamId, accounts: &[ApiAccountId]) -> Result<()> {
        self.push("delete from team_api_accounts where organisation_id = $1 and team_id = $2", params![organisation, team]).await?;
        for account in accounts {
            self.push(
                "insert into team_api_accounts (organisation_id, team_id, api_account_id) values ($1, $2, $3) on conflict do nothing",
                params![organisation, team, *account],
            )
            .await?;
        }
        Ok(())
    }

    /// Makes these users the members of a team, and no others.
    pub async fn set_team_members(&mut self, organisation: OrganisationId, team: TeamId, users: &[UserId]) -> Result<()> {
        self.push("delete from team_users where organisation_id = $1 and team_id = $2", params![organisation, team]).await?;
        for user in users {
            self.push(
                "insert into team_users (organisation_id, team_id, user_id) values ($1, $2, $3) on conflict do nothing",
                params![organisation, team, *user],
            )
            .await?;
        }
        Ok(())
    }
}
