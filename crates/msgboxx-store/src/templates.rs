//! Templates of the API accounts.

mod records;

pub use records::TemplateRecord;

use crate::error::{Result, StoreError};
use crate::row::Row;
use crate::tx::Tx;
use crate::value::params;
use msgboxx_model::{ApiAccountId, OrganisationId, Template, TemplateId};

impl Tx<'_> {
    /// Every template of an organisation, newest first.
    pub async fn templates(&mut self, organisation: OrganisationId) -> Result<Vec<Template>> {
        self.all(
            "select id, api_account_id, name, language, category, status, parameter_format, body, example, components, created_at
             from templates where organisation_id = $1 order by created_at desc, id desc",
            params![organisation],
            read_template,
        )
        .await
    }

    /// The template, if this organisation has one with that id.
    pub async fn template(&mut self, organisation: OrganisationId, id: TemplateId) -> Result<Option<Template>> {
        self.optional(
            "select id, api_account_id, name, language, category, status, parameter_format, body, example, components, created_at
             from templates where organisation_id = $1 and id = $2",
            params![organisation, id],
            read_template,
        )
        .await
    }

    /// The template of an account with this name in this language.
    pub async fn template_named(
        &mut self,
        organisation: OrganisationId,
        account: ApiAccountId,
        name: &str,
        language: &str,
    ) -> Result<Option<Template>> {
        self.optional(
            "select id, api_account_id, name, language, category, status, parameter_format, body, example, components, created_at
             from templates where organisation_id = $1 and api_account_id = $2 and name = $3 and language = $4",
            params![organisation, account, name, language],
            read_template,
        )
        .await
    }

    /// Inserts a template; false when its account has it in that language, or the id is taken.
    pub async fn insert_template(&mut self, organisation: OrganisationId, template: &Template) -> Result<bool> {
        let inserted = self
            .execute(
                "insert into templates (organisation_id, id, api_account_id, name, language, category, status, parameter_format, body,
                                        example, components, created_at, changed_at)
                 values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13) on conflict do nothing",
                params![
                    organisation,
                    template.id,
                    template.api_account_id,
                    &template.name,
                    &template.language,
                    template.category.as_str(),
                    template.status.as_str(),
                    template.parameter_format.as_str(),
                    &template.body,
                    example_text(&template.example)?,
                    &template.components,
                    template.created_at.whole_millis(),
                    self.now()
                ],
            )
            .await?;
        Ok(inserted == 1)
    }

    /// Writes all that can change of a template.
    ///
    /// # Errors
    /// [`StoreError::Constraint`] when its account has another of that name in that language: look before.
    pub async fn update_template(&mut self, organisation: OrganisationId, template: &Template) -> Result<()> {
        self.execute(
            "update templates set name = $3, language = $4, category = $5, status = $6, parameter_format = $7, body = $8, example = $9,
                                  components = $10, changed_at = $11
             where organisation_id = $1 and id = $2",
            params![
                organisation,
                template.id,
                &template.name,
                &template.language,
                template.category.as_str(),
                template.status.as_str(),
                template.parameter_format.as_str(),
                &template.body,
                example_text(&template.example)?,
                &template.components,
                self.now()
            ],
        )
        .await?;
        Ok(())
    }
}

fn example_text(example: &[String]) -> Result<String> {
    serde_json::to_string(example).map_err(|e| StoreError::Statement(e.to_string()))
}

pub(crate) fn read_template(row: &Row<'_>) -> Result<Template> {
    let example: String = row.get(8)?;
    Ok(Template {
        id: row.get(0)?,
        api_account_id: row.get(1)?,
        name: row.get(2)?,
        language: row.get(3)?,
        category: row.get(4)?,
        status: row.get(5)?,
        parameter_format: row.get(6)?,
        body: row.get(7)?,
        example: serde_json::from_str(&example).map_err(|e| StoreError::Statement(e.to_string()))?,
        components: row.get(9)?,
        created_at: row.get(10)?,
    })
}
