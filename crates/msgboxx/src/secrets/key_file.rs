//! Where the installation's key comes from.
//!
//! On SQLite it is made once, beside the database. Two processes that start at the same moment must
//! end with the same key: the file appears whole under its name or not at all, and the loser reads
//! the winner's.

use super::{InstallationKey, Secret};
use crate::config::Settings;
use anyhow::{Context, bail};
use msgboxx_store::Database;
use std::fs::{self, OpenOptions};
use std::io::{ErrorKind, Write};
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};

/// Where the key was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum KeySource {
    /// In a setting.
    Setting,
    /// In a file that a setting names.
    NamedFile(PathBuf),
    /// In the data directory.
    DataDirectory(PathBuf),
}

/// The key that the settings mean; on SQLite it is made when there is none.
///
/// # Errors
/// When it is missing, cannot be read or is no key.
pub fn load(settings: &Settings) -> anyhow::Result<(InstallationKey, KeySource)> {
    if let Some(secret) = &settings.secret_key {
        let key = InstallationKey::from_base64(secret.expose()).context("MSGBOXX_SECRET_KEY")?;
        return Ok((key, KeySource::Setting));
    }
    if let Some(path) = &settings.secret_key_file {
        return Ok((read(path)?, KeySource::NamedFile(path.clone())));
    }
    if matches!(settings.database, Database::Postgres(_)) {
        bail!(
            "with PostgreSQL MSGBOXX_SECRET_KEY or MSGBOXX_SECRET_KEY_FILE is required, the same on every node: 32 bytes in base64, as `openssl rand -base64 32` prints them"
        );
    }
    let path = settings.data_dir.join("secret.key");
    if !path.exists() {
        make(&settings.data_dir, &path).with_context(|| format!("{} cannot be made", path.display()))?;
    }
    Ok((read(&path)?, KeySource::DataDirectory(path)))
}

/// Whether others than its owner may read a file.
pub(crate) fn is_readable_by_others(path: &Path) -> std::io::Result<bool> {
    Ok(fs::metadata(path)?.permissions().mode() & 0o077 != 0)
}

fn read(path: &Path) -> anyhow::Result<InstallationKey> {
    let text = fs::read_to_string(path).with_context(|| format!("the secret key {} cannot be read", path.display()))?;
    InstallationKey::from_base64(&text).with_context(|| format!("the secret key {}", path.display()))
}

fn make(directory: &Path, path: &Path) -> std::io::Result<()> {
    let key: Secret = InstallationKey::generate();
    let draft = directory.join(format!("secret.key.{}", uuid::Uuid::new_v4()));
    let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&draft)?;
    file.write_all(key.expose().as_bytes())?;
    file.write_all(b"\n")?;
    file.sync_all()?;
    // Unlike a rename, a link does not replace a key that another process has just made.
    let linked = fs::hard_link(&draft, path);
    fs::remove_file(&draft)?;
    match linked {
        Err(error) if error.kind() != ErrorKind::AlreadyExists => Err(error),
        _ => fs::File::open(directory)?.sync_all(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::{Environment, Flags};

    fn settings(variables: &[(&str, &str)]) -> Settings {
        let flags: Flags = variables.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect();
        Settings::read(&flags, &Environment::default(), None).expect("valid settings")
    }

    #[test]
    fn the_key_is_made_once_and_only_its_owner_reads_it() {
        let directory = tempfile::tempdir().expect("a directory");
        let settings = settings(&[("data_dir", directory.path().to_str().expect("unicode"))]);
        load(&settings).expect("made");
        let path = directory.path().join("secret.key");
        let first = fs::read_to_string(&path).expect("readable");
        assert_eq!(fs::metadata(&path).expect("there").permissions().mode() & 0o777, 0o600);
        load(&settings).expect("found");
        assert_eq!(fs::read_to_string(&path).expect("readable"), first);
        assert_eq!(fs::read_dir(directory.path()).expect("a directory").count(), 1, "no draft stays behind");
    }

    #[test]
    fn processes_that_start_together_end_with_one_key() {
        let directory = tempfile::tempdir().expect("a directory");
        let path = directory.path().join("secret.key");
        std::thread::scope(|scope| {
            for _ in 0..8 {
                scope.spawn(|| make(directory.path(), &path).expect("made or found"));
            }
        });
        read(&path).expect("a whole key");
        assert_eq!(fs::read_dir(directory.path()).expect("a directory").count(), 1);
    }

    #[test]
    fn postgresql_needs_a_key_from_outside() {
        let settings = settings(&[("database_url", "postgres://localhost/x")]);
        let error = load(&settings).expect_err("no key").to_string();
        assert!(error.contains("MSGBOXX_SECRET_KEY"), "{error}");
    }

    #[test]
    fn a_bad_key_is_refused_without_being_shown() {
        let error = format!("{:#}", load(&settings(&[("secret_key", "canary")])).expect_err("no key"));
        assert!(error.contains("MSGBOXX_SECRET_KEY") && !error.contains("canary"), "{error}");
    }
}
