//! The same on S3: a server in this process that speaks as much of it as is needed.

use super::{file, get, header, with};
use crate::app::{Engine, TestApp};
use axum::Router;
use axum::body::Bytes;
use axum::extract::{Query, State};
use axum::response::{IntoResponse, Response};
use http::{HeaderMap, Method, StatusCode, Uri, header as name};
use msgboxx::config::{Environment, Flags, Settings};
use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, PoisonError};

#[derive(Default)]
struct Bucket {
    objects: BTreeMap<String, Bytes>,
    uploads: HashMap<String, BTreeMap<u32, Bytes>>,
    calls: Vec<String>,
}

type Shared = Arc<Mutex<Bucket>>;

async fn answer(
    State(bucket): State<Shared>,
    method: Method,
    uri: Uri,
    Query(query): Query<HashMap<String, String>>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let mut bucket = bucket.lock().unwrap_or_else(PoisonError::into_inner);
    let key = uri.path().to_owned();
    let signature = headers.get(name::AUTHORIZATION).and_then(|value| value.to_str().ok()).unwrap_or_default();
    if !signature.starts_with("AWS4-HMAC-SHA256 Credential=test-key/") {
        return StatusCode::FORBIDDEN.into_response();
    }
    let upload = query.get("uploadId").cloned();
    bucket.calls.push(format!("{method} {}", if query.contains_key("uploads") || upload.is_some() { "part" } else { "whole" }));
    match (method, upload) {
        (Method::POST, None) => {
            let id = format!("upload-{}", bucket.uploads.len());
            bucket.uploads.insert(id.clone(), BTreeMap::new());
            format!("<InitiateMultipartUploadResult><UploadId>{id}</UploadId></InitiateMultipartUploadResult>").into_response()
        }
        (Method::PUT, Some(upload)) => {
            let number = query["partNumber"].parse().expect("a number");
            bucket.uploads.get_mut(&upload).expect("a known upload").insert(number, body);
            ([(name::ETAG, format!("\"{number}\""))], ()).into_response()
        }
        (Method::POST, Some(upload)) => {
            let parts = bucket.uploads.remove(&upload).expect("a known upload");
            bucket.objects.insert(key, parts.into_values().flatten().collect());
            "<CompleteMultipartUploadResult><ETag>\"whole\"</ETag></CompleteMultipartUploadResult>".into_response()
        }
        (Method::PUT, None) => {
            bucket.objects.insert(key, body);
            ([(name::ETAG, "\"whole\"")], ()).into_response()
        }
        (Method::GET, None) => read(bucket.objects.get(&key), &headers),
        _ => StatusCode::NO_CONTENT.into_response(),
    }
}

fn read(object: Option<&Bytes>, headers: &HeaderMap) -> Response {
    let Some(object) = object else { return StatusCode::NOT_FOUND.into_response() };
    let about = [(name::ETAG, "\"whole\""), (name::LAST_MODIFIED, "Thu, 15 Jan 2026 12:00:00 GMT")];
    let range = headers.get(name::RANGE).and_then(|range| range.to_str().ok()?.strip_prefix("bytes=")?.split_once('-'));
    let Some((first, last)) = range else { return (about, object.clone()).into_response() };
    let (first, last): (usize, usize) = (first.parse().expect("a number"), last.parse().expect("a number"));
    let of = format!("bytes {first}-{last}/{}", object.len());
    (StatusCode::PARTIAL_CONTENT, about, [(name::CONTENT_RANGE, of)], object.slice(first..=last)).into_response()
}

/// Starts the server; answers its address and what it keeps.
async fn start() -> (String, Shared) {
    let bucket = Shared::default();
    let router = Router::new().fallback(answer).layer(axum::extract::DefaultBodyLimit::disable()).with_state(bucket.clone());
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let address = format!("http://{}", listener.local_addr().expect("an address"));
    tokio::spawn(msgboxx::http::serve(listener, router, tokio_util::sync::CancellationToken::new()));
    (address, bucket)
}

/// Media settings as an operator gives them.
fn on_s3(settings: &mut Settings, endpoint: &str) {
    let environment = Environment::from([
        ("MSGBOXX_MEDIA_URL", "s3://files/of/msgboxx"),
        ("AWS_ENDPOINT_URL", endpoint),
        ("AWS_ALLOW_HTTP", "true"),
        ("AWS_ACCESS_KEY_ID", "test-key"),
        ("AWS_SECRET_ACCESS_KEY", "canary-secret"),
        ("AWS_REGION", "eu-west-2"),
    ]);
    let read = Settings::read(&Flags::new(), &environment, None).expect("the settings are right");
    assert!(!format!("{read:?}").contains("canary-secret"));
    settings.media = read.media;
    settings.aws = read.aws;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn files_lie_in_a_bucket_and_large_ones_go_there_in_parts() {
    let (endpoint, bucket) = start().await;
    let test = async |app: &TestApp| {
        let mut film = b"\0\0\0\x18ftypmp42\0\0\0\0mp42isom".to_vec();
        film.resize(12 << 20, 7);
        app.customer_sends("video", with(&film, "video/mp4")).await;
        let url = file(app).await;
        let response = get(app, &url).await;
        assert_eq!((response.status().as_u16(), header(&response, "content-type")), (200, "video/mp4"));
        assert_eq!(response.bytes().await.expect("a body"), film);
        let part = app.call(Method::GET, &url).header("range", "bytes=4-7").send().await.expect("an answer");
        assert_eq!((part.status().as_u16(), part.text().await.expect("text")), (206, "ftyp".to_owned()));
    };
    TestApp::run_with(Engine::Sqlite, |settings| on_s3(settings, &endpoint), test).await;
    let bucket = bucket.lock().unwrap_or_else(PoisonError::into_inner);
    assert_eq!(bucket.objects.len(), 1);
    assert!(bucket.objects.keys().all(|key| key.starts_with("/files/of/msgboxx/")), "{:?}", bucket.objects.keys());
    assert_eq!(bucket.calls.iter().filter(|call| *call == "PUT part").count(), 3, "{:?}", bucket.calls);
}
