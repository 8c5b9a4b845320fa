//! Bad input: always a documented answer, never a 5xx, never a hang, nothing half-written.

use crate::client::Client;
use crate::on_both_databases;
use crate::server::{ACCOUNT, Server};
use serde_json::json;
use std::collections::HashSet;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// What a documented answer to bad input may be.
const DOCUMENTED: [u16; 8] = [400, 401, 403, 404, 405, 409, 413, 429];

/// Bodies of `POST /contact` that no well-meaning client sends.
fn bad_bodies() -> Vec<Vec<u8>> {
    let deep = format!("{}1{}", "[".repeat(10_000), "]".repeat(10_000));
    let huge = format!(r#"{{"name": "{}"}}"#, "x".repeat(2 * 1024 * 1024));
    let mut bodies: Vec<Vec<u8>> = [
        "",
        "{",
        "null",
        "[]",
        "\"text\"",
        "1e400",
        "{\"mobileNumber\": }",
        "{\"mobileNumber\": {\"$ne\": 1}}",
        "{\"mobileNumber\": [\"+447902111199\"]}",
        "{\"mobileNumber\": 447902111199}",
        "{\"mobileNumber\": true}",
        "{\"mobileNumber\": \"\"}",
        "{\"mobileNumber\": \"+0123456789\"}",
        "{\"mobileNumber\": \"'; drop table contacts; --\"}",
        "{\"name\": \"\\ud800\"}",
        "{\"name\": \"a\\u0000b\"}",
        "{\"apiAccountId\": \"not a uuid\", \"mobileNumber\": \"+447902111199\"}",
        "{\"apiAccountId\": -0, \"mobileNumber\": \"+447902111199\"}",
        "{\"tags\": [1, {}]}",
        "{\"tags\": {\"a\": 1}}",
        "{\"status\": \"Boss\"}",
    ]
    .iter()
    .map(|text| text.as_bytes().to_vec())
    .collect();
    bodies.extend([deep.into_bytes(), huge.into_bytes(), b"{\"name\": \"\xff\xfe\"}".to_vec(), b"\xef\xbb\xbf{".to_vec(), vec![0; 64]]);
    bodies
}

async fn raw(server: &Server, request: &[u8]) -> String {
    let address = server.url.trim_start_matches("http://").to_owned();
    let mut socket = TcpStream::connect(address).await.expect("a connection");
    // The server may hang up before it read everything.
    drop(socket.write_all(request).await);
    drop(socket.shutdown().await);
    let mut answer = Vec::new();
    drop(socket.read_to_end(&mut answer).await);
    String::from_utf8_lossy(&answer).into_owned()
}

on_both_databases! {
    async fn bad_bodies_get_a_documented_answer(server: Server) {
        let admin = server.sign_in("admin@example.com").await;
        let before = admin.get("/contact").await.expect(200)["paging"]["recordCount"].clone();
        for path in ["/contact", "/message", "/broadcast", "/webhook", "/organisation", "/oauth/token"] {
            for body in bad_bodies() {
                let shown = String::from_utf8_lossy(&body[..body.len().min(60)]).into_owned();
                let request = server.http.post(format!("{}{path}", server.url)).bearer_auth(admin.token.as_deref().expect("a token"));
                let request = request.header("content-type", "application/json").header("X-Calling-Application", "hostile");
                match request.body(body).send().await {
                    Ok(answer) => {
                        let status = answer.status().as_u16();
                        assert!(DOCUMENTED.contains(&status), "{path} answered {status} to {shown}");
                        let text = answer.text().await.expect("text");
                        let problem: serde_json::Value = serde_json::from_str(&text).expect("a problem");
                        assert!(problem["code"].is_string() && problem["requestId"].is_string(), "{path} answered {text} to {shown}");
                    }
                    // A connection that is closed while too much is still being sent.
                    Err(error) => assert!(error.is_request() || error.is_body(), "{path}: {error} to {shown}"),
                }
            }
        }
        assert_eq!(admin.get("/contact").await.expect(200)["paging"]["recordCount"], before, "something was written");
    }

    async fn bad_queries_get_a_documented_answer(server: Server) {
        let admin = server.sign_in("admin@example.com").await;
        for query in ["page=0", "page=-1", "page=x", "page=1.5", "page=1&page=2", "pageSize=0", "pageSize=101", "fromDate=x", "toDate=%00",
            "fromDate=2024-01-02&toDate=2024-01-01", "apiAccountId=x", "apiAccountId=%ff", "contactId='%20or%201=1", "conversationId=%zz"] {
            let answer = admin.get(&format!("/message?{query}")).await;
            assert_eq!(answer.status, 400, "{query}: {}", answer.text);
        }
        for page in ["9223372036854775807", "9999999999999999999999"] {
            assert_eq!(admin.get(&format!("/message?page={page}")).await.expect(200)["items"], json!([]), "{page}");
        }
    }

    async fn raw_nonsense_never_gets_a_5xx(server: Server) {
        let long = format!("GET /{} HTTP/1.1\r\nHost: x\r\n\r\n", "a".repeat(100_000));
        let many = format!("GET / HTTP/1.1\r\nHost: x\r\n{}\r\n", "a: b\r\n".repeat(10_000));
        let nonsense: [&[u8]; 9] = [
            b"\x16\x03\x01\x02\x00", b"GET\r\n\r\n", b"GET /contact HTTP/1.1\r\n\r\n",
            b"POST /contact HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello",
            b"POST /contact HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
            b"POST /contact HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n", b"TRACE /contact HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
            long.as_bytes(), many.as_bytes(),
        ];
        for request in nonsense {
            let answer = raw(&server, request).await;
            assert!(!answer.starts_with("HTTP/1.1 5"), "{} got {answer}", String::from_utf8_lossy(&request[..request.len().min(60)]));
        }
        assert_eq!(Client::nobody(&server).get("/healthz").await.status, 200);
    }

    async fn fifty_creates_of_one_number_make_one_contact(server: Server) {
        let admin = server.sign_in("admin@example.com").await;
        let body = json!({"mobileNumber": "+447902999999", "name": "new contact", "status": "Presubscribed", "apiAccountId": ACCOUNT});
        let creates: Vec<_> = (0..50).map(|_| { let (admin, body) = (admin.clone(), body.clone()); tokio::spawn(async move { admin.post("/contact", &body).await }) }).collect();
        let mut statuses = Vec::new();
        for create in creates {
            statuses.push(create.await.expect("an answer").status);
        }
        assert_eq!(statuses.iter().filter(|status| **status == 201).count(), 1, "{statuses:?}");
        assert_eq!(statuses.iter().filter(|status| **status == 409).count(), 49, "{statuses:?}");
    }

    async fn sixty_four_repeats_of_one_key_make_one_message(server: Server) {
        let admin = server.sign_in("admin@example.com").await;
        server.customer_writes(crate::server::CUSTOMER, crate::server::NUMBER, "hello").await;
        crate::server::eventually("the customer's message", async || admin.list("/message").await.into_iter().next()).await;
        let body = json!({"apiAccountId": ACCOUNT, "contactId": "17b5c90a-7465-1097-b2db-66afa62c963f", "message": "once"});
        let posts: Vec<_> = (0..64).map(|_| {
            let request = server.http.post(format!("{}/message", server.url)).bearer_auth(admin.token.as_deref().expect("a token"))
                .header("Idempotency-Key", "the same").json(&body);
            tokio::spawn(async move { let answer = request.send().await.expect("an answer"); (answer.status().as_u16(), answer.text().await.expect("text")) })
        }).collect();
        let mut answers = HashSet::new();
        for post in posts {
            answers.insert(post.await.expect("an answer"));
        }
        assert_eq!(answers.len(), 1, "{answers:?}");
        assert_eq!(admin.list("/message").await.iter().filter(|m| m["bodyText"] == "once").count(), 1);
        let other = server.http.post(format!("{}/message", server.url)).bearer_auth(admin.token.as_deref().expect("a token"))
            .header("Idempotency-Key", "the same").json(&json!({"apiAccountId": ACCOUNT, "contactId": "17b5c90a-7465-1097-b2db-66afa62c963f", "message": "twice"}));
        let other = other.send().await.expect("an answer");
        assert_eq!(other.status(), 400);
        assert!(other.text().await.expect("text").contains("idempotency_key_reused"));
    }

    async fn two_hundred_guesses_at_once_are_held_back(server: Server) {
        let guess = |n: usize| server.http.post(format!("{}/oauth/token", server.url)).header("X-Calling-Application", "hostile")
            .json(&json!({"username": "agent@example.com", "password": format!("wrong password {n}")}));
        let guesses: Vec<_> = (0..200).map(|n| { let guess = guess(n); tokio::spawn(async move { guess.send().await.expect("an answer") }) }).collect();
        let (mut tried, mut held) = (0, 0);
        for guess in guesses {
            let answer = guess.await.expect("an answer");
            match answer.status().as_u16() {
                400 => tried += 1,
                429 => { held += 1; assert!(answer.headers().contains_key("retry-after")); }
                other => panic!("a guess was answered {other}"),
            }
        }
        assert!(tried <= 40 && held >= 160, "{tried} guesses were looked at");
        server.sign_in("admin@example.com").await;
    }
}
