use super::*;
use axum::routing::get;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::task::JoinHandle;

/// A server with one page that tells the caller's address, one that takes its time, and a way to stop it.
fn start() -> (SocketAddr, CancellationToken, JoinHandle<()>, CancellationToken) {
    let release = CancellationToken::new();
    let waits = release.clone();
    let router = axum::Router::new().route("/", get(async |ConnectInfo(peer): ConnectInfo<SocketAddr>| peer.ip().to_string())).route(
        "/slow",
        get(async move || {
            waits.cancelled().await;
            "at last"
        }),
    );
    let listener = listen("127.0.0.1:0".parse().expect("an address")).expect("a free port");
    let address = listener.local_addr().expect("an address");
    let stop = CancellationToken::new();
    (address, stop.clone(), tokio::spawn(serve(listener, router, stop)), release)
}

async fn send(address: SocketAddr, text: &str) -> TcpStream {
    let mut stream = TcpStream::connect(address).await.expect("connected");
    stream.write_all(text.as_bytes()).await.expect("sent");
    stream
}

async fn all_of(mut stream: TcpStream) -> String {
    let mut text = String::new();
    stream.read_to_string(&mut text).await.expect("an answer in UTF-8");
    text
}

#[tokio::test]
async fn a_handler_sees_the_peers_address() {
    let (address, ..) = start();
    let answer = all_of(send(address, "GET / HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n").await).await;
    assert!(answer.starts_with("HTTP/1.1 200") && answer.ends_with("127.0.0.1"), "{answer}");
}

/// With the clock paused, Tokio moves it to the next timer as soon as everybody waits: a missing time-out would hang here.
#[tokio::test(start_paused = true)]
async fn a_head_that_never_ends_is_cut_off_after_ten_seconds() {
    let (address, ..) = start();
    let stream = send(address, "GET / HTTP/1.1\r\nhost: x\r\nx-slow: ").await;
    let started = tokio::time::Instant::now();
    all_of(stream).await;
    assert_eq!(started.elapsed().as_secs(), HEADER_TIMEOUT.as_secs());
}

#[tokio::test]
async fn a_request_under_way_is_answered_though_the_server_is_stopping() {
    let (address, stop, server, release) = start();
    let stream = send(address, "GET /slow HTTP/1.1\r\nhost: x\r\n\r\n").await;
    // Answered on a second connection: so the first request was accepted before it.
    all_of(send(address, "GET / HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n").await).await;
    stop.cancel();
    release.cancel();
    assert!(all_of(stream).await.ends_with("at last"));
    server.await.expect("stopped");
    assert!(TcpStream::connect(address).await.is_err());
}
