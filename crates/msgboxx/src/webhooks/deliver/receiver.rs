//! A receiver of webhooks for tests: on this machine, over plain connections, with prepared answers.

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc;

/// What a receiver was sent.
#[derive(Debug)]
pub(super) struct Request {
    /// Request line and headers.
    pub(super) head: String,
    pub(super) body: String,
}

impl Request {
    /// The value of a header; empty without it.
    pub(super) fn header(&self, name: &str) -> &str {
        let value = |line: &'_ str| line.split_once(": ").filter(|(found, _)| *found == name).map(|(_, value)| value.len());
        self.head.lines().find_map(|line| value(line).map(|length| &line[line.len() - length..])).unwrap_or_default()
    }
}

/// Answers each connection once, as told.
pub(super) struct Receiver {
    pub(super) url: String,
    requests: mpsc::UnboundedReceiver<Request>,
}

impl Receiver {
    /// Answers in this order, the last for ever. An answer is what stands behind `HTTP/1.1`: a status, and perhaps headers.
    pub(super) async fn answering(answers: &'static [&'static str]) -> Self {
        Self::answering_by(move |n| answers[n.min(answers.len() - 1)]).await
    }

    /// Answers each request by its number, counted from 0.
    pub(super) async fn answering_by(answer: impl Fn(usize) -> &'static str + Send + 'static) -> Self {
        let (listener, url) = listen_here().await;
        let (sender, requests) = mpsc::unbounded_channel();
        tokio::spawn(async move {
            for n in 0.. {
                let Ok((mut stream, _)) = listener.accept().await else { return };
                let Some(request) = read_request(&mut stream).await else { continue };
                if sender.send(request).is_err() {
                    return;
                }
                // The caller may have gone away in the meantime.
                drop(
                    stream.write_all(format!("HTTP/1.1 {}\r\ncontent-length: 0\r\nconnection: close\r\n\r\n", answer(n)).as_bytes()).await,
                );
            }
        });
        Self { url, requests }
    }

    /// Waits for a request.
    pub(super) async fn next(&mut self) -> Request {
        self.requests.recv().await.expect("the receiver is there")
    }

    /// What came since the last time.
    pub(super) fn received(&mut self) -> Vec<Request> {
        std::iter::from_fn(|| self.requests.try_recv().ok()).collect()
    }
}

/// A listener, and an address of it that has a secret.
pub(super) async fn listen_here() -> (TcpListener, String) {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let address = listener.local_addr().expect("an address");
    (listener, format!("http://{address}/hook?secret=1"))
}

/// One request; nothing if the caller goes away.
pub(super) async fn read_request(stream: &mut TcpStream) -> Option<Request> {
    let mut bytes = Vec::new();
    loop {
        if stream.read_buf(&mut bytes).await.ok()? == 0 {
            return None;
        }
        let text = String::from_utf8_lossy(&bytes).into_owned();
        let Some((head, body)) = text.split_once("\r\n\r\n") else { continue };
        let request = Request { head: head.to_owned(), body: body.to_owned() };
        if request.header("content-length").parse() == Ok(body.len()) {
            return Some(request);
        }
    }
}
