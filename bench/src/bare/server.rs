//! The minimal route: token, page, count, JSON.

use super::counts::Since;
use super::page::Page;
use super::token::Check;
use super::{postgres, sqlite};
use crate::dataset::ACCOUNT;
use crate::machine::now;
use anyhow::{Context, Result};
use axum::Router;
use axum::extract::{RawQuery, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use std::cell::RefCell;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

const DAY: Duration = Duration::from_hours(24);
/// Enough to keep both of two cores busy, and what the limit was first measured with.
const POSTGRES_CONNECTIONS: usize = 4;

struct Server {
    check: Check,
    source: Source,
}

enum Source {
    /// A connection per thread, opened when the thread first needs it.
    Sqlite(PathBuf),
    Postgres {
        readers: Vec<postgres::Reader>,
        next: AtomicUsize,
    },
}

thread_local! {
    static READER: RefCell<Option<sqlite::Reader>> = const { RefCell::new(None) };
}

pub(super) fn serve_sqlite(file: &str, listen: SocketAddr) -> Result<()> {
    runtime()?.block_on(serve(Source::Sqlite(file.into()), listen))
}

pub(super) fn serve_postgres(url: &str, listen: SocketAddr) -> Result<()> {
    runtime()?.block_on(async {
        let mut readers = Vec::new();
        for _ in 0..POSTGRES_CONNECTIONS {
            readers.push(postgres::Reader::connect(url, ACCOUNT).await?);
        }
        serve(Source::Postgres { readers, next: AtomicUsize::new(0) }, listen).await
    })
}

fn runtime() -> Result<tokio::runtime::Runtime> {
    Ok(tokio::runtime::Builder::new_multi_thread().enable_all().build()?)
}

async fn serve(source: Source, listen: SocketAddr) -> Result<()> {
    let router = Router::new()
        .route("/readyz", get(|| async { "ready" }))
        .route("/message", get(messages))
        .with_state(Arc::new(Server { check: Check::new(), source }));
    let listener = tokio::net::TcpListener::bind(listen).await?;
    Ok(axum::serve(axum::serve::ListenerExt::tap_io(listener, |stream| drop(stream.set_nodelay(true))), router).await?)
}

async fn messages(State(server): State<Arc<Server>>, RawQuery(query): RawQuery, headers: HeaderMap) -> Response {
    let authorization = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
    if !authorization.is_some_and(|value| server.check.accepts(value)) {
        return StatusCode::UNAUTHORIZED.into_response();
    }
    // As in the API: without a date it is the last day; the only date that is asked for lies before the first message.
    let is_dated = query.is_some_and(|query| query.contains("fromDate="));
    let since = Since(if is_dated { 0 } else { now().minus(DAY).as_micros() });
    let page = match &server.source {
        Source::Sqlite(file) => read_on_this_thread(file, since),
        Source::Postgres { readers, next } => readers[next.fetch_add(1, Ordering::Relaxed) % readers.len()].page(since).await,
    };
    match page.and_then(|page| Ok(serde_json::to_vec(&page)?)) {
        Ok(json) => ([(header::CONTENT_TYPE, "application/json")], json).into_response(),
        Err(error) => (StatusCode::INTERNAL_SERVER_ERROR, error.to_string()).into_response(),
    }
}

fn read_on_this_thread(file: &Path, since: Since) -> Result<Page> {
    READER.with_borrow_mut(|reader| {
        if reader.is_none() {
            *reader = Some(sqlite::Reader::open(file, ACCOUNT)?);
        }
        reader.as_ref().context("the reader was opened")?.page(since)
    })
}
