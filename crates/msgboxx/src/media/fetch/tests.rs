use super::*;
use crate::config::{Environment, Flags, Settings};
use msgboxx_cloud_api::Client;
use tokio::io::AsyncReadExt;
use tokio::net::TcpListener;

/// A host that sends this and then nothing for ever.
async fn silent_after(bytes: Vec<u8>) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let address = format!("http://{}", listener.local_addr().expect("an address"));
    tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.expect("a connection");
        let mut request = [0; 1024];
        let _ = stream.read(&mut request).await;
        stream.write_all(&bytes).await.expect("it is read");
        std::future::pending::<()>().await;
    });
    address
}

async fn download(base: &str) -> MediaDownload {
    let http = reqwest::Client::builder().no_proxy().build().expect("a client");
    let credentials = Credentials {
        base_url: base.to_owned(),
        api_version: String::new(),
        phone_number_id: "1".to_owned(),
        business_account_id: "2".to_owned(),
        access_token: "t".to_owned(),
    };
    let remote = RemoteMedia { url: format!("{base}/file"), ..RemoteMedia::default() };
    Client::new(http).download_media(&credentials, &remote, 1 << 30).await.expect("it begins")
}

fn folder() -> (tempfile::TempDir, MediaStore) {
    let folder = tempfile::tempdir().expect("a folder");
    let flags = Flags::from([("data_dir".to_owned(), folder.path().display().to_string())]);
    let settings = Settings::read(&flags, &Environment::default(), None).expect("settings");
    let store = MediaStore::open(&settings).expect("it opens");
    (folder, store)
}

#[tokio::test]
async fn a_host_that_falls_silent_is_left() {
    let mut answer = b"HTTP/1.1 200 OK\r\ncontent-length: 1000000\r\n\r\n\xff\xd8\xff".to_vec();
    answer.resize(answer.len() + ENOUGH, 0);
    let base = silent_after(answer).await;
    let download = download(&base).await;
    let (_folder, store) = folder();
    let mut writer = store.writer("a/b");
    // From here on time passes as soon as nothing else happens.
    tokio::time::pause();
    let began = tokio::time::Instant::now();
    let seen = copy(&mut writer, download, MessageKind::Image).await;
    assert_eq!(seen.err(), Some(Trouble::silent()));
    assert!(began.elapsed() >= PATIENCE);
}

#[tokio::test]
async fn the_wrong_type_is_noticed_before_the_end() {
    let mut answer = b"HTTP/1.1 200 OK\r\ncontent-length: 1000000000\r\n\r\n<svg>".to_vec();
    answer.resize(answer.len() + ENOUGH, b' ');
    let base = silent_after(answer).await;
    let (_folder, store) = folder();
    let seen = copy(&mut store.writer("a/b"), download(&base).await, MessageKind::Image).await;
    assert_eq!(seen.err(), Some(Trouble::WrongType { kind: MessageKind::Image }));
}

#[test]
fn one_right_hash_is_enough_and_one_that_is_no_hash_says_nothing() {
    let right = "07".repeat(32);
    let wrong = "08".repeat(32);
    let is_kept = |webhook: &str, description: Option<&str>| {
        let job = MediaJob {
            organisation_id: msgboxx_model::OrganisationId(uuid::Uuid::nil()),
            api_account_id: msgboxx_model::ApiAccountId(uuid::Uuid::nil()),
            id: msgboxx_model::MediaId(uuid::Uuid::nil()),
            message_id: msgboxx_model::MessageId(uuid::Uuid::nil()),
            kind: MessageKind::Image,
            whatsapp_id: String::new(),
            whatsapp_sha256: webhook.to_owned(),
            attempt: 1,
            give_up_at: msgboxx_model::Instant::from_seconds(0),
        };
        let remote = RemoteMedia { sha256: description.map(str::to_owned), ..RemoteMedia::default() };
        announced(Seen { content_type: "image/jpeg", size: 1, sha256: [7; 32] }, &job, &remote).is_ok()
    };
    assert!(is_kept("", None) && is_kept("unknown", Some("")) && is_kept(&right, Some(&wrong)) && is_kept("", Some(&right)));
    assert!(!is_kept(&wrong, None) && !is_kept("", Some(&wrong)) && !is_kept(&wrong, Some("unknown")));
}
