//! What an account may send, as its lane looks at it again and again.

use crate::error::Result;
use crate::tx::Tx;
use crate::value::params;
use msgboxx_model::{ApiAccountId, Instant, OrganisationId};

/// The limits of one account at one moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SendingLimits {
    /// WhatsApp's id of the business account (WABA), whose numbers share the tier.
    pub business_account_id: String,
    /// Messages a second.
    pub messages_per_second: i64,
    /// Customers a day outside the service window; none: unlimited, or not known.
    pub customers_a_day: Option<i64>,
    /// WhatsApp wants nothing from the number before this instant.
    pub rests_until: Option<Instant>,
    /// Nothing is sent since then, until a person has put something right.
    pub paused_at: Option<Instant>,
}

impl Tx<'_> {
    /// The limits of an account, if there is such an account.
    pub async fn sending_limits(&mut self, organisation: OrganisationId, account: ApiAccountId) -> Result<Option<SendingLimits>> {
        self.optional(
            "select business_account_id, messages_per_second, customers_a_day, rests_until, paused_at
             from api_accounts where organisation_id = $1 and id = $2",
            params![organisation, account],
            |row| {
                Ok(SendingLimits {
                    business_account_id: row.get(0)?,
                    messages_per_second: row.get(1)?,
                    customers_a_day: row.get(2)?,
                    rests_until: row.get(3)?,
                    paused_at: row.get(4)?,
                })
            },
        )
        .await
    }

    /// Notes how many customers a day WhatsApp lets an account write to outside the service window; none: as many as it likes.
    pub async fn set_customers_a_day(&mut self, organisation: OrganisationId, account: ApiAccountId, most: Option<i64>) -> Result<()> {
        self.push(
            "update api_accounts set customers_a_day = $3 where organisation_id = $1 and id = $2",
            params![organisation, account, most],
        )
        .await
    }

    /// The accounts of the same business account, this one among them.
    pub async fn accounts_beside(&mut self, organisation: OrganisationId, account: ApiAccountId) -> Result<Vec<ApiAccountId>> {
        self.all(
            "select b.id from api_accounts a
             join api_accounts b on b.organisation_id = a.organisation_id and b.business_account_id = a.business_account_id
             where a.organisation_id = $1 and a.id = $2 order by b.id",
            params![organisation, account],
            |row| row.get(0),
        )
        .await
    }

    /// WhatsApp wants nothing from an account before an instant; a longer rest stays.
    pub async fn rest_account(&mut self, organisation: OrganisationId, account: ApiAccountId, until: Instant, why: &str) -> Result<()> {
        self.push(
            "update api_accounts set rests_until = $3, rests_because = $4
             where organisation_id = $1 and id = $2 and (rests_until is null or rests_until < $3)",
            params![organisation, account, until, why],
        )
        .await
    }
}
