//! Every way in which a call can end, from a server that speaks TCP and nothing else, and what follows for the message.

use crate::sending::outcome::{Outcome, judge};
use msgboxx_cloud_api::client::{Client, Credentials};
use msgboxx_cloud_api::send::{Outgoing, OutgoingContent, Recipient};
use std::io::{Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::time::Duration;

/// What becomes of the message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Class {
    Accepted,
    Again,
    Failed,
    Paused,
    Unknown,
}

/// What the server does with a connection.
#[derive(Debug, Clone, Copy)]
enum Server {
    /// There is none at this address.
    Absent,
    /// The host has no address.
    Nameless,
    /// It does not speak TLS, and is asked to.
    NoTls,
    /// It resets the connection without reading anything.
    ResetsAtOnce,
    /// It closes the connection after it has read the request.
    Closes,
    /// It resets the connection after it has read some of the request.
    Resets,
    /// It reads the request and never answers.
    Silent,
    /// It answers with these bytes and closes.
    Says(&'static str),
    /// It answers with these bytes and never ends.
    Stalls(&'static str),
    /// It answers with this HTTP status and body.
    Answers(u16, &'static str),
}

use Class::{Accepted, Again, Failed, Paused, Unknown};
use Server::{Absent, Answers, Closes, Nameless, NoTls, Resets, ResetsAtOnce, Says, Silent, Stalls};

const TAKEN: &str = r#"{"messaging_product":"whatsapp","messages":[{"id":"wamid.1"}]}"#;
const TEMPORARY: &str = r#"{"error":{"message":"busy","code":2,"is_transient":true}}"#;
const NOVEL_TRANSIENT: &str = r#"{"error":{"message":"?","code":987654,"is_transient":true}}"#;
const NOVEL: &str = r#"{"error":{"message":"?","code":987654}}"#;

const SHAPES: [(&str, Server, Class); 33] = [
    ("the connection is refused", Absent, Again),
    ("the name has no address", Nameless, Again),
    ("TLS cannot be agreed on", NoTls, Again),
    ("a reset before the request was read", ResetsAtOnce, Unknown),
    ("a close after the request was read", Closes, Unknown),
    ("a reset after the request was read", Resets, Unknown),
    ("no answer in time", Silent, Unknown),
    ("a head that never ends", Stalls("HTTP/1.1 200 OK\r\ncontent-le"), Unknown),
    ("a body that never ends", Stalls("HTTP/1.1 200 OK\r\ncontent-length: 99\r\n\r\n{\"messages\""), Unknown),
    ("half a status line", Says("HTTP/1."), Unknown),
    ("something that is not HTTP", Says("SSH-2.0-OpenSSH_9.2\r\n"), Unknown),
    ("a body that is cut off", Says("HTTP/1.1 200 OK\r\ncontent-length: 99\r\n\r\n{\"messages\":[{\"id\":\"wamid.1\"}"), Unknown),
    ("taken", Answers(200, TAKEN), Accepted),
    ("200 without messages", Answers(200, r#"{"messaging_product":"whatsapp"}"#), Unknown),
    ("200 with an empty list", Answers(200, r#"{"messages":[]}"#), Unknown),
    ("200 and HTML", Answers(200, "<html>Welcome</html>"), Unknown),
    ("200 and nothing", Answers(200, ""), Unknown),
    ("200 and half a JSON", Answers(200, r#"{"messages":[{"id":"#), Unknown),
    ("200 with an error of Graph's", Answers(200, r#"{"error":{"message":"no","code":131026}}"#), Failed),
    ("302", Answers(302, ""), Unknown),
    ("400 without an error of Graph's", Answers(400, "{}"), Unknown),
    ("400 and HTML of a proxy", Answers(400, "<h1>Bad Request</h1>"), Unknown),
    ("400 with a wrong parameter", Answers(400, r#"{"error":{"message":"(#132000)","code":132000}}"#), Failed),
    ("400 and the number is too fast", Answers(400, r#"{"error":{"message":"(#130429)","code":130429}}"#), Again),
    ("400 and the pair is too fast", Answers(400, r#"{"error":{"message":"(#131056)","code":131056}}"#), Again),
    ("400 with an unknown code", Answers(400, NOVEL), Failed),
    ("400 with an unknown code that passes", Answers(400, NOVEL_TRANSIENT), Again),
    ("401 and the token is no good", Answers(401, r#"{"error":{"message":"expired","code":190}}"#), Paused),
    ("403 and the account is locked", Answers(403, r#"{"error":{"message":"locked","code":131031}}"#), Paused),
    ("404 without a body", Answers(404, ""), Unknown),
    ("500 with an error of Graph's", Answers(500, TEMPORARY), Again),
    ("502 and HTML of a proxy", Answers(502, "<html>Bad Gateway</html>"), Unknown),
    ("503 without a body", Answers(503, ""), Unknown),
];

fn class(outcome: &Outcome) -> Class {
    match outcome {
        Outcome::Accepted { .. } => Accepted,
        Outcome::Again { .. } => Again,
        Outcome::Failed { .. } => Failed,
        Outcome::Paused { .. } => Paused,
        Outcome::Unknown { .. } => Unknown,
    }
}

#[tokio::test]
async fn what_was_surely_not_taken_is_tried_again_and_what_may_have_been_is_unknown() {
    let mut wrong = Vec::new();
    for (name, server, expected) in SHAPES {
        let outcome = call(server).await;
        if class(&outcome) != expected {
            wrong.push(format!("{name}: {outcome:?}, and not {expected:?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

async fn call(server: Server) -> Outcome {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let address = listener.local_addr().expect("an address");
    let base_url = match server {
        Nameless => "http://nobody.invalid".to_owned(),
        NoTls => format!("https://{address}"),
        _ => format!("http://{address}"),
    };
    let serving = match server {
        Absent | Nameless => {
            drop(listener);
            None
        }
        _ => Some(std::thread::spawn(move || serve(&listener, server))),
    };
    // Short only where nothing comes: a slow machine must not make a time-out of an answer.
    let patience = if matches!(server, Silent | Stalls(_)) { Duration::from_millis(300) } else { Duration::from_secs(30) };
    let http = crate::tls::client().no_proxy().connect_timeout(Duration::from_secs(10)).redirect(reqwest::redirect::Policy::none());
    let client = Client::new(http.build().expect("a client")).with_timeout(patience);
    let credentials = Credentials {
        base_url,
        api_version: String::new(),
        phone_number_id: "1".to_owned(),
        business_account_id: "2".to_owned(),
        access_token: "token".to_owned(),
    };
    let message = Outgoing {
        to: Recipient::Phone("+447902111123".to_owned()),
        content: OutgoingContent::Text { body: "hello".to_owned(), preview_url: false },
        quoted: None,
        callback_data: None,
    };
    let outcome = judge(client.send(&credentials, &message).await, 1, 0.5);
    drop(client);
    if let Some(serving) = serving {
        // Elsewhere, since the client still closes its connections on this thread.
        let ended = tokio::task::spawn_blocking(move || serving.join()).await;
        ended.expect("it ran").expect("the server ends");
    }
    outcome
}

fn serve(listener: &TcpListener, server: Server) {
    let (mut stream, _) = listener.accept().expect("a connection");
    match server {
        Absent | Nameless => {}
        NoTls => drop(stream.write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n")),
        // What was not read makes a reset of a close.
        ResetsAtOnce => return drop(stream.peek(&mut [0])),
        Closes => drop(read_request(&mut stream)),
        Resets => return drop(stream.read(&mut [0; 16])),
        Silent => {
            read_request(&mut stream);
            wait_for_the_other_end(&mut stream);
        }
        Says(bytes) => {
            read_request(&mut stream);
            drop(stream.write_all(bytes.as_bytes()));
        }
        Stalls(bytes) => {
            read_request(&mut stream);
            drop(stream.write_all(bytes.as_bytes()));
            wait_for_the_other_end(&mut stream);
        }
        Answers(status, body) => {
            read_request(&mut stream);
            let head = format!("HTTP/1.1 {status} X\r\ncontent-length: {}\r\nconnection: close\r\n\r\n", body.len());
            drop(stream.write_all(format!("{head}{body}").as_bytes()));
        }
    }
    drop(stream.shutdown(Shutdown::Both));
}

/// Reads a whole request: its head and as much body as that says.
fn read_request(stream: &mut TcpStream) -> Vec<u8> {
    let (mut request, mut buffer) = (Vec::new(), [0; 4096]);
    while !is_whole(&request) {
        match stream.read(&mut buffer) {
            Ok(0) | Err(_) => break,
            Ok(read) => request.extend_from_slice(&buffer[..read]),
        }
    }
    request
}

fn is_whole(request: &[u8]) -> bool {
    let text = String::from_utf8_lossy(request);
    let Some((head, body)) = text.split_once("\r\n\r\n") else { return false };
    let length = head.lines().find_map(|line| line.to_ascii_lowercase().strip_prefix("content-length:")?.trim().parse::<usize>().ok());
    body.len() >= length.unwrap_or(0)
}

fn wait_for_the_other_end(stream: &mut TcpStream) {
    while stream.read(&mut [0; 64]).is_ok_and(|read| read > 0) {}
}
