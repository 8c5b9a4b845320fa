//! Templates, to be read only: WhatsApp approves them. They are few, so they are paged after reading.

use super::ApiResult;
use super::answer::{json, page};
use super::contact::LONGEST_NAME;
use super::fields::{Fields, FromFields, Noted, value};
use super::paging::{Paging, envelope};
use super::path::PathId;
use super::problem::Code;
use super::query::{Nothing, Query};
use super::views::{Page, TemplateView};
use crate::app::App;
use crate::auth::caller::Caller;
use axum::extract::State;
use msgboxx_model::{ApiAccountId, TemplateId};
use msgboxx_store::Tx;
use std::sync::Arc;

/// What a list of templates is narrowed to.
pub(super) struct TemplateQuery {
    paging: Paging,
    api_account: Option<ApiAccountId>,
    name: Option<String>,
}

impl FromFields for TemplateQuery {
    fn read(fields: &mut Fields) -> Result<Self, Noted> {
        let paging = Paging::read(fields);
        let api_account = fields.optional("apiAccountId", value::id);
        let name = fields.optional("name", value::words(LONGEST_NAME));
        Ok(Self { paging: paging?, api_account: api_account?, name: name? })
    }
}

/// List templates.
///
/// All templates of api accounts that the caller may see, newest first. A name may come in several languages.
#[utoipa::path(get, path = "/template", tag = "Template", operation_id = "listTemplates", params(Query<TemplateQuery>),
    responses((status = 200, description = "A page of templates", body = Page<TemplateView<'static>>)))]
pub(super) async fn list_templates(State(app): State<Arc<App>>, caller: Caller, Query(query): Query<TemplateQuery>) -> ApiResult {
    let (organisation, accounts) = (caller.organisation(), caller.narrowed_to(query.api_account));
    let name = query.name.map(|name| name.to_lowercase());
    let mut templates = app.store.read(async move |tx: &mut Tx<'_>| tx.templates(organisation).await).await?;
    templates.retain(|template| {
        accounts.contains(&template.api_account_id) && name.as_ref().is_none_or(|name| template.name.to_lowercase() == *name)
    });
    page(&envelope::<_, TemplateView<'_>>(&query.paging.page_of(templates), query.paging))
}

/// Read a template.
#[utoipa::path(get, path = "/template/{templateId}", tag = "Template", operation_id = "getTemplate",
    responses((status = 200, description = "The template", body = TemplateView<'static>)))]
pub(super) async fn get_template(
    State(app): State<Arc<App>>,
    caller: Caller,
    PathId(id): PathId<TemplateId>,
    _: Query<Nothing>,
) -> ApiResult {
    let organisation = caller.organisation();
    let template = app.store.read(async move |tx: &mut Tx<'_>| tx.template(organisation, id).await).await?;
    json(&TemplateView::from(&template.filter(|template| caller.may_see(template.api_account_id)).ok_or(Code::NotFound)?))
}
