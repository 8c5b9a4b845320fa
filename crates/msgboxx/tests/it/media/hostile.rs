//! A host of files that does what WhatsApp's never should.

use super::{file, get, kept, message, message_after, photo, with};
use crate::app::TestApp;
use crate::on_both_engines;
use http::Method;
use msgboxx::provision;
use serde_json::{Value, json};
use std::path::{Path, PathBuf};
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

const NUMBER_ID: &str = "990000000000099";
const SECRET: &str = "the app secret of the hostile host";

/// What the host does with a file, by the file's id.
async fn serve(mut stream: TcpStream, base: String) -> std::io::Result<()> {
    let mut request = vec![0; 4096];
    let length = stream.read(&mut request).await?;
    let request = String::from_utf8_lossy(&request[..length]).into_owned();
    let path = request.split(' ').nth(1).unwrap_or_default();
    if let Some(file) = path.strip_prefix("/file/") {
        return send(&mut stream, file).await;
    }
    let id = path.rsplit('/').next().and_then(|last| last.split('?').next()).unwrap_or_default();
    let size = if id == "huge" { "32212254720" } else { "100" };
    let url = if id == "foreign" { "http://127.0.0.1:1/file/x".to_owned() } else { format!("{base}/file/{id}") };
    let hash = if id == "corrupt" { "00".repeat(32) } else { String::new() };
    let body = json!({"id": id, "url": url, "file_size": size, "mime_type": "image/jpeg", "sha256": hash}).to_string();
    let head = format!("HTTP/1.1 200 OK\r\ncontent-type: application/json\r\nconnection: close\r\ncontent-length: {}\r\n\r\n", body.len());
    stream.write_all((head + &body).as_bytes()).await
}

async fn send(stream: &mut TcpStream, file: &str) -> std::io::Result<()> {
    let photo = photo(8, 8);
    let whole = format!("HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: {}\r\n\r\n", photo.len());
    match file {
        "endless" => {
            stream.write_all(b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n").await?;
            stream.write_all(format!("{:x}\r\n", photo.len()).as_bytes()).await?;
            stream.write_all(&photo).await?;
            let chunk = [b"\r\n10000\r\n".to_vec(), vec![7; 0x10000]].concat();
            loop {
                stream.write_all(&chunk).await?;
            }
        }
        slow if slow.starts_with("slow") => {
            stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 1000000\r\n\r\n").await?;
            let mut next = tokio::time::interval(Duration::from_secs(5));
            loop {
                next.tick().await;
                stream.write_all(b"\xff").await?;
            }
        }
        "moved" => stream.write_all(b"HTTP/1.1 302 Found\r\nlocation: http://127.0.0.1:1/\r\ncontent-length: 0\r\n\r\n").await,
        "cut" => {
            stream.write_all(whole.as_bytes()).await?;
            stream.write_all(&photo[..photo.len() / 2]).await
        }
        _ => {
            stream.write_all(whole.as_bytes()).await?;
            stream.write_all(&photo).await
        }
    }
}

/// Starts the host and gives the organisation an account there.
async fn host(app: &TestApp) {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let base = format!("http://{}", listener.local_addr().expect("an address"));
    let text = format!(
        "[[organisation]]\nname = \"Stitch Recruit\"\n[[organisation.api_account]]\nname = \"Hostile\"\nphone_number = \"+447700900099\"\n\
         [organisation.api_account.whatsapp]\nbase_url = \"{base}\"\nphone_number_id = \"{NUMBER_ID}\"\nbusiness_account_id = \"880\"\n\
         access_token = \"canary-token\"\napp_secret = \"{SECRET}\"\nverify_token = \"v\"\n"
    );
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            tokio::spawn(serve(stream, base.clone()));
        }
    });
    let file = provision::read(&text, Path::new("hostile.toml"), &|_| None).expect("the file is right");
    provision::apply(&app.app.store, &app.app.keys, &app.app.passwords, file).await.expect("it can be applied");
    app.app.accounts.read_again().await.expect("read");
}

/// A customer of that account sends a picture, whose caption is its id.
async fn receive(app: &TestApp, id: &str) {
    let image = json!({"id": id, "mime_type": "image/jpeg", "caption": id});
    let now = app.app.clock.now().as_seconds().to_string();
    let message = json!({"from": "447902111999", "id": format!("wamid.{id}"), "timestamp": now, "type": "image", "image": image});
    let value = json!({"messaging_product": "whatsapp", "metadata": {"display_phone_number": "1", "phone_number_id": NUMBER_ID},
        "contacts": [{"profile": {"name": "Eve"}, "wa_id": "447902111999"}], "messages": [message]});
    let entry = json!({"id": "880", "changes": [{"field": "messages", "value": value}]});
    let body = json!({"object": "whatsapp_business_account", "entry": [entry]}).to_string();
    let signature = msgboxx_cloud_api::signature::sign(SECRET, body.as_bytes());
    let url = format!("{}/whatsapp/webhook", app.app.settings.public_url);
    let answer = app.call(Method::POST, &url).header("x-hub-signature-256", signature).body(body).send().await.expect("an answer");
    assert_eq!(answer.status(), 200);
}

fn failed(message: &Value, id: &str) -> bool {
    message["bodyText"] == id && message["failure"]["code"].is_string()
}

on_both_engines! {
    async fn a_file_that_is_too_large_or_never_ends_is_given_up_at_once(app) {
        host(app).await;
        for id in ["huge", "endless"] {
            receive(app, id).await;
            let found = message(app, id, |it| failed(it, id)).await;
            assert_eq!((&found["failure"]["code"], &found["fileLocation"]), (&json!("file_too_large"), &json!("")), "{id}");
        }
        assert_eq!(kept(app), Vec::<PathBuf>::new());
    }

    async fn a_host_that_dawdles_stops_nobody_else(app) {
        host(app).await;
        for n in 0..10 {
            receive(app, &format!("slow-{n}")).await;
        }
        message(app, "them", |it| it["bodyText"] == "slow-9").await;
        let photo = photo(9, 9);
        app.customer_sends("image", with(&photo, "image/jpeg")).await;
        assert_eq!(get(app, &file(app).await).await.bytes().await.expect("a body"), photo);
    }

    async fn a_file_that_never_comes_whole_is_asked_for_as_long_as_whatsapp_keeps_it(app) {
        host(app).await;
        for id in ["foreign", "moved", "cut"] {
            receive(app, id).await;
        }
        for id in ["foreign", "moved", "cut"] {
            let found = message_after(app, 6 * 3_600, |it| failed(it, id)).await;
            assert_eq!(found["failure"]["code"], "file_expired", "{id}");
            assert!(found["failure"]["detail"].as_str().is_some_and(|it| !it.contains("canary")), "{found}");
        }
        assert_eq!(kept(app), Vec::<PathBuf>::new());
    }

    async fn a_file_that_is_not_what_was_announced_is_not_kept(app) {
        host(app).await;
        receive(app, "corrupt").await;
        let found = message_after(app, 60, |it| failed(it, "corrupt")).await;
        assert_eq!(found["failure"]["code"], "file_corrupt");
        assert_eq!(kept(app), Vec::<PathBuf>::new());
        receive(app, "well").await;
        message(app, "a good one", |it| it["bodyText"] == "well" && it["fileLocation"] != "").await;
    }
}
