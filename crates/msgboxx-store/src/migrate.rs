//! Bringing the schema up to date: forward only, numbered, never edited once released.

use crate::dialect::LOCK_MIGRATIONS;
use crate::error::{Result, StoreError};
use crate::store::Store;
use crate::tx::Tx;
use crate::value::params;
use aws_lc_rs::digest;
use msgboxx_model::Instant;
use std::fmt::Write;

struct Migration {
    version: i64,
    name: &'static str,
    text: &'static str,
}

const MIGRATIONS: &[Migration] = &[
    Migration { version: 1, name: "initial", text: include_str!("../migrations/0001_initial.sql") },
    Migration { version: 3, name: "sending", text: include_str!("../migrations/0003_sending.sql") },
];

impl Migration {
    fn checksum(&self) -> String {
        digest::digest(&digest::SHA256, self.text.as_bytes()).as_ref().iter().fold(String::new(), |mut hex, byte| {
            let _ = write!(hex, "{byte:02x}");
            hex
        })
    }

    fn text_for(&self, sqlite: bool) -> String {
        let words: [(&str, &str); 5] = if sqlite {
            [("{uuid}", "blob"), ("{bytes}", "blob"), ("{bool}", "integer"), ("{bigint}", "integer"), ("{strict}", " strict")]
        } else {
            [("{uuid}", "uuid"), ("{bytes}", "bytea"), ("{bool}", "boolean"), ("{bigint}", "bigint"), ("{strict}", "")]
        };
        words.iter().fold(self.text.to_owned(), |text, (placeholder, word)| text.replace(placeholder, word))
    }
}

impl Store {
    /// Brings the schema up to date and answers the names of the migrations that were applied.
    ///
    /// # Errors
    /// [`StoreError::Schema`] when the database is newer than this program or a migration was edited.
    pub async fn migrate(&self) -> Result<Vec<String>> {
        let applied = self.write(async |tx: &mut Tx<'_>| tx.migrate().await).await?;
        if !applied.is_empty() {
            self.settle()?;
        }
        let (newest, folded) =
            self.read(async |tx: &mut Tx<'_>| Ok::<_, StoreError>((tx.newest_record().await?, tx.folded_until().await?))).await?;
        self.clock.raise_to(newest);
        self.clock.close_until(folded);
        Ok(applied)
    }
}

impl Tx<'_> {
    async fn migrate(&mut self) -> Result<Vec<String>> {
        self.all(LOCK_MIGRATIONS, params![], |_| Ok(())).await?;
        self.batch(
            "create table if not exists schema_migrations
             (version bigint not null primary key, name text not null, checksum text not null, applied_at bigint not null)",
        )
        .await?;
        let mut known = self
            .all("select version, checksum from schema_migrations order by version", params![], |row| {
                Ok((row.get::<i64>(0)?, row.get::<String>(1)?))
            })
            .await?
            .into_iter();
        let mut applied = Vec::new();
        for migration in MIGRATIONS {
            match known.next() {
                Some((version, checksum)) if version != migration.version || checksum != migration.checksum() => {
                    return Err(StoreError::Schema(format!("migration {} ({}) is not the one that was applied", version, migration.name)));
                }
                Some(_) => {}
                None => applied.push(self.apply(migration).await?),
            }
        }
        match known.next() {
            Some((version, _)) => Err(StoreError::Schema(format!("it is at version {version}, newer than this program knows"))),
            None => Ok(applied),
        }
    }

    async fn apply(&mut self, migration: &Migration) -> Result<String> {
        let text = migration.text_for(self.is_sqlite());
        self.batch(&text).await?;
        self.execute(
            "insert into schema_migrations (version, name, checksum, applied_at) values ($1, $2, $3, $4)",
            params![migration.version, migration.name, migration.checksum(), self.now()],
        )
        .await?;
        Ok(format!("{:04}_{}", migration.version, migration.name))
    }

    /// The latest commit instant in the database, so that a clock that stepped back over a restart cannot repeat it.
    async fn newest_record(&mut self) -> Result<Instant> {
        let newest = self
            .optional(
                "select max(newest) from (
                     select (select max(m.created_at) from messages m
                             where m.organisation_id = a.organisation_id and m.api_account_id = a.id) as newest from api_accounts a
                     union all
                     select (select max(c.created_at) from contacts c
                             where c.organisation_id = a.organisation_id and c.api_account_id = a.id) from api_accounts a
                     union all
                     select (select max(b.created_at) from broadcasts b
                             where b.organisation_id = a.organisation_id and b.api_account_id = a.id) from api_accounts a
                     union all
                     select (select e.at from events e where e.organisation_id = o.id and e.position is not null
                             order by e.position desc limit 1) from organisations o
                     union all
                     select max(at) from events where position is null
                     union all
                     select (select received_at from inbound_ledger order by id desc limit 1)
                 ) as found",
                params![],
                |row| row.get::<Option<Instant>>(0),
            )
            .await?;
        Ok(newest.flatten().unwrap_or(Instant::from_micros(0)))
    }
}
