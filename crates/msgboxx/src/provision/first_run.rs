//! The very first start: an organisation, its administrator, and with the demonstration something to look at.

use super::entries::{OrganisationEntry, ProvisioningFile, UserEntry};
use super::source::At;
use super::{ProvisionError, made_up, read, run};
use crate::auth::password::{Passwords, policy};
use crate::config::Settings;
use crate::secrets::{InstallationKey, Secret};
use msgboxx_model::Role;
use msgboxx_store::{Store, StoreError, Tx};
use std::path::Path;

/// The demonstration data, in the form of any other provisioning file.
const DEMO: &str = include_str!("demo.toml");

/// How the first administrator signs in.
#[derive(Debug, Clone)]
pub struct FirstSignIn {
    /// Their user name.
    pub email: String,
    /// Their password, if it was made up: to be shown once and never again.
    pub made_up_password: Option<Secret>,
}

/// Fills an empty database; none when it is not empty.
///
/// # Errors
/// When the database does not take it.
pub async fn first_run(
    store: &Store,
    keys: &InstallationKey,
    passwords: &Passwords,
    settings: &Settings,
) -> Result<Option<FirstSignIn>, ProvisionError> {
    let is_empty = store.read(async |tx: &mut Tx<'_>| Ok::<_, StoreError>(tx.organisations().await?.is_empty())).await?;
    if !is_empty {
        return Ok(None);
    }
    let made_up_password = settings.admin_password.is_none().then(made_up::password);
    let password = settings.admin_password.clone().or_else(|| made_up_password.clone());
    let given = settings.admin_password.as_ref();
    if let Some(Err(reason)) = given.map(|password| policy::check(password.expose(), &settings.admin_email)) {
        tracing::warn!("the password in MSGBOXX_ADMIN_PASSWORD is weak: it {reason}");
    }
    let email = settings.admin_email.clone();
    let mut organisation = organisation(settings.demo);
    organisation.users.push(administrator(email.clone(), password));
    let file = ProvisioningFile { organisations: vec![organisation] };
    match run(store, keys, passwords, file, true).await {
        Ok(_) => Ok(Some(FirstSignIn { email, made_up_password })),
        // Another node was first.
        Err(ProvisionError::NotEmpty) => Ok(None),
        Err(error) => Err(error),
    }
}

fn organisation(is_demo: bool) -> OrganisationEntry {
    let demo = || read(DEMO, Path::new("demo.toml"), &|_| None).expect("the demonstration file is tested").organisations;
    let found = if is_demo { demo().into_iter().next() } else { None };
    found.unwrap_or_else(|| OrganisationEntry {
        name: At { value: "My organisation".to_owned(), line: 1 },
        api_accounts: Vec::new(),
        inboxes: Vec::new(),
        users: Vec::new(),
        teams: Vec::new(),
        templates: Vec::new(),
        contacts: Vec::new(),
        webhooks: Vec::new(),
    })
}

fn administrator(email: String, password: Option<Secret>) -> UserEntry {
    UserEntry {
        id: None,
        email: At { value: email, line: 1 },
        first_name: Some("Admin".to_owned()),
        last_name: Some("User".to_owned()),
        role: Role::Administrator,
        password,
        api_accounts: None,
    }
}
