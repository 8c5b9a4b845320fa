//! Resumable uploads, and templates whose header needs one.

use crate::harness::{NUMBER, Sim, TOKEN, WABA};
use serde_json::{Value, json};

async fn uploaded(sim: &Sim, kind: &str, bytes: &[u8]) -> String {
    let (status, begun) =
        sim.graph("POST", &format!("1/uploads?file_name=a&file_length={}&file_type={kind}", bytes.len()), Value::Null).await;
    assert_eq!(status, 200, "{begun}");
    let id = begun["id"].as_str().expect("an id").to_owned();
    assert_eq!(sim.get(&format!("/v25.0/{id}")).await, json!({"id": id, "file_offset": 0}));
    let client = reqwest::Client::builder().no_proxy().build().expect("a client");
    let call = client.post(format!("{}/v25.0/{id}", sim.base)).header("authorization", format!("OAuth {TOKEN}"));
    let answer: Value = call.header("file_offset", "0").body(bytes.to_vec()).send().await.expect("an answer").json().await.expect("JSON");
    assert_eq!(sim.get(&format!("/v25.0/{id}")).await["file_offset"], bytes.len());
    answer["h"].as_str().expect("a handle").to_owned()
}

#[tokio::test]
async fn a_header_with_a_picture_needs_a_handle_of_one() {
    let sim = Sim::start().await;
    let picture = uploaded(&sim, "image/png", b"\x89PNG").await;
    let document = uploaded(&sim, "application/pdf", b"%PDF").await;
    assert!(picture.starts_with("4::"));
    let path = format!("{WABA}/message_templates");
    let with = |handle: &str| {
        json!({"name": "picture", "language": "en", "category": "MARKETING", "components": [
            {"type": "HEADER", "format": "IMAGE", "example": {"header_handle": [handle]}}, {"type": "BODY", "text": "Look"}]})
    };
    for wrong in ["4::made-up", &document] {
        assert_eq!(sim.refused("POST", &path, with(wrong)).await, (400, 100));
    }
    assert_eq!(sim.graph("POST", &path, with(&picture)).await.0, 200);
}

#[tokio::test]
async fn an_uploaded_picture_becomes_the_profiles() {
    let sim = Sim::start().await;
    let handle = uploaded(&sim, "image/jpeg", b"\xff\xd8\xff").await;
    let path = format!("{NUMBER}/whatsapp_business_profile");
    let body = json!({"messaging_product": "whatsapp", "profile_picture_handle": handle});
    assert_eq!(sim.graph("POST", &path, body).await.0, 200);
    let shown = sim.get(&format!("/{path}?fields=profile_picture_url")).await;
    let url = shown["data"][0]["profile_picture_url"].as_str().expect("an address").to_owned();
    let picture = reqwest::Client::builder().no_proxy().build().expect("a client").get(url).send().await.expect("an answer");
    assert_eq!(picture.headers()["content-type"], "image/jpeg");
    assert_eq!(picture.bytes().await.expect("bytes"), &b"\xff\xd8\xff"[..]);
}

#[tokio::test]
async fn what_is_wrong_with_an_upload_is_said() {
    let sim = Sim::start().await;
    for query in ["file_length=0&file_type=image/png", "file_length=5&file_type=text/html", "file_type=image/png"] {
        assert_eq!(sim.refused("POST", &format!("1/uploads?{query}"), Value::Null).await, (400, 100), "{query}");
    }
    assert_eq!(sim.refused("GET", "upload:nothing?sig=x", Value::Null).await, (400, 100));
}
