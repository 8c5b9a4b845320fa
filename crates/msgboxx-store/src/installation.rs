//! What the whole installation has once: named values, and the keys that sign access tokens.

use crate::error::Result;
use crate::tx::Tx;
use crate::value::params;

const CLOCK_OFFSET: &str = "clock_offset";

/// A key that signs access tokens. The secret is sealed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredTokenKey {
    /// Its name in tokens.
    pub kid: String,
    /// Sealed.
    pub secret_sealed: Vec<u8>,
}

impl Tx<'_> {
    /// A value of the installation.
    pub async fn installation_value(&mut self, name: &str) -> Result<Option<String>> {
        self.optional("select value from installation where name = $1", params![name], |row| row.get(0)).await
    }

    /// Sets a value of the installation unless it is set, and answers the one that stands.
    pub async fn settle_installation_value(&mut self, name: &str, value: &str) -> Result<String> {
        self.execute("insert into installation (name, value) values ($1, $2) on conflict (name) do nothing", params![name, value]).await?;
        Ok(self.installation_value(name).await?.unwrap_or_else(|| value.to_owned()))
    }

    /// How far ahead of the world's time business time was at most, in microseconds.
    pub async fn clock_offset(&mut self) -> Result<i64> {
        let offset = self.installation_value(CLOCK_OFFSET).await?;
        Ok(offset.and_then(|offset| offset.parse().ok()).unwrap_or(0))
    }

    /// Notes how far ahead business time is now.
    pub async fn set_clock_offset(&mut self, micros: i64) -> Result<()> {
        self.push(
            "insert into installation (name, value) values ($1, $2) on conflict (name) do update set value = excluded.value",
            params![CLOCK_OFFSET, micros.to_string()],
        )
        .await
    }

    /// The keys that sign access tokens, newest last.
    pub async fn token_keys(&mut self) -> Result<Vec<StoredTokenKey>> {
        self.all("select kid, secret_sealed from token_keys order by created_at, kid", params![], |row| {
            Ok(StoredTokenKey { kid: row.get(0)?, secret_sealed: row.get(1)? })
        })
        .await
    }

    /// Adds a key unless there is one of that name: of two nodes that start together, one makes it.
    pub async fn settle_token_key(&mut self, key: &StoredTokenKey) -> Result<()> {
        self.execute(
            "insert into token_keys (kid, secret_sealed, created_at) values ($1, $2, $3) on conflict (kid) do nothing",
            params![&key.kid, &key.secret_sealed, self.now()],
        )
        .await?;
        Ok(())
    }
}
