//! Mistakes between the entries of a file: what may be there only once, and in one organisation.

use super::entries::{OrganisationEntry, ProvisioningFile};
use super::source::{At, Source};
use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::fmt::Display;
use std::hash::Hash;
use uuid::Uuid;

/// Reports everything that is there twice.
pub(super) fn check(file: &ProvisioningFile, source: &Source<'_>) {
    let mut names = Once::new(source, "organisation");
    let mut numbers = Once::new(source, "phone_number");
    let mut number_ids = Once::new(source, "phone_number_id");
    let mut emails = Once::new(source, "email");
    for organisation in &file.organisations {
        names.see(organisation.name.line, organisation.name.value.clone());
        for account in &organisation.api_accounts {
            numbers.see(account.phone_number.line, account.phone_number.value.as_str().to_owned());
            if let Some(whatsapp) = &account.whatsapp {
                number_ids.see(whatsapp.phone_number_id.line, whatsapp.phone_number_id.value.clone());
            }
        }
        for user in &organisation.users {
            emails.see(user.email.line, user.email.value.to_lowercase());
        }
        check_names(organisation, source);
    }
    check_ids(file, source);
}

/// What may be there once within an organisation.
fn check_names(organisation: &OrganisationEntry, source: &Source<'_>) {
    let mut accounts = Once::new(source, "API account");
    organisation.api_accounts.iter().for_each(|account| accounts.see(account.name.line, account.name.value.clone()));
    let mut inboxes = Once::new(source, "inbox");
    organisation.inboxes.iter().for_each(|inbox| inboxes.see(inbox.name.line, pair(&inbox.api_account.value, &inbox.name.value)));
    let mut teams = Once::new(source, "team");
    organisation.teams.iter().for_each(|team| teams.see(team.name.line, team.name.value.clone()));
    let mut templates = Once::new(source, "template");
    for template in &organisation.templates {
        templates.see(template.name.line, pair(&template.api_account.value, &pair(&template.name.value, &template.language)));
    }
    let mut contacts = Once::new(source, "mobile_number");
    for contact in &organisation.contacts {
        contacts.see(contact.mobile_number.line, pair(&contact.api_account.value, contact.mobile_number.value.as_str()));
    }
    let mut webhooks = Once::new(source, "webhook");
    organisation.webhooks.iter().for_each(|webhook| webhooks.see(webhook.line, pair(webhook.kind.as_str(), &webhook.target_url)));
}

/// Two names as they are read.
fn pair(first: &str, second: &str) -> String {
    format!("{first} / {second}")
}

/// An identifier stands for one thing of a kind, and belongs to one organisation whatever its kind.
fn check_ids(file: &ProvisioningFile, source: &Source<'_>) {
    let mut owners: HashMap<Uuid, (&str, usize)> = HashMap::new();
    for organisation in &file.organisations {
        let mut seen = [(); 6].map(|()| Once::new(source, "id"));
        for (kind, id) in ids(organisation) {
            seen[kind].see(id.line, id.value);
            let name = organisation.name.value.as_str();
            let (owner, line) = *owners.entry(id.value).or_insert((name, id.line));
            if owner != name {
                source.mistake(id.line, format!("id {} is already in the organisation {owner:?}, on line {line}", id.value));
            }
        }
    }
}

/// Every identifier of an organisation's entries with the number of its kind.
fn ids(organisation: &OrganisationEntry) -> Vec<(usize, At<Uuid>)> {
    fn of<T: Copy + Into<Uuid>>(kind: usize, id: Option<&At<T>>) -> Option<(usize, At<Uuid>)> {
        id.map(|id| (kind, At { value: id.value.into(), line: id.line }))
    }
    let accounts = organisation.api_accounts.iter().filter_map(|entry| of(0, entry.id.as_ref()));
    let inboxes = organisation.inboxes.iter().filter_map(|entry| of(1, entry.id.as_ref()));
    let users = organisation.users.iter().filter_map(|entry| of(2, entry.id.as_ref()));
    let teams = organisation.teams.iter().filter_map(|entry| of(3, entry.id.as_ref()));
    let templates = organisation.templates.iter().filter_map(|entry| of(4, entry.id.as_ref()));
    let contacts = organisation.contacts.iter().filter_map(|entry| of(5, entry.id.as_ref()));
    accounts.chain(inboxes).chain(users).chain(teams).chain(templates).chain(contacts).collect()
}

/// Values that may be seen once.
struct Once<'s, 't, T> {
    source: &'s Source<'t>,
    what: &'static str,
    lines: HashMap<T, usize>,
}

impl<'s, 't, T: Eq + Hash + Display> Once<'s, 't, T> {
    fn new(source: &'s Source<'t>, what: &'static str) -> Self {
        Self { source, what, lines: HashMap::new() }
    }

    fn see(&mut self, line: usize, value: T) {
        match self.lines.entry(value) {
            Entry::Occupied(seen) => {
                let (value, first) = (seen.key(), seen.get());
                self.source.mistake(line, format!("duplicate {} {value}, already on line {first}", self.what));
            }
            Entry::Vacant(new) => {
                new.insert(line);
            }
        }
    }
}
