//! Each way in which a call can end, against a server that says exactly what it is told to.

mod calls;
mod pages;

use super::*;
use crate::send::{OutgoingContent, Recipient};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

/// What the server does once it has read the request.
#[derive(Clone)]
enum Then {
    Answer(String),
    CloseWithoutAnswer,
    Hang,
    By(fn(&str) -> Then),
}

/// Serves every connection in the same way; returns the base address and hands out the requests.
async fn server(then: Then) -> (String, tokio::sync::mpsc::UnboundedReceiver<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let address = format!("http://{}", listener.local_addr().expect("bound"));
    let (seen, requests) = tokio::sync::mpsc::unbounded_channel();
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let (then, seen) = (then.clone(), seen.clone());
            tokio::spawn(async move {
                let request = read_request(&mut stream).await;
                let then = if let Then::By(choose) = then { choose(&request) } else { then };
                let _ = seen.send(request);
                match then {
                    Then::Answer(bytes) => {
                        let _ = stream.write_all(bytes.as_bytes()).await;
                    }
                    Then::CloseWithoutAnswer | Then::By(_) => {}
                    Then::Hang => std::future::pending().await,
                }
            });
        }
    });
    (address, requests)
}

async fn read_request(stream: &mut tokio::net::TcpStream) -> String {
    let mut request = String::new();
    let mut buffer = [0; 4096];
    loop {
        let count = stream.read(&mut buffer).await.expect("readable");
        request.push_str(&String::from_utf8_lossy(&buffer[..count]));
        let Some(head) = request.find("\r\n\r\n") else { continue };
        let length = request.lines().find_map(|line| line.strip_prefix("content-length: ")).map_or(0, |n| n.parse().expect("digits"));
        if count == 0 || request.len() >= head + 4 + length {
            return request;
        }
    }
}

fn http(status: u16, body: &str) -> Then {
    Then::Answer(format!("HTTP/1.1 {status} X\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{body}", body.len()))
}

fn client() -> Client {
    let http = reqwest::Client::builder().no_proxy().connect_timeout(Duration::from_millis(200)).build().expect("a client");
    Client::new(http).with_timeout(Duration::from_millis(300))
}

fn credentials(base_url: &str) -> Credentials {
    Credentials {
        base_url: base_url.to_owned(),
        api_version: "v25.0".to_owned(),
        phone_number_id: "100".to_owned(),
        business_account_id: "200".to_owned(),
        access_token: "canary-token".to_owned(),
    }
}

fn hello() -> Outgoing {
    Outgoing {
        to: Recipient::Phone("+16505551234".to_owned()),
        content: OutgoingContent::Text { body: "hi".to_owned(), preview_url: false },
        quoted: None,
        callback_data: None,
    }
}

const TAKEN: &str = r#"{"messaging_product":"whatsapp","contacts":[{"input":"+1","wa_id":"1"}],"messages":[{"id":"wamid.A","message_status":"held_for_quality_assessment"}]}"#;

#[tokio::test]
async fn an_accepted_message_has_its_wamid_and_the_call_carries_the_token() {
    let (base, mut requests) = server(http(200, TAKEN)).await;
    let accepted = client().send(&credentials(&base), &hello()).await.expect("taken");
    assert_eq!((accepted.wamid.as_str(), accepted.wa_id.as_deref(), accepted.is_held()), ("wamid.A", Some("1"), true));
    let request = requests.recv().await.expect("one request");
    assert!(request.starts_with("POST /v25.0/100/messages HTTP/1.1\r\n"), "{request}");
    assert!(request.contains("authorization: Bearer canary-token\r\n"), "{request}");
    assert!(request.ends_with(r#""type":"text","text":{"preview_url":false,"body":"hi"}}"#), "{request}");
}

#[tokio::test]
async fn every_answer_is_sorted_by_whether_whatsapp_may_have_taken_the_message() {
    let graph = |code: u32| format!(r#"{{"error":{{"message":"(#{code})","code":{code}}}}}"#);
    let (answered, unknown) = (true, false);
    let rows = [
        (400, graph(130_429), answered),
        (401, graph(190), answered),
        (404, graph(132_001), answered),
        (500, graph(131_000), answered),
        (503, graph(2), answered),
        (200, graph(1), answered),
        (500, r#"{"error":{"code":"131016","message":"code as text"}}"#.to_owned(), answered),
        (500, String::new(), unknown),
        (502, "<html>Bad gateway</html>".to_owned(), unknown),
        (503, r#"{"error":"overloaded"}"#.to_owned(), unknown),
        (504, r#"{"error":{"message":"no code"}}"#.to_owned(), unknown),
        (404, "not here".to_owned(), unknown),
        (429, "slow down".to_owned(), unknown),
        (302, String::new(), unknown),
        (200, String::new(), unknown),
        (200, "not json".to_owned(), unknown),
        (200, "{}".to_owned(), unknown),
        (200, r#"{"messages":[]}"#.to_owned(), unknown),
        (200, r#"{"messages":[{"id":""}]}"#.to_owned(), unknown),
        (200, "[]".to_owned(), unknown),
    ];
    for (status, body, is_answered) in rows {
        let (base, _requests) = server(http(status, &body)).await;
        let failure = client().send(&credentials(&base), &hello()).await.expect_err("a failure");
        match failure {
            SendFailure::Answered { http_status, .. } => assert!(is_answered && http_status == status, "{status} {body}"),
            SendFailure::Unknown { http_status, .. } => assert!(!is_answered && http_status == Some(status), "{status} {body}"),
            SendFailure::NotTaken { why } => panic!("{status} {body}: {why}"),
        }
    }
}

#[tokio::test]
async fn a_call_that_ends_without_an_answer_is_unknown() {
    let cut_head = Then::Answer("HTTP/1.1 200 O".to_owned());
    let cut_body = Then::Answer(format!("HTTP/1.1 200 OK\r\ncontent-length: 500\r\n\r\n{TAKEN}"));
    let garbage = Then::Answer("\0\0not http at all\r\n\r\n".to_owned());
    for (name, then) in
        [("close", Then::CloseWithoutAnswer), ("hang", Then::Hang), ("head", cut_head), ("body", cut_body), ("garbage", garbage)]
    {
        let (base, _requests) = server(then).await;
        let failure = client().send(&credentials(&base), &hello()).await.expect_err("a failure");
        assert!(matches!(failure, SendFailure::Unknown { .. }), "{name}: {failure}");
        assert!(!format!("{failure} {failure:?}").contains("canary-token"), "{name}");
    }
}

#[tokio::test]
async fn a_call_that_never_reached_whatsapp_was_not_taken() {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let closed = listener.local_addr().expect("bound");
    drop(listener);
    let silent = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let silent = (silent.local_addr().expect("bound"), silent);
    let talking = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let no_tls = talking.local_addr().expect("bound");
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = talking.accept().await {
            let _ = stream.write_all(b"HTTP/1.1 400 no TLS here\r\n\r\n").await;
        }
    });
    for base in [
        format!("http://{closed}"),
        "http://no-such-host.invalid".to_owned(),
        format!("https://{no_tls}"),
        format!("https://{}", silent.0),
        "nonsense".to_owned(),
    ] {
        let failure = client().send(&credentials(&base), &hello()).await.expect_err("a failure");
        assert!(matches!(failure, SendFailure::NotTaken { .. }), "{base}: {failure}");
    }
}

#[tokio::test]
async fn the_pages_of_templates_end_where_next_is_absent() {
    let last = r#"{"data":[{"id":5,"name":"a","language":"en","status":"APPROVED","category":"UTILITY","components":[]}],"paging":{"cursors":{"after":"X"}}}"#;
    let (base, mut requests) = server(http(200, last)).await;
    let templates = client().message_templates(&credentials(&base)).await.expect("a list");
    assert_eq!((templates.len(), templates[0].id.as_str()), (1, "5"));
    let more = r#"{"data":[],"paging":{"cursors":{"after":"X/="},"next":"http://elsewhere"}}"#;
    requests.recv().await.expect("one request");
    let (base, _requests) = server(http(200, more)).await;
    let page = client().message_templates_after(&credentials(&base), None).await.expect("a page");
    assert_eq!(page.after.as_deref(), Some("X/="));
    let (base, mut requests) = server(http(200, last)).await;
    client().message_templates_after(&credentials(&base), Some("X/=")).await.expect("a page");
    assert!(requests.recv().await.expect("one request").contains("&after=X%2F%3D"));
}

#[tokio::test]
async fn a_number_and_its_subscriptions_are_read() {
    let number =
        r#"{"id":"100","display_phone_number":"+1 555","quality_rating":"GREEN","status":"CONNECTED","throughput":{"level":"STANDARD"}}"#;
    let (base, _requests) = server(http(200, number)).await;
    let number = client().phone_number(&credentials(&base)).await.expect("a number");
    assert_eq!((number.id.as_str(), number.throughput.as_deref(), number.status.as_deref()), ("100", Some("STANDARD"), Some("CONNECTED")));
    let apps = r#"{"data":[{"whatsapp_business_api_data":{"id":"7","link":"l","name":"msgboxx"}}]}"#;
    let (base, _requests) = server(http(200, apps)).await;
    let apps = client().subscribed_apps(&credentials(&base)).await.expect("a list");
    assert_eq!(apps[0].name.as_deref(), Some("msgboxx"));
}

#[tokio::test]
async fn reading_a_message_can_show_that_someone_types() {
    let (base, mut requests) = server(http(200, r#"{"success":true}"#)).await;
    client().mark_as_read(&credentials(&base), "wamid.A", true).await.expect("marked");
    let request = requests.recv().await.expect("one request");
    assert!(request.contains(r#""message_id":"wamid.A""#) && request.contains("typing_indicator"), "{request}");
}

#[test]
fn credentials_do_not_show_their_token() {
    assert!(!format!("{:?}", credentials("http://x")).contains("canary-token"));
    assert_eq!(credentials("http://x/").address("100"), "http://x/v25.0/100");
}
