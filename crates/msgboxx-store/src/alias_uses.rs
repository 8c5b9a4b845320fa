//! Who still uses which alias of the public API.

use crate::error::Result;
use crate::tx::Tx;
use crate::value::params;
use msgboxx_model::{Instant, OrganisationId};

/// How often an application relied on an alias.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AliasUses {
    /// The name of the organisation whose application it is.
    pub organisation: String,
    /// What the application calls itself.
    pub calling_application: String,
    /// What it relies on.
    pub alias: String,
    /// How often so far.
    pub n: i64,
    /// When last.
    pub last_at: Instant,
}

impl Tx<'_> {
    /// Every use so far, by organisation, application and alias.
    pub async fn alias_uses(&mut self) -> Result<Vec<AliasUses>> {
        self.all(
            "select o.name, u.calling_application, u.alias, u.n, u.last_at
             from alias_uses u join organisations o on o.id = u.organisation_id order by o.name, u.calling_application, u.alias",
            params![],
            |row| {
                Ok(AliasUses {
                    organisation: row.get(0)?,
                    calling_application: row.get(1)?,
                    alias: row.get(2)?,
                    n: row.get(3)?,
                    last_at: row.get(4)?,
                })
            },
        )
        .await
    }

    /// Adds uses of an alias by a calling application.
    pub async fn add_alias_uses(&mut self, organisation: OrganisationId, calling_application: &str, alias: &str, n: i64) -> Result<()> {
        self.push(
            "insert into alias_uses (organisation_id, calling_application, alias, n, last_at) values ($1, $2, $3, $4, $5)
             on conflict (organisation_id, calling_application, alias) do update set n = alias_uses.n + excluded.n, last_at = excluded.last_at",
            params![organisation, calling_application, alias, n, self.now()],
        )
        .await
    }
}
