//! Broadcasts.

use super::ApiResult;
use super::answer::{Answer, json, page};
use super::body::Body;
use super::fields::{Fields, FromFields, Json, Noted, value};
use super::message::LONGEST_MESSAGE;
use super::once::{answer_once, key};
use super::openapi::body_schema;
use super::paging::{Paging, envelope};
use super::path::PathId;
use super::problem::Code;
use super::query::{Nothing, Query};
use super::views::{BroadcastView, Page, samples};
use super::window::Window;
use crate::app::App;
use crate::auth::caller::Caller;
use crate::broadcasts::{self, NewBroadcast, Parameters, Values};
use axum::extract::State;
use axum::response::IntoResponse;
use http::HeaderMap;
use msgboxx_model::{ApiAccountId, BroadcastId};
use msgboxx_store::{BroadcastFilter, Tx};
use std::sync::Arc;

/// What a list of broadcasts is narrowed to.
pub(super) struct BroadcastQuery {
    paging: Paging,
    window: Window,
    api_account: Option<ApiAccountId>,
    filter: BroadcastFilter,
}

impl FromFields for BroadcastQuery {
    fn read(fields: &mut Fields) -> Result<Self, Noted> {
        let paging = Paging::read(fields);
        let api_account = fields.optional("apiAccountId", value::id);
        let inbox = fields.optional("inboxId", value::id);
        let contact = fields.optional("contactId", value::id);
        let window = Window::read(fields);
        let filter = BroadcastFilter { contact: contact?, inbox: inbox? };
        Ok(Self { paging: paging?, window: window?, api_account: api_account?, filter })
    }
}

/// List broadcasts.
///
/// All broadcasts of api accounts that the caller may see, newest first. `inboxId` means the api account that owns the inbox.
#[utoipa::path(get, path = "/broadcast", tag = "Broadcast", operation_id = "listBroadcasts", params(Query<BroadcastQuery>),
    responses((status = 200, description = "A page of broadcasts", body = Page<BroadcastView<'static>>)))]
pub(super) async fn list_broadcasts(State(app): State<Arc<App>>, caller: Caller, Query(query): Query<BroadcastQuery>) -> ApiResult {
    let (organisation, accounts) = (caller.organisation(), caller.narrowed_to(query.api_account));
    let request = query.paging.within(query.window.from, query.window.to);
    let filter = query.filter;
    let records = app.store.read(async move |tx: &mut Tx<'_>| tx.broadcasts(organisation, &accounts, filter, request).await).await?;
    page(&envelope::<_, BroadcastView<'_>>(&records, query.paging))
}

/// Read a broadcast.
#[utoipa::path(get, path = "/broadcast/{broadcastId}", tag = "Broadcast", operation_id = "getBroadcast",
    responses((status = 200, description = "The broadcast", body = BroadcastView<'static>)))]
pub(super) async fn get_broadcast(
    State(app): State<Arc<App>>,
    caller: Caller,
    PathId(id): PathId<BroadcastId>,
    _: Query<Nothing>,
) -> ApiResult {
    let organisation = caller.organisation();
    let broadcast = app.store.read(async move |tx: &mut Tx<'_>| tx.broadcast(organisation, id).await).await?;
    let broadcast = broadcast.filter(|broadcast| caller.may_see(broadcast.api_account_id)).ok_or(Code::NotFound)?;
    json(&BroadcastView::from(&broadcast))
}

impl FromFields for NewBroadcast {
    fn read(fields: &mut Fields) -> Result<Self, Noted> {
        let api_account = fields.required("apiAccountId", value::id);
        let contact = fields.required("contactId", value::id);
        let template = fields.required("templateId", value::id);
        let words = value::words(LONGEST_MESSAGE);
        let message =
            if fields.has("parameters") { fields.optional("message", words) } else { fields.required("message", words).map(Some) };
        let parameters = read_parameters(fields);
        for member in ["broadcastId", "messageId", "status", "dateTime"] {
            fields.ignore(member);
        }
        Ok(Self { api_account: api_account?, contact: contact?, template: template?, message: message?, parameters: parameters? })
    }
}

body_schema!(NewBroadcast as "NewBroadcast", "A template message to be sent to one contact.", samples::new_broadcast);

fn read_parameters(fields: &mut Fields) -> Result<Parameters, Noted> {
    let members = match fields.any("parameters") {
        None | Some(Json::Null) => return Ok(Parameters::default()),
        Some(Json::Object(members)) => members,
        Some(other) => return Err(fields.note_invalid("parameters", format!("must be an object, not {}", other.kind()))),
    };
    let mut parameters = Parameters::default();
    for (name, value) in members {
        let is_read = match (name.as_str(), value) {
            ("header" | "body" | "buttons", Json::Null) => true,
            ("header", value) => read_values(value).map(|values| parameters.header = Some(values)).is_some(),
            ("body", value) => read_values(value).map(|values| parameters.body = Some(values)).is_some(),
            ("buttons", value) => read_buttons(value).map(|values| parameters.buttons = values).is_some(),
            // As everywhere, what is unknown is ignored.
            _ => true,
        };
        if !is_read {
            let message = match name.as_str() {
                "buttons" => "must be an array with the value of each button that takes one, in their order",
                _ => "must be an array of strings, or an object of strings by placeholder",
            };
            return Err(fields.note_invalid(&format!("parameters.{name}"), message));
        }
    }
    Ok(parameters)
}

fn read_values(value: Json) -> Option<Values> {
    match value {
        Json::Object(members) => {
            let pair = |(name, value)| if let Json::Text(text) = value { Some((name, text)) } else { None };
            members.into_iter().map(pair).collect::<Option<Vec<_>>>().map(Values::Named)
        }
        Json::Text(text) => Some(Values::Listed(vec![text])),
        list => read_texts(list).map(Values::Listed),
    }
}

/// A value each: as it is, in a list of its own, or with the place among the buttons that take one, from 0.
fn read_buttons(value: Json) -> Option<Vec<String>> {
    let items = match value {
        Json::Text(text) => return Some(vec![text]),
        Json::List(items) => items,
        _ => return None,
    };
    let mut placed = items.into_iter().enumerate().map(|(place, item)| read_button(place, item)).collect::<Option<Vec<_>>>()?;
    placed.sort_by_key(|(place, _)| *place);
    let is_whole = placed.iter().enumerate().all(|(place, (index, _))| place == *index);
    is_whole.then(|| placed.into_iter().map(|(_, text)| text).collect())
}

fn read_button(place: usize, item: Json) -> Option<(usize, String)> {
    let members = match item {
        Json::Text(text) => return Some((place, text)),
        Json::Object(members) => members,
        list => {
            let [text] = <[String; 1]>::try_from(read_texts(list)?).ok()?;
            return Some((place, text));
        }
    };
    let (mut index, mut text) = (place, None);
    for (name, value) in members {
        match (name.as_str(), value) {
            ("index", Json::Number(number)) => index = number?.try_into().ok()?,
            ("index", Json::Text(number)) => index = number.parse().ok()?,
            ("text" | "payload" | "value", Json::Text(value)) => text = Some(value),
            _ => {}
        }
    }
    Some((index, text?))
}

fn read_texts(value: Json) -> Option<Vec<String>> {
    let Json::List(items) = value else { return None };
    items.into_iter().map(|item| if let Json::Text(text) = item { Some(text) } else { None }).collect()
}

/// Send a template to a contact.
///
/// `message` is the template's text with its placeholders filled in; the server recovers the values from it. Variables of
/// a header or of buttons are given in `parameters`; `message` may then be left out. `parameters` has `header` and `body`, each a
/// list of values, an object of values by placeholder, or a single value; and `buttons`, the value of each button that takes one
/// in their order: `["A7"]`, `[["A7"]]` and `[{"index": 0, "text": "A7"}]` mean the same.
#[utoipa::path(post, path = "/broadcast", tag = "Broadcast", operation_id = "createBroadcast", request_body = NewBroadcast,
    responses((status = 201, description = "The broadcast", body = BroadcastView<'static>)))]
pub(super) async fn create_broadcast(
    State(app): State<Arc<App>>,
    caller: Caller,
    headers: HeaderMap,
    _: Query<Nothing>,
    Body { value, bytes }: Body<NewBroadcast>,
) -> ApiResult {
    let key = key(&headers, &caller, "POST /broadcast", &bytes)?;
    let access = caller.access();
    let prepared = broadcasts::prepare(&app.store, &access, value).await?;
    let answer = answer_once(&app.store, key, async move |tx: &mut Tx<'_>| {
        let broadcast = broadcasts::start(tx, &access, &prepared).await?;
        Answer::created(format!("/broadcast/{}", broadcast.id), &BroadcastView::from(&broadcast))
    });
    let answer = answer.await?;
    app.wake.sending.notify_one();
    app.wake.events.notify_one();
    Ok(answer.into_response())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(parameters: &str) -> Option<Parameters> {
        let members = vec![("parameters".to_owned(), Json::parse(parameters).expect("JSON"))];
        read_parameters(&mut Fields::of_body(members)).ok()
    }

    #[test]
    fn values_are_taken_in_every_form_whose_meaning_is_clear() {
        let expected =
            Parameters { header: Some(Values::Listed(vec!["Jo".to_owned()])), body: None, buttons: vec!["a".to_owned(), "b".to_owned()] };
        for header in [r#""Jo""#, r#"["Jo"]"#] {
            for buttons in [
                r#"["a","b"]"#,
                r#"[["a"],["b"]]"#,
                r#"["a",{"text":"b"}]"#,
                r#"[{"index":1,"text":"b"},{"index":0,"payload":"a"}]"#,
                r#"[{"index":"0","type":"url","text":"a"},{"index":"1","value":"b"}]"#,
            ] {
                assert_eq!(read(&format!(r#"{{"header":{header},"buttons":{buttons}}}"#)), Some(expected.clone()), "{header} {buttons}");
            }
        }
    }

    #[test]
    fn what_could_mean_two_things_is_refused() {
        for buttons in
            [r#"[["a","b"]]"#, r#"[{"index":0,"text":"a"},{"index":0,"text":"b"}]"#, r#"[{"index":1,"text":"a"}]"#, "[{}]", "[1]", "7"]
        {
            assert_eq!(read(&format!(r#"{{"buttons":{buttons}}}"#)), None, "{buttons}");
        }
        assert_eq!(read(r#"{"header":7}"#), None);
    }
}
