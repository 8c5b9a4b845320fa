//! Media: upload, address, download, deletion, and those that customers send.

use crate::harness::{BUSINESS, CUSTOMER, NUMBER, Sim, TOKEN};
use serde_json::{Value, json};

fn multipart(mime_type: &str, bytes: &str) -> String {
    format!(
        "--b\r\nContent-Disposition: form-data; name=\"messaging_product\"\r\n\r\nwhatsapp\r\n\
         --b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a\"\r\nContent-Type: {mime_type}\r\n\r\n{bytes}\r\n--b--\r\n"
    )
}

async fn upload(sim: &Sim, mime_type: &str, bytes: &str) -> (u16, Value) {
    let client = reqwest::Client::builder().no_proxy().build().expect("a client");
    let call = client.post(format!("{}/v25.0/{NUMBER}/media", sim.base)).bearer_auth(TOKEN);
    let call = call.header("content-type", "multipart/form-data; boundary=b").body(multipart(mime_type, bytes));
    let response = call.send().await.expect("an answer");
    (response.status().as_u16(), serde_json::from_slice(&response.bytes().await.expect("a body")).expect("JSON"))
}

async fn download(url: &str, token: &str) -> (u16, Vec<u8>) {
    let client = reqwest::Client::builder().no_proxy().build().expect("a client");
    let response = client.get(url).bearer_auth(token).send().await.expect("an answer");
    (response.status().as_u16(), response.bytes().await.expect("a body").to_vec())
}

#[tokio::test]
async fn what_was_uploaded_can_be_sent_fetched_and_deleted_and_outlives_a_restart() {
    let mut sim = Sim::start().await;
    let (status, answer) = upload(&sim, "image/png", "a picture").await;
    assert_eq!(status, 200, "{answer}");
    let id = answer["id"].as_str().expect("an id").to_owned();
    sim.customer_writes(CUSTOMER, "hello").await;
    let image = json!({"messaging_product": "whatsapp", "to": CUSTOMER, "type": "image", "image": {"id": id, "caption": "look"}});
    assert_eq!(sim.post_message(image).await.0, 200);

    let sim = sim.restart().await;
    let medium = sim.get(&format!("/v25.0/{id}")).await;
    assert_eq!((medium["mime_type"].as_str(), medium["file_size"].as_str()), (Some("image/png"), Some("9")));
    let url = medium["url"].as_str().expect("an address");
    assert!(url.starts_with(&sim.base));
    assert_eq!(download(url, TOKEN).await, (200, b"a picture".to_vec()));
    assert_eq!(download(url, "stolen").await.0, 401);
    sim.clock.advance(301);
    assert_eq!(download(url, TOKEN).await.0, 404, "an address lives five minutes");
    let (status, _) = sim.call("DELETE", &format!("/v25.0/{id}"), Some(TOKEN), None).await.expect("an answer");
    assert_eq!(status, 200);
    assert_eq!(sim.call("GET", &format!("/v25.0/{id}"), Some(TOKEN), None).await.expect("an answer").0, 400);
}

#[tokio::test]
async fn foreign_types_and_broken_uploads_are_refused() {
    let sim = Sim::start().await;
    assert_eq!(upload(&sim, "text/html", "<script>").await.1["error"]["code"], 100);
    let (status, answer) = upload(&sim, "image/webp", &"x".repeat(600 << 10)).await;
    assert_eq!((status, answer["error"]["code"].as_i64()), (400, Some(131_053)));
    let path = format!("/v25.0/{NUMBER}/media");
    assert_eq!(sim.call("POST", &path, Some(TOKEN), Some(json!({}))).await.expect("an answer").0, 400);
}

#[tokio::test]
async fn a_customers_picture_can_be_fetched_from_the_webhook() {
    let mut sim = Sim::start().await;
    for image in [json!({"caption": "a sample"}), json!({"data": "aGVsbG8=", "mime_type": "image/jpeg"})] {
        let body = json!({"from": CUSTOMER, "to": BUSINESS, "type": "image", "image": image});
        sim.control("/simulator/messages", body).await;
        let update = sim.receiver.next_update().await;
        let medium = &update["image"];
        assert!(medium.get("data").is_none() && medium["sha256"].is_string(), "{medium}");
        let (status, bytes) = download(medium["url"].as_str().expect("an address"), TOKEN).await;
        assert_eq!((status, bytes.is_empty()), (200, false));
        let id = medium["id"].as_str().expect("an id");
        assert_eq!(sim.get(&format!("/v25.0/{id}")).await["mime_type"], medium["mime_type"]);
    }
    sim.clock.advance(8 * 86_400);
    let id = sim.phone(CUSTOMER).await[0]["payload"]["image"]["id"].as_str().expect("an id").to_owned();
    assert_eq!(sim.call("GET", &format!("/v25.0/{id}"), Some(TOKEN), None).await.expect("an answer").0, 400, "gone after seven days");
}
