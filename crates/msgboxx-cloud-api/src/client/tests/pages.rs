//! Lists that come in pages, against a server that knows its place by the cursor.

use super::{Then, client, credentials, http, server};
use crate::error::SendFailure;

/// The cursor that a request asks for.
fn cursor(request: &str) -> &str {
    let path = request.split(' ').nth(1).expect("a request line");
    path.split_once("after=").map_or("", |(_, cursor)| cursor.split('&').next().expect("at least nothing"))
}

fn page(ids: &[&str], paging: &str) -> Then {
    let data: Vec<_> = ids.iter().map(|id| format!(r#"{{"id":"{id}","name":"n{id}","language":"en","status":"APPROVED"}}"#)).collect();
    http(200, &format!(r#"{{"data":[{}],"paging":{paging}}}"#, data.join(",")))
}

/// Three pages. The second has its cursor in the address only; a template has moved from the first to the last.
fn three_pages(request: &str) -> Then {
    match cursor(request) {
        "" => page(&["1", "2"], r#"{"cursors":{"before":"A","after":"B/="},"next":"http://elsewhere/x?after=B%2F%3D"}"#),
        "B%2F%3D" => page(&["3"], r#"{"next":"http://elsewhere/x?limit=100&after=C%2B"}"#),
        "C%2B" => page(&["2", "4"], r#"{"cursors":{"before":"C","after":"D"}}"#),
        _ => http(400, r#"{"error":{"code":100}}"#),
    }
}

/// The second page names itself as the next one.
fn circle(request: &str) -> Then {
    match cursor(request) {
        "" | "A" => page(&["1"], r#"{"cursors":{"after":"A"},"next":"http://elsewhere"}"#),
        _ => http(400, r#"{"error":{"code":100}}"#),
    }
}

/// The second page fails.
fn broken(request: &str) -> Then {
    match cursor(request) {
        "" => page(&["1"], r#"{"cursors":{"after":"A"},"next":"http://elsewhere"}"#),
        _ => http(500, r#"{"error":{"code":2,"message":"overload"}}"#),
    }
}

#[tokio::test]
async fn all_pages_of_templates_are_read_and_each_template_once() {
    let (base, mut requests) = server(Then::By(three_pages)).await;
    let templates = client().message_templates(&credentials(&base)).await.expect("a list");
    let ids: Vec<_> = templates.iter().map(|template| template.id.as_str()).collect();
    assert_eq!(ids, ["1", "2", "3", "4"]);
    assert!(templates.iter().all(|template| template.is_sendable));
    for expected in ["fields=", "&after=B%2F%3D ", "&after=C%2B "] {
        let request = requests.recv().await.expect("three requests");
        assert!(
            request.starts_with("GET /v25.0/200/message_templates?limit=100&fields=id,name") && request.contains(expected),
            "{request}"
        );
    }
}

#[tokio::test]
async fn a_list_that_does_not_end_or_breaks_off_is_no_list() {
    for (name, then) in [("circle", circle as fn(&str) -> Then), ("broken", broken)] {
        let (base, _requests) = server(Then::By(then)).await;
        let failure = client().message_templates(&credentials(&base)).await.expect_err(name);
        assert_eq!(matches!(failure, SendFailure::Answered { .. }), name == "broken", "{failure}");
    }
}

#[tokio::test]
async fn an_answer_without_a_list_does_not_mean_that_everything_is_gone() {
    for body in ["{}", r#"{"data":null}"#, r#"{"data":{}}"#, "[]"] {
        let (base, _requests) = server(http(200, body)).await;
        let failure = client().message_templates(&credentials(&base)).await.expect_err(body);
        assert!(matches!(failure, SendFailure::Unknown { .. }), "{body}: {failure}");
    }
    let (base, _requests) = server(http(200, r#"{"data":[]}"#)).await;
    assert_eq!(client().message_templates(&credentials(&base)).await, Ok(vec![]));
}

#[tokio::test]
async fn all_numbers_of_an_account_are_read() {
    let (base, mut requests) = server(Then::By(three_pages)).await;
    let numbers = client().phone_numbers(&credentials(&base)).await.expect("a list");
    assert_eq!(numbers.iter().map(|number| number.id.as_str()).collect::<Vec<_>>(), ["1", "2", "3", "4"]);
    assert!(requests.recv().await.expect("a request").starts_with("GET /v25.0/200/phone_numbers?limit=100&fields=id,display_phone_number"));
}
