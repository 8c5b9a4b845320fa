//! The ordered event log: appended in the transaction that made the change.

use crate::dialect::APPEND_EVENT;
use crate::error::Result;
use crate::tx::Tx;
use crate::value::params;
use msgboxx_model::{ApiAccountId, Event, OrganisationId};
use uuid::Uuid;

impl Tx<'_> {
    /// Writes that something happened. `name` is what webhooks call it, or more specific.
    pub async fn append_event(
        &mut self,
        organisation: OrganisationId,
        name: &str,
        entity: Uuid,
        api_account: Option<ApiAccountId>,
    ) -> Result<()> {
        let at = self.tick();
        self.push(APPEND_EVENT, params![organisation, self.id_at(at), name, entity, api_account, at]).await
    }

    /// Numbers committed events of every organisation that have no position yet, and answers how many.
    ///
    /// Only one process may do this at a time: hold the sequencer's lease.
    pub async fn number_events(&mut self, most: i64) -> Result<u64> {
        self.execute(
            "with waiting as (
                 select organisation_id, id from events where position is null order by id limit $1
             ), numbered as (
                 select w.organisation_id, w.id,
                        row_number() over (partition by w.organisation_id order by w.id)
                        + (select coalesce(max(e.position), 0) from events e where e.organisation_id = w.organisation_id
                            and e.position is not null) as position
                 from waiting w
             )
             update events set position = numbered.position from numbered
             where events.organisation_id = numbered.organisation_id and events.id = numbered.id and events.position is null",
            params![most],
        )
        .await
    }

    /// Whether committed events wait for their numbers.
    pub async fn has_unnumbered_events(&mut self) -> Result<bool> {
        let found = self.optional("select 1 from events where position is null limit 1", params![], |_| Ok(())).await?;
        Ok(found.is_some())
    }

    /// Events of one organisation after a position, in order.
    pub async fn events_after(&mut self, organisation: OrganisationId, position: i64, most: i64) -> Result<Vec<Event>> {
        self.all(
            "select id, position, name, entity_id, api_account_id, at from events
             where organisation_id = $1 and position > $2 order by position limit $3",
            params![organisation, position, most],
            |row| {
                Ok(Event {
                    id: row.get(0)?,
                    organisation_id: organisation,
                    position: row.get(1)?,
                    name: row.get(2)?,
                    entity_id: row.get(3)?,
                    api_account_id: row.get(4)?,
                    at: row.get(5)?,
                })
            },
        )
        .await
    }

    /// The position of the newest event of one organisation; 0 when there is none.
    pub async fn newest_position(&mut self, organisation: OrganisationId) -> Result<i64> {
        let newest = self
            .optional(
                "select coalesce(max(position), 0) from events where organisation_id = $1 and position is not null",
                params![organisation],
                |row| row.get(0),
            )
            .await?;
        Ok(newest.unwrap_or(0))
    }

    /// How far a reader has come in each organisation's log: only organisations with events beyond that.
    pub async fn organisations_behind(&mut self, reader: &str) -> Result<Vec<(OrganisationId, i64)>> {
        self.all(
            "select o.id, coalesce(c.position, 0) from organisations o
             left join event_cursors c on c.organisation_id = o.id and c.reader = $1
             where exists (select 1 from events e where e.organisation_id = o.id and e.position > coalesce(c.position, 0))",
            params![reader],
            |row| Ok((row.get(0)?, row.get(1)?)),
        )
        .await
    }

    /// Moves a reader forward; one that is behind another of its name does not move it back.
    pub async fn move_cursor(&mut self, organisation: OrganisationId, reader: &str, position: i64) -> Result<()> {
        self.push(
            "insert into event_cursors (organisation_id, reader, position) values ($1, $2, $3)
             on conflict (organisation_id, reader) do update set position = excluded.position
                 where excluded.position > event_cursors.position",
            params![organisation, reader, position],
        )
        .await
    }
}
