//! Lists that Graph hands out page by page, and calls whose only answer is success.

use reqwest::Method;
use serde_json::Value;
use url::form_urlencoded;

use super::{Client, Credentials};
use crate::error::SendFailure;
use crate::json::{self, Object};

/// More pages than the 6,000 templates that Meta allows need; beyond it the server repeats itself.
const MOST_PAGES: usize = 200;

/// One page of a list.
pub(super) struct Page {
    /// Its elements.
    pub(super) data: Vec<Object>,
    /// The cursor of the next page; none: this was the last.
    pub(super) after: Option<String>,
}

impl Client {
    /// All elements of a list; an element that moved to a later page meanwhile is there once.
    pub(super) async fn every_page(&self, credentials: &Credentials, path: &str) -> Result<Vec<Object>, SendFailure> {
        let mut all: Vec<Object> = Vec::new();
        let mut seen = std::collections::HashSet::new();
        let mut after: Option<String> = None;
        for _ in 0..MOST_PAGES {
            let page = self.page(credentials, path, after.as_deref()).await?;
            all.extend(page.data.into_iter().filter(|element| json::id(element, "id").is_none_or(|id| seen.insert(id))));
            match page.after {
                None => return Ok(all),
                next if next == after => break,
                next => after = next,
            }
        }
        Err(SendFailure::Unknown { why: "the list does not end".to_owned(), http_status: None })
    }

    /// One page, from the beginning or after a cursor.
    pub(super) async fn page(&self, credentials: &Credentials, path: &str, after: Option<&str>) -> Result<Page, SendFailure> {
        let mut path = path.to_owned();
        if let Some(after) = after {
            path.push_str(if path.contains('?') { "&after=" } else { "?after=" });
            path.extend(form_urlencoded::byte_serialize(after.as_bytes()));
        }
        let (answer, status) = self.call(credentials, Method::GET, &path, None).await?;
        page(&answer).ok_or_else(|| SendFailure::Unknown { why: "the answer is no list".to_owned(), http_status: Some(status) })
    }

    /// A call that answers with an object.
    pub(super) async fn ask(
        &self,
        credentials: &Credentials,
        method: Method,
        path: &str,
        body: Option<&Value>,
    ) -> Result<Object, SendFailure> {
        let body = body.map(|body| body.to_string().into_bytes());
        match self.call(credentials, method, path, body).await? {
            (Value::Object(answer), _) => Ok(answer),
            (_, status) => Err(SendFailure::Unknown { why: "the answer is no object".to_owned(), http_status: Some(status) }),
        }
    }

    /// A call that answers with nothing but success.
    pub(super) async fn tell(
        &self,
        credentials: &Credentials,
        method: Method,
        path: &str,
        body: Option<&Value>,
    ) -> Result<(), SendFailure> {
        match self.ask(credentials, method, path, body).await? {
            answer if json::is_true(&answer, "success") => Ok(()),
            _ => Err(SendFailure::Unknown { why: "the answer does not speak of success".to_owned(), http_status: None }),
        }
    }
}

/// `next` is absent on the last page, where a cursor still stands. Without a list there is no page: read as an empty
/// one it would tell that everything is gone.
fn page(answer: &Value) -> Option<Page> {
    let answer = answer.as_object()?;
    let data = answer.get("data")?.as_array()?.iter().filter_map(|element| element.as_object().cloned()).collect();
    let paging = json::object(answer, "paging");
    let next = paging.and_then(|paging| json::id(paging, "next"));
    let cursor = || paging.and_then(|paging| json::object(paging, "cursors")).and_then(|cursors| json::id(cursors, "after"));
    Some(Page { data, after: next.and_then(|next| cursor().or_else(|| cursor_of(&next))) })
}

/// The cursor in the address of the next page.
fn cursor_of(next: &str) -> Option<String> {
    let (_, query) = next.split_once('?')?;
    form_urlencoded::parse(query.as_bytes()).find(|(name, _)| name == "after").map(|(_, cursor)| cursor.into_owned())
}
