//! Data sets: one organisation with two API accounts, and years of messages in msgboxx's own schema.
//!
//! Written past the product, since ten million messages would take it too long; people are provisioned by it, so that
//! passwords and keys are real. A set is kept and brought up to date when it is used again: the last day always has as many
//! messages as every other day.

mod plan;
mod postgres;
mod sqlite;
mod texts;

pub(crate) use plan::id_at;

use crate::engine::Engine;
use crate::machine::{data_folder, now, root};
use crate::postgres::Postgres;
use crate::product::{Installation, Product};
use anyhow::{Context, Result};
use msgboxx_store::{Database, Store, StoreSettings};
use plan::{Fill, Missing, Plan};
use std::fs;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Instant;
use uuid::Uuid;

/// The account whose messages are read and written. It has half of all messages.
pub(crate) const ACCOUNT: Uuid = Uuid::from_u128(0x3fa8_5f64_5717_4562_b3fc_2c96_3f66_afa6);
const OTHER_ACCOUNT: Uuid = Uuid::from_u128(0x7f22_80ed_40bd_4bba_a813_a833_f022_cdf9);
const ACCOUNTS: [Uuid; 2] = [ACCOUNT, OTHER_ACCOUNT];
/// Goes up when the plan changes, so that sets of the old plan are made anew.
const EDITION: u64 = 1;

/// A data set, up to date.
#[derive(Debug, Clone)]
pub(crate) struct DataSet {
    pub(crate) engine: Engine,
    pub(crate) installation: Installation,
}

impl DataSet {
    /// The SQLite file.
    pub(crate) fn file(&self) -> PathBuf {
        self.installation.folder.join(sqlite::FILE)
    }

    /// A store on it, as the product opens it.
    pub(crate) async fn store(&self) -> Result<Store> {
        let database: Database = self.installation.database.parse()?;
        let store =
            Store::open(StoreSettings { database, postgres_connections: None, statement_cache: true, clock: Arc::new(now) }).await?;
        store.migrate().await?;
        Ok(store)
    }

    /// A copy of an SQLite set, to be written to, in which every customer has just written. An earlier copy is replaced.
    pub(crate) fn copy(&self) -> Result<DataSet> {
        let folder = data_folder().join("scratch");
        drop(fs::remove_dir_all(&folder));
        fs::create_dir_all(&folder)?;
        fs::copy(self.file(), folder.join(sqlite::FILE)).context("no copy of the data set can be made")?;
        sqlite::open_windows(&folder.join(sqlite::FILE))?;
        Ok(Self { engine: self.engine, installation: sqlite::installation(folder) })
    }

    /// Removes a copy that has served.
    pub(crate) fn discard(self) -> Result<()> {
        Ok(fs::remove_dir_all(self.installation.folder)?)
    }

    /// Contacts of the account, to whom messages can be sent.
    pub(crate) fn contacts(&self) -> Result<Vec<Uuid>> {
        sqlite::contacts(&self.file())
    }
}

/// Makes data sets and keeps them.
pub(crate) struct Library<'a> {
    product: &'a Product,
    postgres: Option<&'a Postgres>,
}

impl<'a> Library<'a> {
    /// A library in the build folder.
    pub(crate) fn new(product: &'a Product, postgres: Option<&'a Postgres>) -> Self {
        Self { product, postgres }
    }

    /// The set of that many messages: found, brought up to date or made.
    pub(crate) fn data_set(&self, engine: Engine, messages: u64) -> Result<DataSet> {
        let name = format!("{}-{messages}-{:016x}", engine.to_string().to_lowercase(), schema_key()?);
        match engine {
            Engine::Sqlite => self.sqlite(&name, messages),
            Engine::Postgres => self.postgres(&name, messages),
        }
    }

    fn sqlite(&self, name: &str, messages: u64) -> Result<DataSet> {
        let folder = data_folder().join(name);
        let set = DataSet { engine: Engine::Sqlite, installation: sqlite::installation(folder.clone()) };
        if set.file().exists() {
            let last = sqlite::last_slot(&set.file())?;
            match Fill::missing(last, messages, now()) {
                Missing::Nothing => return Ok(set),
                Missing::Part(part) => {
                    let extend = || sqlite::extend(&set.file(), &part).and_then(|()| fold(&set));
                    return say("bringing up to date", name, extend).map(|()| set);
                }
                Missing::TooMuch => {}
            }
        }
        remove_others(messages)?;
        say("making", name, || {
            let making = DataSet { engine: Engine::Sqlite, installation: sqlite::installation(data_folder().join("making")) };
            drop(fs::remove_dir_all(&making.installation.folder));
            self.provision(&making.installation)?;
            sqlite::make(&making.file(), &Plan::new(messages, now()))?;
            fold(&making)?;
            fs::rename(&making.installation.folder, &folder)?;
            Ok(set)
        })
    }

    fn postgres(&self, name: &str, messages: u64) -> Result<DataSet> {
        let server = self.postgres.context("PostgreSQL is not installed")?;
        let at = |database: &str| Installation { folder: data_folder().join("postgres-files"), database: server.url(database) };
        let set = DataSet { engine: Engine::Postgres, installation: at(name) };
        let admin = server.url("postgres");
        if postgres::exists(&admin, name)? {
            let last = postgres::last_slot(&set.installation.database)?;
            match Fill::missing(last, messages, now()) {
                Missing::Nothing => return Ok(set),
                Missing::Part(part) => {
                    let extend = || postgres::extend(&set.installation.database, &part).and_then(|()| fold(&set));
                    return say("bringing up to date", name, extend).map(|()| set);
                }
                Missing::TooMuch => {}
            }
        }
        say("making", name, || {
            postgres::create_anew(&admin, "making", &format!("postgresql-{messages}-"))?;
            let making = DataSet { engine: Engine::Postgres, installation: at("making") };
            self.provision(&making.installation)?;
            postgres::make(&making.installation.database, &Plan::new(messages, now()))?;
            fold(&making)?;
            postgres::rename(&admin, "making", name)?;
            Ok(set)
        })
    }

    fn provision(&self, at: &Installation) -> Result<()> {
        fs::create_dir_all(&at.folder)?;
        let file = at.folder.join("provision.toml");
        fs::write(&file, texts::provisioning())?;
        self.product.apply(at, &file)
    }
}

/// Folds finished hours of the counts into days and months, as the product does when it starts.
fn fold(set: &DataSet) -> Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async { Ok(set.store().await?.fold_record_counts().await?) })
}

fn say<T>(doing: &str, name: &str, work: impl FnOnce() -> Result<T>) -> Result<T> {
    let start = Instant::now();
    eprintln!("{doing} {name} …");
    let done = work().with_context(|| format!("{doing} {name}"))?;
    eprintln!("{doing} {name}: {:.1} s", start.elapsed().as_secs_f64());
    Ok(done)
}

/// Removes this set, and others of its size that were made for another schema.
fn remove_others(messages: u64) -> Result<()> {
    fs::create_dir_all(data_folder())?;
    let prefix = format!("sqlite-{messages}-");
    for entry in fs::read_dir(data_folder())?.flatten().filter(|entry| entry.file_name().to_string_lossy().starts_with(&prefix)) {
        fs::remove_dir_all(entry.path())?;
    }
    Ok(())
}

/// Changes with the schema and with the plan (FNV-1a).
fn schema_key() -> Result<u64> {
    let mut migrations: Vec<PathBuf> =
        fs::read_dir(root().join("crates/msgboxx-store/migrations"))?.map(|entry| Ok(entry?.path())).collect::<Result<_>>()?;
    migrations.sort();
    let mut key = 0xcbf2_9ce4_8422_2325 ^ EDITION;
    for migration in migrations {
        for byte in fs::read(migration)? {
            key = (key ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
        }
    }
    Ok(key)
}
