//! Templates together with their standing at WhatsApp, for whoever compares the two.

use super::read_template;
use crate::dialect::locking;
use crate::error::Result;
use crate::row::Row;
use crate::tx::Tx;
use crate::value::params;
use msgboxx_model::{ApiAccountId, Instant, OrganisationId, Template, TemplateId, TemplateStanding};

/// A template and what WhatsApp says about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TemplateRecord {
    /// The template.
    pub template: Template,
    /// What WhatsApp says about it.
    pub standing: TemplateStanding,
    /// When anything of the two was written last.
    pub changed_at: Instant,
}

impl Tx<'_> {
    /// Every template of an account. In a unit of writing nobody else changes them meanwhile.
    pub async fn template_records(&mut self, organisation: OrganisationId, account: ApiAccountId) -> Result<Vec<TemplateRecord>> {
        self.all(
            locking!(
                "select id, api_account_id, name, language, category, status, parameter_format, body, example, components, created_at,
                        whatsapp_id, whatsapp_status, quality, reason, paused_until, announced_category, category_changes_at, news_at,
                        changed_at
                 from templates where organisation_id = $1 and api_account_id = $2"
            ),
            params![organisation, account],
            read_record,
        )
        .await
    }

    /// The account's template with this name in this language, or else with this id at WhatsApp.
    pub async fn template_record_at_whatsapp(
        &mut self,
        organisation: OrganisationId,
        account: ApiAccountId,
        name: &str,
        language: &str,
        whatsapp_id: &str,
    ) -> Result<Option<TemplateRecord>> {
        self.optional(
            locking!(
                "select id, api_account_id, name, language, category, status, parameter_format, body, example, components, created_at,
                        whatsapp_id, whatsapp_status, quality, reason, paused_until, announced_category, category_changes_at, news_at,
                        changed_at
                 from templates where organisation_id = $1 and api_account_id = $2
                     and ((name = $3 and language = $4) or whatsapp_id = $5)
                 order by case when name = $3 and language = $4 then 0 else 1 end limit 1"
            ),
            params![organisation, account, name, language, whatsapp_id],
            read_record,
        )
        .await
    }

    /// What WhatsApp says about a template.
    pub async fn template_standing(&mut self, organisation: OrganisationId, id: TemplateId) -> Result<TemplateStanding> {
        let standing = self
            .optional(
                "select whatsapp_id, whatsapp_status, quality, reason, paused_until, announced_category, category_changes_at, news_at
                 from templates where organisation_id = $1 and id = $2",
                params![organisation, id],
                |row| read_standing(row, 0),
            )
            .await?;
        Ok(standing.unwrap_or_default())
    }

    /// The template is gone at WhatsApp.
    pub async fn disable_template(&mut self, organisation: OrganisationId, id: TemplateId) -> Result<()> {
        self.push("update templates set status = 'Disabled' where organisation_id = $1 and id = $2", params![organisation, id]).await
    }

    /// Writes what WhatsApp says about a template.
    pub async fn set_template_standing(&mut self, organisation: OrganisationId, id: TemplateId, standing: &TemplateStanding) -> Result<()> {
        self.push(
            "update templates set whatsapp_id = $3, whatsapp_status = $4, quality = $5, reason = $6, paused_until = $7,
                                  announced_category = $8, category_changes_at = $9, news_at = $10, changed_at = $11
             where organisation_id = $1 and id = $2",
            params![
                organisation,
                id,
                standing.whatsapp_id.as_deref(),
                &standing.whatsapp_status,
                standing.quality.as_deref(),
                standing.reason.as_deref(),
                standing.paused_until,
                standing.announced_category.as_deref(),
                standing.category_changes_at,
                standing.news_at,
                self.now()
            ],
        )
        .await
    }
}

fn read_record(row: &Row<'_>) -> Result<TemplateRecord> {
    Ok(TemplateRecord { template: read_template(row)?, standing: read_standing(row, 11)?, changed_at: row.get(19)? })
}

/// The standing, whose columns begin at this place.
fn read_standing(row: &Row<'_>, first: usize) -> Result<TemplateStanding> {
    Ok(TemplateStanding {
        whatsapp_id: row.get(first)?,
        whatsapp_status: row.get(first + 1)?,
        quality: row.get(first + 2)?,
        reason: row.get(first + 3)?,
        paused_until: row.get(first + 4)?,
        announced_category: row.get(first + 5)?,
        category_changes_at: row.get(first + 6)?,
        news_at: row.get(first + 7)?,
    })
}
