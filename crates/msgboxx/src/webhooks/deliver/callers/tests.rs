use super::super::answer::Verdict;
use super::super::receiver::{Receiver, listen_here, read_request};
use super::*;
use std::net::IpAddr;
use tokio::io::AsyncWriteExt;

fn call(target: &str) -> Call {
    Call {
        target: target.to_owned(),
        event: "message",
        id: "0198".to_owned(),
        at: Instant::from_seconds(1_700_000_000),
        signature: "v1,abc=".to_owned(),
        body: "{}".to_owned(),
    }
}

fn callers(allow: &[AllowedTarget]) -> Callers {
    Callers::new(allow).expect("TLS is there")
}

fn local_callers() -> Callers {
    callers(&[AllowedTarget::Host("127.0.0.1".to_owned())])
}

#[tokio::test]
async fn a_call_is_a_post_of_the_body_with_the_documented_headers() {
    let mut receiver = Receiver::answering(&["204 No Content"]).await;
    let answer = local_callers().call(call(&receiver.url)).await;
    assert_eq!(answer, Answer { verdict: Verdict::Taken, status: Some(204), text: String::new() });
    let requests = receiver.received();
    let [request] = requests.as_slice() else { panic!("one request, not {requests:?}") };
    assert!(request.head.starts_with("POST /hook?secret=1 HTTP/1.1\r\n"), "{}", request.head);
    assert_eq!(request.body, "{}");
    for (name, value) in [
        ("content-type", "application/json"),
        ("user-agent", concat!("msgboxx-webhook/", env!("CARGO_PKG_VERSION"))),
        ("x-msgboxx-event", "message"),
        ("webhook-id", "0198"),
        ("webhook-timestamp", "1700000000"),
        ("webhook-signature", "v1,abc="),
        ("accept-encoding", ""),
        ("referer", ""),
    ] {
        assert_eq!(request.header(name), value, "{name}");
    }
}

#[tokio::test]
async fn a_redirect_is_not_followed() {
    let receiver = Receiver::answering(&["307 Temporary Redirect\r\nlocation: /elsewhere", "204 No Content"]).await;
    let answer = local_callers().call(call(&receiver.url)).await;
    assert_eq!(answer, Answer { verdict: Verdict::NotTaken { retry_after: None }, status: Some(307), text: String::new() });
}

#[tokio::test]
async fn the_receivers_wish_to_wait_is_heard() {
    let receiver = Receiver::answering(&["503 Busy\r\nretry-after: 90"]).await;
    let answer = local_callers().call(call(&receiver.url)).await;
    let wish = Verdict::NotTaken { retry_after: Some(Duration::from_secs(90)) };
    assert_eq!(answer, Answer { verdict: wish, status: Some(503), text: String::new() });
}

#[tokio::test]
async fn an_endless_answer_is_cut_off() {
    let (listener, target) = listen_here().await;
    let written = tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.expect("a connection");
        read_request(&mut stream).await.expect("a request");
        stream.write_all(b"HTTP/1.1 200 OK\r\n\r\n").await.expect("the head is written");
        let mut written = 0;
        while stream.write_all(&[b'x'; 8192]).await.is_ok() {
            written += 8192;
        }
        written
    });
    assert_eq!(local_callers().call(call(&target)).await.verdict, Verdict::Taken);
    assert!(written.await.expect("the receiver ended") >= MOST_BODY);
}

#[tokio::test]
async fn a_receiver_that_cannot_be_reached_is_an_answer_too() {
    let (listener, target) = listen_here().await;
    drop(listener);
    let answer = local_callers().call(call(&target)).await;
    assert_eq!(answer.verdict, Verdict::NotTaken { retry_after: None });
    assert!(!answer.text.contains("secret"), "{}", answer.text);
}

#[tokio::test(start_paused = true)]
async fn a_receiver_that_hangs_is_given_up() {
    let (_listener, target) = listen_here().await;
    let answer = local_callers().call(call(&target)).await;
    assert_eq!(answer.verdict, Verdict::NotTaken { retry_after: None });
}

#[tokio::test]
async fn a_target_that_may_not_be_called_is_not_connected_to() {
    let (listener, target) = listen_here().await;
    let answer = callers(&[]).call(call(&target)).await;
    assert_eq!(answer.text, guard::TargetRefusal::NotPublic.to_string());
    let nobody = tokio::time::timeout(Duration::ZERO, listener.accept()).await;
    assert!(nobody.is_err(), "somebody connected");
}

#[tokio::test]
async fn a_name_is_refused_when_it_leads_to_this_machine() {
    let look_up = async |reach: Reach, allow: Vec<AllowedTarget>| {
        let names = GuardedNames { reach, allow: allow.into() };
        names.resolve("localhost".parse().expect("a name")).await.map(Iterator::count)
    };
    assert!(look_up(Reach::PublicOrListed, Vec::new()).await.is_err());
    assert!(look_up(Reach::Listed, Vec::new()).await.is_err());
    assert!(look_up(Reach::Anywhere, Vec::new()).await.is_ok_and(|n| n > 0));
    let networks = ["127.0.0.0/8", "::1/128"].map(|text| AllowedTarget::Network(text.parse().expect("a network")));
    assert!(look_up(Reach::Listed, networks.to_vec()).await.is_ok_and(|n| n > 0));
}

#[test]
fn one_address_that_is_not_public_refuses_them_all() {
    let addresses = |texts: &[&str]| -> Vec<SocketAddr> {
        texts.iter().map(|text| SocketAddr::new(text.parse::<IpAddr>().expect("an address"), 0)).collect()
    };
    let count = |texts: &[&str]| checked(Reach::PublicOrListed, &[], addresses(texts)).map(|found| found.len()).ok();
    assert_eq!(count(&["8.8.8.8", "2606:4700:4700::1111"]), Some(2));
    assert_eq!(count(&["8.8.8.8", "127.0.0.1"]), None);
    assert_eq!(count(&["169.254.169.254", "8.8.8.8"]), None);
    assert_eq!(count(&["8.8.8.8", "::ffff:10.0.0.1"]), None);
}
