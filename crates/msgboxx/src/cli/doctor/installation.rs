//! The installation: settings, disk, database, clock, keys.

use super::Findings;
use crate::app::connect;
use crate::clock::Clock;
use crate::config::Settings;
use crate::installation::{KeyCheck, look_at_key};
use crate::secrets::{self, InstallationKey, KeySource};
use msgboxx_store::{AliasUses, Database, Store, StoreError, Tx};
use std::path::Path;
use std::time::Duration;

/// Below this a busy installation fills the disk within a day.
const LITTLE_SPACE: u64 = 1024 * 1024 * 1024;
/// Below this SQLite cannot even tidy up.
const NO_SPACE: u64 = 64 * 1024 * 1024;
/// Records may be this much younger than our clock shows without anything being wrong.
const SKEW: Duration = Duration::from_secs(5);

pub(super) fn check_settings(findings: &mut Findings, settings: &Settings) {
    findings.fine("settings", format!("the API listens on {}, others reach it at {}", settings.listen, settings.public_url));
    if settings.listen.ip().is_unspecified() && settings.public_url.as_str().contains(&settings.listen.ip().to_string()) {
        findings.note("settings", "MSGBOXX_PUBLIC_URL is not set: links would lead nowhere from another machine");
    }
}

pub(super) fn check_disk(findings: &mut Findings, settings: &Settings) {
    let directory = &settings.data_dir;
    if !directory.exists() {
        findings.note("disk", format!("the data directory {} is not there yet: the first start makes it", directory.display()));
        return;
    }
    if let Err(error) = tempfile_in(directory) {
        findings.broken("disk", format!("the data directory {} cannot be written: {error}", directory.display()));
        return;
    }
    match rustix::fs::statvfs(directory) {
        Ok(disk) => {
            let free = disk.f_bavail.saturating_mul(disk.f_frsize);
            let text = format!("{} MiB are free in {}", free / 1024 / 1024, directory.display());
            match free {
                0..NO_SPACE => findings.broken("disk", text),
                NO_SPACE..LITTLE_SPACE => findings.note("disk", text),
                _ => findings.fine("disk", text),
            }
        }
        Err(error) => findings.broken("disk", format!("the disk of {} cannot be looked at: {error}", directory.display())),
    }
}

/// Writes a file and removes it again.
fn tempfile_in(directory: &Path) -> std::io::Result<()> {
    let path = directory.join(format!(".doctor-{}", uuid::Uuid::new_v4()));
    std::fs::write(&path, b"msgboxx doctor")?;
    std::fs::remove_file(&path)
}

/// The database, if it answers and has a schema.
pub(super) async fn check_database(findings: &mut Findings, settings: &Settings, clock: &Clock) -> Option<Store> {
    let name = match &settings.database {
        Database::Sqlite(path) if !path.exists() => {
            findings.note("database", format!("the SQLite file {} is not there yet: the first start makes it", path.display()));
            return None;
        }
        Database::Sqlite(path) => format!("the SQLite file {}", path.display()),
        Database::Postgres(_) => "PostgreSQL".to_owned(),
    };
    let store = match connect(settings, clock).await {
        Ok(store) => store,
        Err(error) => {
            findings.broken("database", format!("{error:#}"));
            return None;
        }
    };
    let looked = store.read(async |tx: &mut Tx<'_>| {
        let pending = tx.pending_migrations().await?;
        Ok::<_, StoreError>((pending, tx.organisations().await?))
    });
    match looked.await {
        Ok((pending, _)) if !pending.is_empty() => {
            let pending = pending.join(", ");
            findings
                .broken("database", format!("{name} is behind this program ({pending}): run msgboxx migrate, or serve, which does it too"));
            None
        }
        Err(StoreError::Schema(why)) => {
            findings.broken(
                "database",
                format!("{name} does not fit this program: {why}; use the program that brought it there, or a newer one"),
            );
            None
        }
        Ok((_, organisations)) => {
            findings.fine("database", format!("{name} answers and has {} organisations", organisations.len()));
            Some(store)
        }
        Err(StoreError::Statement(_)) => {
            findings.broken("database", format!("{name} has no schema yet: run msgboxx migrate, or serve, which does it too"));
            None
        }
        Err(error) => {
            findings.broken("database", error);
            None
        }
    }
}

/// Who relies on what the documentation of the public API misspells.
pub(super) async fn check_aliases(findings: &mut Findings, store: &Store) {
    match store.read(async |tx: &mut Tx<'_>| tx.alias_uses().await).await {
        Ok(uses) if uses.is_empty() => findings.fine("aliases", "no application relies on an alias of the public API"),
        Ok(uses) => {
            for AliasUses { organisation, calling_application, alias, n, last_at } in uses {
                let (last, times) = (last_at.to_millis_text(), if n == 1 { "once".to_owned() } else { format!("{n} times") });
                let text = format!(
                    "{calling_application:?} of {organisation:?} used the alias {alias} of the public API {times}, last at {last}: it works, \
                     and the application should move to the documented name"
                );
                findings.note("aliases", text);
            }
        }
        Err(error) => findings.broken("aliases", error),
    }
}

/// Time that runs behind what was already recorded would close windows late and order events wrongly.
pub(super) async fn check_clock(findings: &mut Findings, store: &Store, clock: &Clock) {
    let newest = store.read(async |tx: &mut Tx<'_>| {
        let mut newest = None;
        for organisation in tx.organisations().await? {
            let position = tx.newest_position(organisation.id).await?;
            let events = tx.events_after(organisation.id, position - 1, 1).await?;
            newest = newest.max(events.first().map(|event| event.at));
        }
        Ok::<_, StoreError>(newest)
    });
    let now = clock.now();
    match newest.await {
        Ok(Some(newest)) if newest > now.plus(SKEW) => {
            let behind = newest.saturating_since(now).as_secs();
            findings.note(
                "clock",
                format!("it is {behind} s behind the newest event: it was set back, or the simulator's clock was moved forward"),
            );
        }
        Ok(_) => findings.fine("clock", format!("it shows {} and nothing recorded is later", now.to_millis_text())),
        Err(error) => findings.broken("clock", error),
    }
}

pub(super) async fn check_keys(findings: &mut Findings, settings: &Settings, store: Option<&Store>) -> Option<InstallationKey> {
    let is_first_start = store.is_none() && matches!(settings.database, Database::Sqlite(_)) && settings.secret_key.is_none();
    if is_first_start && settings.secret_key_file.is_none() && !settings.data_dir.join("secret.key").exists() {
        findings.note("keys", "there is no secret key yet: the first start makes it");
        return None;
    }
    let (keys, source) = match secrets::load(settings) {
        Ok(found) => found,
        Err(error) => {
            findings.broken("keys", format!("{error:#}"));
            return None;
        }
    };
    check_key_file(findings, &source);
    let Some(store) = store else {
        findings.fine("keys", "the secret key can be read");
        return Some(keys);
    };
    match look_at_key(store, &keys).await {
        Ok(KeyCheck::Fits) => findings.fine("keys", "the secret key is the one of this installation"),
        Ok(KeyCheck::Unused) => findings.fine("keys", "the secret key can be read and nothing was sealed with another"),
        Ok(KeyCheck::Differs) => {
            findings.broken("keys", "the secret key is not the one that this installation was made with");
            return None;
        }
        Err(error) => findings.broken("keys", format!("{error:#}")),
    }
    Some(keys)
}

/// Where somebody else puts the file, they also say who may read it.
fn check_key_file(findings: &mut Findings, source: &KeySource) {
    let text = |path: &Path| format!("{} can be read by others: chmod 600 it", path.display());
    match source {
        KeySource::DataDirectory(path) if secrets::is_readable_by_others(path).unwrap_or(false) => findings.broken("keys", text(path)),
        KeySource::NamedFile(path) if secrets::is_readable_by_others(path).unwrap_or(false) => findings.note("keys", text(path)),
        KeySource::Setting | KeySource::NamedFile(_) | KeySource::DataDirectory(_) => {}
    }
}
