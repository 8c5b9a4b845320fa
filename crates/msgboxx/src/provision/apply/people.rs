//! Users and teams.

use super::Applier;
use crate::provision::entries::{TeamEntry, UserEntry};
use crate::provision::report::Outcome;
use crate::provision::source::At;
use msgboxx_model::{Team, TeamId, User, UserId};
use msgboxx_store::{Owned, StoreError};

impl Applier<'_, '_> {
    pub(super) async fn apply_users(&mut self, entries: &[UserEntry]) -> Result<(), StoreError> {
        for entry in entries {
            self.apply_user(entry).await?;
        }
        Ok(())
    }

    async fn apply_user(&mut self, entry: &UserEntry) -> Result<(), StoreError> {
        let organisation = self.organisation;
        let namesake = self.tx.user_with_email(&entry.email.value).await?;
        if namesake.as_ref().is_some_and(|(whose, _)| *whose != organisation) {
            self.mistake(entry.email.line, format!("email {} already belongs to a user of another organisation", entry.email.value));
            return Ok(());
        }
        let namesake = namesake.map(|(_, user)| user);
        let known = match &entry.id {
            Some(id) => self.tx.user(organisation, id.value).await?,
            None => namesake.clone(),
        };
        if let Some(other) = namesake.filter(|namesake| known.as_ref().is_none_or(|known| known.id != namesake.id)) {
            self.mistake(entry.email.line, format!("the user {} already exists with the id {}", other.email, other.id));
            return Ok(());
        }
        let what = format!("user {}", entry.email.value);
        let (user, outcome) = match known {
            Some(known) => self.change_user(known, entry).await?,
            None if entry.password.is_none() => {
                let email = &entry.email;
                self.mistake(email.line, format!("the user {} is new and needs password, password_env or password_file", email.value));
                return Ok(());
            }
            None if self.is_free(Owned::User, entry.id.as_ref()).await? => (self.insert_user(entry).await?, Outcome::Created),
            None => return Ok(()),
        };
        let is_access_changed = self.give_accounts(user, entry).await?;
        let outcome = if outcome == Outcome::LeftAlone { Outcome::changed_if(is_access_changed) } else { outcome };
        self.report.add(outcome, what);
        Ok(())
    }

    async fn insert_user(&mut self, entry: &UserEntry) -> Result<UserId, StoreError> {
        let created_at = self.tx.tick();
        let user = User {
            id: entry.id.as_ref().map_or_else(|| UserId(self.tx.id_at(created_at)), |id| id.value),
            email: entry.email.value.clone(),
            first_name: entry.first_name.clone().unwrap_or_default(),
            last_name: entry.last_name.clone().unwrap_or_default(),
            role: entry.role,
            created_at,
        };
        let hash = self.plan.hashes.get(&entry.email.value.to_lowercase()).map(String::as_str);
        if self.tx.insert_user(self.organisation, &user, hash).await? {
            return Ok(user.id);
        }
        Err(StoreError::Constraint("a user was made elsewhere at the same time".to_owned()))
    }

    /// A user with another role starts anew: tokens issued for the old one end.
    async fn change_user(&mut self, known: User, entry: &UserEntry) -> Result<(UserId, Outcome), StoreError> {
        let wanted = User {
            email: entry.email.value.clone(),
            first_name: entry.first_name.clone().unwrap_or_else(|| known.first_name.clone()),
            last_name: entry.last_name.clone().unwrap_or_else(|| known.last_name.clone()),
            role: entry.role,
            ..known.clone()
        };
        let is_changed = wanted != known;
        if is_changed && !self.tx.update_user(self.organisation, &wanted).await? {
            return Err(StoreError::Constraint("an e-mail address was taken elsewhere at the same time".to_owned()));
        }
        if wanted.role != known.role {
            self.tx.revoke_sessions_of_user(self.organisation, known.id).await?;
        }
        Ok((known.id, Outcome::changed_if(is_changed)))
    }

    async fn give_accounts(&mut self, user: UserId, entry: &UserEntry) -> Result<bool, StoreError> {
        let Some(names) = &entry.api_accounts else { return Ok(false) };
        let wanted = self.account_ids(names);
        let mut given = self.tx.api_accounts_given_to(self.organisation, user).await?;
        given.sort_unstable();
        if given != wanted {
            self.tx.give_api_accounts(self.organisation, user, &wanted).await?;
        }
        Ok(given != wanted)
    }

    pub(super) async fn apply_teams(&mut self, entries: &[TeamEntry]) -> Result<(), StoreError> {
        if entries.is_empty() {
            return Ok(());
        }
        let mut teams = self.tx.teams(self.organisation).await?;
        for entry in entries {
            self.apply_team(entry, &mut teams).await?;
        }
        Ok(())
    }

    async fn apply_team(&mut self, entry: &TeamEntry, teams: &mut Vec<Team>) -> Result<(), StoreError> {
        let namesake = teams.iter().position(|team| team.name == entry.name.value);
        let place = match &entry.id {
            Some(id) => teams.iter().position(|team| team.id == id.value),
            None => namesake,
        };
        if let Some(other) = namesake.filter(|namesake| place != Some(*namesake)) {
            self.mistake(entry.name.line, format!("the team {:?} already exists with the id {}", entry.name.value, teams[other].id));
            return Ok(());
        }
        let accounts = self.account_ids(&entry.api_accounts);
        let users = match &entry.users {
            Some(emails) => Some(self.members(emails).await?),
            None => None,
        };
        let what = format!("team {:?}", entry.name.value);
        let Some(place) = place else {
            if self.is_free(Owned::Team, entry.id.as_ref()).await? {
                let team = self.insert_team(entry).await?;
                self.tx.link_team(self.organisation, team.id, &accounts).await?;
                self.tx.set_team_members(self.organisation, team.id, users.as_deref().unwrap_or_default()).await?;
                teams.push(team);
                self.report.add(Outcome::Created, what);
            }
            return Ok(());
        };
        let is_changed = self.change_team(&mut teams[place], entry, &accounts, users.as_deref()).await?;
        self.report.add(Outcome::changed_if(is_changed), what);
        Ok(())
    }

    async fn insert_team(&mut self, entry: &TeamEntry) -> Result<Team, StoreError> {
        let created_at = self.tx.tick();
        let team = Team {
            id: entry.id.as_ref().map_or_else(|| TeamId(self.tx.id_at(created_at)), |id| id.value),
            name: entry.name.value.clone(),
            description: entry.description.clone().unwrap_or_default(),
            api_accounts: Vec::new(),
            users: Vec::new(),
        };
        if self.tx.insert_team(self.organisation, &team, created_at).await? {
            return Ok(team);
        }
        Err(StoreError::Constraint("a team was made elsewhere at the same time".to_owned()))
    }

    async fn change_team(
        &mut self,
        team: &mut Team,
        entry: &TeamEntry,
        accounts: &[msgboxx_model::ApiAccountId],
        users: Option<&[UserId]>,
    ) -> Result<bool, StoreError> {
        let description = entry.description.as_ref().unwrap_or(&team.description).clone();
        let is_text_changed = team.name != entry.name.value || team.description != description;
        if is_text_changed {
            team.name.clone_from(&entry.name.value);
            team.description = description;
            self.tx.update_team(self.organisation, team).await?;
        }
        let mut linked: Vec<_> = team.api_accounts.iter().map(|(id, _)| *id).collect();
        linked.sort_unstable();
        let is_link_changed = linked != accounts;
        if is_link_changed {
            self.tx.link_team(self.organisation, team.id, accounts).await?;
        }
        let mut members: Vec<_> = team.users.iter().map(|(id, ..)| *id).collect();
        members.sort_unstable();
        let new_members = users.filter(|users| *users != members);
        if let Some(users) = new_members {
            self.tx.set_team_members(self.organisation, team.id, users).await?;
        }
        Ok(is_text_changed || is_link_changed || new_members.is_some())
    }

    /// The users with these addresses, without repetition; an unknown one is a mistake.
    async fn members(&mut self, emails: &[At<String>]) -> Result<Vec<UserId>, StoreError> {
        let mut members = Vec::new();
        for email in emails {
            match self.tx.user_with_email(&email.value).await? {
                Some((organisation, user)) if organisation == self.organisation => members.push(user.id),
                _ => self.mistake(email.line, format!("unknown user {}", email.value)),
            }
        }
        members.sort_unstable();
        members.dedup();
        Ok(members)
    }
}
