//! Who still uses which alias of the public API.

use crate::error::Result;
use crate::tx::Tx;
use crate::value::params;
use msgboxx_model::OrganisationId;

impl Tx<'_> {
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
