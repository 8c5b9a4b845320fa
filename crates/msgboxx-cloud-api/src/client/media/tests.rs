use super::*;
use crate::client::tests::{Then, client, credentials, http, server};

fn described(base: &str) -> RemoteMedia {
    RemoteMedia { id: "7".to_owned(), url: format!("{base}/file?hash=x"), ..RemoteMedia::default() }
}

async fn read(then: Then, most: u64) -> Result<Vec<u8>, DownloadFailure> {
    let (base, _requests) = server(then).await;
    let mut download = client().download_media(&credentials(&base), &described(&base), most).await?;
    let mut file = Vec::new();
    while let Some(bytes) = download.chunk().await? {
        file.extend_from_slice(&bytes);
    }
    Ok(file)
}

#[tokio::test]
async fn a_description_is_read_whether_its_size_is_a_number_or_a_text() {
    for size in ["303833", "\"303833\""] {
        let body = format!(
            r#"{{"messaging_product":"whatsapp","url":"https://lookaside.fbsbx.com/x","mime_type":"image/jpeg","sha256":"ab","file_size":{size},"id":7}}"#
        );
        let (base, mut requests) = server(http(200, &body)).await;
        let media = client().media(&credentials(&base), "7").await.expect("a description");
        assert_eq!((media.id.as_str(), media.file_size, media.mime_type.as_deref()), ("7", Some(303_833), Some("image/jpeg")));
        let request = requests.recv().await.expect("one request");
        assert!(request.starts_with("GET /v25.0/7?phone_number_id=100 HTTP/1.1\r\n"), "{request}");
    }
    let (base, _requests) = server(http(200, r#"{"id":"7"}"#)).await;
    assert!(matches!(client().media(&credentials(&base), "7").await, Err(SendFailure::Unknown { .. })));
}

#[tokio::test]
async fn an_id_cannot_lead_to_another_path() {
    for id in ["", "../100/messages", "7?x=1", "7/8", "7%2f8", "7#", "7 8", "é"] {
        let failure = client().media(&credentials("http://127.0.0.1:1"), id).await.expect_err("no id");
        assert!(failure.to_string().contains("no id of a file"), "{id}: {failure}");
    }
}

#[tokio::test]
async fn a_file_is_read_with_the_token_and_as_it_is() {
    let (base, mut requests) = server(http(200, "hello")).await;
    let mut download = client().download_media(&credentials(&base), &described(&base), 5).await.expect("a file");
    assert_eq!(download.chunk().await, Ok(Some(Bytes::from_static(b"hello"))));
    assert_eq!(download.chunk().await, Ok(None));
    let request = requests.recv().await.expect("one request");
    assert!(request.contains("authorization: Bearer canary-token\r\n"), "{request}");
    assert!(request.contains("accept-encoding: identity\r\n"), "{request}");
}

#[tokio::test]
async fn a_file_ends_at_the_limit_whether_or_not_its_size_was_said() {
    assert_eq!(read(http(200, "123456"), 5).await, Err(DownloadFailure::TooLarge { most: 5 }));
    let endless = "HTTP/1.1 200 X\r\ntransfer-encoding: chunked\r\n\r\n".to_owned() + &"5\r\nhello\r\n".repeat(1_000);
    assert_eq!(read(Then::Answer(endless), 4_000).await, Err(DownloadFailure::TooLarge { most: 4_000 }));
}

#[tokio::test]
async fn what_is_not_the_whole_file_is_a_failure() {
    assert_eq!(read(http(404, ""), 5).await, Err(DownloadFailure::Refused(404)));
    let cut = Then::Answer("HTTP/1.1 200 X\r\ncontent-length: 50\r\n\r\nhello".to_owned());
    assert!(matches!(read(cut, 50).await, Err(DownloadFailure::Broken(_))));
    assert!(matches!(read(Then::CloseWithoutAnswer, 50).await, Err(DownloadFailure::Broken(_))));
}

#[tokio::test]
async fn a_redirect_does_not_carry_the_token_away() {
    let moved = "HTTP/1.1 302 X\r\nlocation: http://127.0.0.1:1/\r\ncontent-length: 0\r\nconnection: close\r\n\r\n";
    assert_eq!(read(Then::Answer(moved.to_owned()), 5).await, Err(DownloadFailure::Refused(302)));
}

#[test]
fn the_token_goes_to_the_accounts_own_address_and_to_metas_hosts_only() {
    let may = |base: &str, url: &str| trusted(&credentials(base), url).is_ok();
    let graph = "https://graph.facebook.com";
    for url in
        ["https://lookaside.fbsbx.com/whatsapp_business/attachments/?mid=1", "https://graph.facebook.com/x", "https://a.whatsapp.net/"]
    {
        assert!(may(graph, url), "{url}");
    }
    assert!(may("http://127.0.0.1:8081", "http://127.0.0.1:8081/whatsapp_business/attachments/?mid=1"));
    for url in [
        "http://lookaside.fbsbx.com/",
        "https://lookaside.fbsbx.com:8443/",
        "https://evilfbsbx.com/",
        "https://fbsbx.com.evil.example/",
        "https://user:secret@lookaside.fbsbx.com/",
        "https://169.254.169.254/latest/meta-data",
        "http://127.0.0.1:8081/",
        "file:///etc/passwd",
        "nonsense",
    ] {
        assert!(!may(graph, url), "{url}");
    }
    assert!(!may("http://127.0.0.1:8081", "http://127.0.0.1:8082/"), "another port is another address");
    let failure = trusted(&credentials(graph), "https://evil.example/?hash=canary").expect_err("foreign");
    assert!(!failure.to_string().contains("canary"), "{failure}");
}

#[tokio::test]
async fn an_upload_is_a_form_with_the_file() {
    let (base, mut requests) = server(http(200, r#"{"id":"1037543291543636"}"#)).await;
    let upload = MediaUpload { mime_type: "image/png".to_owned(), file_name: "a \"b\"\r\n.png".to_owned(), body: "bytes".into(), size: 5 };
    let id = client().upload_media(&credentials(&base), upload).await.expect("taken");
    assert_eq!(id, "1037543291543636");
    let request = requests.recv().await.expect("one request");
    assert!(request.starts_with("POST /v25.0/100/media HTTP/1.1\r\n"), "{request}");
    for part in
        ["name=\"messaging_product\"\r\n\r\nwhatsapp\r\n", "name=\"type\"\r\n\r\nimage/png\r\n", "Content-Type: image/png\r\n\r\nbytes\r\n"]
    {
        assert!(request.contains(part), "{part} in {request}");
    }
    let refused = r#"{"error":{"message":"(#100) Invalid parameter","code":100}}"#;
    let (base, _requests) = server(http(400, refused)).await;
    let upload = MediaUpload { mime_type: "text/html".to_owned(), file_name: String::new(), body: "x".into(), size: 1 };
    let failure = client().upload_media(&credentials(&base), upload).await.expect_err("refused");
    assert_eq!(failure.graph_error().map(|error| error.code), Some(100));
}

#[tokio::test]
async fn a_file_is_deleted_by_its_id() {
    let (base, mut requests) = server(http(200, r#"{"success":true}"#)).await;
    client().delete_media(&credentials(&base), "7").await.expect("deleted");
    assert!(requests.recv().await.expect("one request").starts_with("DELETE /v25.0/7?phone_number_id=100 "));
}

#[test]
fn a_hash_is_read_in_both_notations() {
    let hash: [u8; 32] = std::array::from_fn(|at| u8::try_from(at * 7 % 256).expect("a byte"));
    let hex = "00070E151C232A31383F464D545B626970777E858C939AA1A8AFB6BDC4CBD2D9";
    assert_eq!(sha256_of(hex), Some(hash));
    let base64 = "AAcOFRwjKjE4P0ZNVFtiaXB3foWMk5qhqK+2vcTL0tk=";
    assert_eq!(sha256_of(base64), Some(hash));
    assert_eq!(sha256_of(&base64.replace('+', "-").replace('=', "")), Some(hash));
    for neither in ["", "abc", "zz", &hex[..62], &format!("{}zz", &hex[..62])] {
        assert_eq!(sha256_of(neither), None, "{neither}");
    }
}
