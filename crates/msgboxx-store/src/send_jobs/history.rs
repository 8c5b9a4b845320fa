//! What attempts of the last minutes say: about a message, and about the pace that a number has used.

use crate::error::Result;
use crate::tx::Tx;
use crate::value::params;
use msgboxx_model::{ApiAccountId, AttemptId, ContactId, Failure, Instant, MessageId, OrganisationId};
use std::time::Duration;

/// How the latest call for a message ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LastAttempt {
    /// Nobody knows whether WhatsApp took it.
    pub is_unknown: bool,
    /// What WhatsApp or the network said.
    pub answer: Option<Failure>,
}

impl Tx<'_> {
    /// The latest call for a message, if there was one.
    pub async fn last_attempt(&mut self, organisation: OrganisationId, message: MessageId) -> Result<Option<LastAttempt>> {
        self.optional(
            "select state, error_code, error_detail from attempts where organisation_id = $1 and message_id = $2
             order by started_at desc, id desc limit 1",
            params![organisation, message],
            |row| {
                let (state, code, detail): (String, Option<String>, Option<String>) = (row.get(0)?, row.get(1)?, row.get(2)?);
                let answer = code.map(|code| Failure { code, detail: detail.unwrap_or_default() });
                Ok(LastAttempt { is_unknown: state == "unknown", answer })
            },
        )
        .await
    }

    /// Whether an attempt is still its holder's to end.
    pub async fn is_in_flight(&mut self, organisation: OrganisationId, attempt: AttemptId) -> Result<bool> {
        let found = self
            .optional(
                "select 1 from attempts where organisation_id = $1 and id = $2 and state = 'in_flight'",
                params![organisation, attempt],
                |_| Ok(()),
            )
            .await?;
        Ok(found.is_some())
    }

    /// Until when each customer of an account has used up a pace of one message per `every`, by the calls since an instant.
    /// Customers with one or two calls are left out: there are many of them, and it makes no difference.
    pub async fn pairs_used_until(
        &mut self,
        organisation: OrganisationId,
        account: ApiAccountId,
        since: Instant,
        every: Duration,
    ) -> Result<Vec<(ContactId, Instant)>> {
        let every = i64::try_from(every.as_micros()).unwrap_or(i64::MAX);
        self.all(
            "select p.contact_id, max(p.started_at + p.place * $4) from (
                 select m.contact_id, a.started_at, row_number() over (partition by m.contact_id order by a.started_at desc) as place
                 from attempts a join messages m on m.organisation_id = a.organisation_id and m.id = a.message_id
                 where a.organisation_id = $1 and a.id >= $3 and m.api_account_id = $2
             ) p group by p.contact_id having count(*) > 2",
            params![organisation, account, AttemptId(self.id_at(since)), every],
            |row| Ok((row.get(0)?, row.get(1)?)),
        )
        .await
    }

    /// When an account's latest call since an instant began.
    pub async fn last_call_at(&mut self, organisation: OrganisationId, account: ApiAccountId, since: Instant) -> Result<Option<Instant>> {
        let last = self
            .optional(
                "select max(a.started_at) from attempts a join messages m on m.organisation_id = a.organisation_id and m.id = a.message_id
                 where a.organisation_id = $1 and a.id >= $3 and m.api_account_id = $2",
                params![organisation, account, AttemptId(self.id_at(since))],
                |row| row.get::<Option<Instant>>(0),
            )
            .await?;
        Ok(last.flatten())
    }
}
