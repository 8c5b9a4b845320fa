//! Files that customers send: fetched, kept, and handed out by signed addresses.

mod hostile;
mod s3;

use crate::app::TestApp;
use crate::on_both_engines;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use http::Method;
use image::{DynamicImage, ImageFormat, Rgb, RgbImage};
use msgboxx_model::{ApiAccountId, ContactId, ConversationId, Direction, MediaId, MessageId, MessageKind};
use msgboxx_store::{NewMedia, NewMessage, StoreError, Tx};
use reqwest::Response;
use serde_json::{Value, json};
use std::io::Cursor;
use std::path::{Path, PathBuf};
use std::time::Duration;

const SVG: &str = "<svg xmlns=\"http://www.w3.org/2000/svg\" onload=\"alert(1)\"/>";

/// A photograph of so many pixels.
pub(crate) fn photo(width: u32, height: u32) -> Vec<u8> {
    let mut bytes = Vec::new();
    let picture = DynamicImage::from(RgbImage::from_pixel(width, height, Rgb([10, 120, 60])));
    picture.write_to(&mut Cursor::new(&mut bytes), ImageFormat::Jpeg).expect("it can be written");
    bytes
}

pub(crate) fn with(bytes: &[u8], mime_type: &str) -> Value {
    json!({"data": STANDARD.encode(bytes), "mime_type": mime_type})
}

/// The message of which this is true, as soon as there is one.
pub(crate) async fn message(app: &TestApp, what: &str, is_so: impl Fn(&Value) -> bool) -> Value {
    let caller = app.administrator().await;
    app.eventually(what, async || caller.items("/message?fromDate=2020-01-01").await.into_iter().find(&is_so)).await
}

/// The same, while time passes in steps of so many seconds.
pub(crate) async fn message_after(app: &TestApp, step: u64, is_so: impl Fn(&Value) -> bool) -> Value {
    let ask = async || {
        app.app.clock.simulated().advance(step);
        app.app.wake.media.notify_one();
        // A token may not live that long, and only a commit makes us look again.
        let messages = app.administrator().await.items("/message?fromDate=2020-01-01").await;
        messages.into_iter().find(&is_so)
    };
    app.eventually("time to pass", ask).await
}

/// The address of a message's file, once there is one.
pub(crate) async fn file(app: &TestApp) -> String {
    let message = message(app, "the file", |it| it["fileLocation"] != "").await;
    message["fileLocation"].as_str().expect("a text").to_owned()
}

/// The stable code of why a message's file will not come.
async fn failure(app: &TestApp) -> String {
    let failed = message(app, "the failure", |it| it["failure"]["code"].is_string()).await;
    assert_eq!(failed["fileLocation"], "", "{failed}");
    assert!(failed["failure"]["detail"].as_str().is_some_and(|it| !it.is_empty()));
    failed["failure"]["code"].as_str().expect("a text").to_owned()
}

pub(crate) async fn get(app: &TestApp, url: &str) -> Response {
    app.call(Method::GET, url).send().await.expect("an answer")
}

pub(crate) fn header<'r>(response: &'r Response, name: &str) -> &'r str {
    response.headers().get(name).map_or("", |value| value.to_str().expect("ASCII"))
}

async fn refused(response: Response, status: u16, code: &str) {
    assert_eq!((response.status().as_u16(), header(&response, "content-type")), (status, "application/problem+json"));
    let problem: Value = serde_json::from_slice(&response.bytes().await.expect("a body")).expect("JSON");
    assert_eq!(problem["code"], code, "{problem}");
}

/// Every file of the media directory, relative to it.
pub(crate) fn kept(app: &TestApp) -> Vec<PathBuf> {
    fn walk(folder: &Path, found: &mut Vec<PathBuf>) {
        for entry in std::fs::read_dir(folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            if path.is_dir() { walk(&path, found) } else { found.push(path) }
        }
    }
    let root = app.app.settings.data_dir.join("media");
    let mut found = Vec::new();
    walk(&root, &mut found);
    found.iter().map(|path| path.strip_prefix(&root).expect("it lies there").to_owned()).collect()
}

/// The names of all events about a message, in order.
async fn events(app: &TestApp, message: &Value) -> Vec<String> {
    let id: uuid::Uuid = message["messageId"].as_str().expect("an id").parse().expect("an id");
    let read = async move |tx: &mut Tx<'_>| {
        let mut names = Vec::new();
        for organisation in tx.organisations().await? {
            let events = tx.events_after(organisation.id, 0, 1_000).await?;
            names.extend(events.into_iter().filter(|event| event.entity_id == id).map(|event| event.name));
        }
        Ok::<_, StoreError>(names)
    };
    app.app.store.read(read).await.expect("read")
}

on_both_engines! {
    async fn a_picture_is_fetched_and_anybody_with_its_address_sees_it(app) {
        let photo = photo(1_200, 600);
        app.customer_sends("image", json!({"data": STANDARD.encode(&photo), "mime_type": "image/jpeg", "caption": "look"})).await;
        let url = file(app).await;
        assert!(url.starts_with(&format!("{}/media/", app.app.settings.public_url)), "{url}");
        let response = get(app, &url).await;
        for (name, value) in [
            ("content-type", "image/jpeg"),
            ("content-disposition", "inline; filename=\"file.jpg\"; filename*=UTF-8''file.jpg"),
            ("x-content-type-options", "nosniff"),
            ("content-security-policy", "sandbox; default-src 'none'"),
            ("cross-origin-resource-policy", "cross-origin"),
            ("accept-ranges", "bytes"),
        ] {
            assert_eq!(header(&response, name), value, "{name}");
        }
        assert_eq!(header(&response, "content-length"), photo.len().to_string());
        assert_eq!(response.bytes().await.expect("a body"), photo);
        let small = get(app, &format!("{url}&size=thumbnail")).await;
        assert_eq!(header(&small, "content-type"), "image/jpeg");
        let small = image::load_from_memory(&small.bytes().await.expect("a body")).expect("a picture");
        assert_eq!((small.width(), small.height()), (320, 160));
        let message = message(app, "the picture", |_| true).await;
        assert_eq!((&message["bodyText"], &message["fileLocation"]), (&json!("look"), &json!(url)), "the address stays for a while");
        app.eventually("its events", async || Some(events(app, &message).await).filter(|it| *it == ["message", "message.updated"])).await;
    }

    async fn a_player_gets_the_part_that_it_asks_for(app) {
        app.customer_sends("document", with(b"0123456789", "text/plain")).await;
        let url = file(app).await;
        let part = async |range: &str| {
            let response = app.call(Method::GET, &url).header("range", range).send().await.expect("an answer");
            let (status, of) = (response.status().as_u16(), header(&response, "content-range").to_owned());
            (status, of, response.text().await.expect("text"))
        };
        assert_eq!(part("bytes=2-4").await, (206, "bytes 2-4/10".to_owned(), "234".to_owned()));
        assert_eq!(part("bytes=-3").await, (206, "bytes 7-9/10".to_owned(), "789".to_owned()));
        assert_eq!(part("bytes=8-99").await, (206, "bytes 8-9/10".to_owned(), "89".to_owned()));
        assert_eq!(part("bytes=10-").await, (416, "bytes */10".to_owned(), String::new()));
        assert_eq!(part("bytes=0-1,4-5").await, (200, String::new(), "0123456789".to_owned()));
        let head = app.call(Method::HEAD, &url).send().await.expect("an answer");
        assert_eq!((head.status().as_u16(), header(&head, "content-length")), (200, "10"));
        refused(get(app, &format!("{url}&size=thumbnail")).await, 404, "not_found").await;
        refused(app.call(Method::DELETE, &url).send().await.expect("an answer"), 405, "method_not_allowed").await;
    }

    async fn an_address_cannot_be_changed_and_ends_after_its_hour(app) {
        app.customer_sends("image", with(&photo(3, 3), "image/jpeg")).await;
        let first = file(app).await;
        app.customer_sends("image", with(&photo(5, 5), "image/jpeg")).await;
        let url = message(app, "the second file", |it| it["fileLocation"] != "" && it["fileLocation"] != first.as_str()).await;
        let url = url["fileLocation"].as_str().expect("a text");
        let (path, query) = url.split_once('?').expect("a query");
        let (other, _) = first.split_once('?').expect("a query");
        let last = if url.ends_with('A') { "B" } else { "A" };
        for changed in [
            path.to_owned(),
            format!("{other}?{query}"),
            format!("{}{last}", &url[..url.len() - 1]),
            url.replace("&signature=", "&signature=A"),
            url.replace("expires=1", "expires=2"),
            format!("{url}&expires=9999999999"),
            format!("{path}?organisation=x&expires=y&signature=z"),
        ] {
            refused(get(app, &changed).await, 403, "forbidden").await;
        }
        refused(get(app, &format!("{}/media/x?{query}", app.app.settings.public_url)).await, 404, "not_found").await;
        assert_eq!(get(app, url).await.status(), 200);
        app.hours_pass(2);
        refused(get(app, url).await, 403, "forbidden").await;
        assert_eq!(get(app, &file(app).await).await.status(), 200, "reading the message again gives a fresh one");
    }

    async fn what_could_act_in_a_browser_is_a_download_under_a_harmless_name(app) {
        let mut seen = Vec::new();
        for (content, name) in [(SVG, "../../picture.svg"), ("<html><script>alert(1)</script></html>", "a\"b.html"), ("%PDF-1.4\n", "x.pdf")] {
            app.customer_sends("document", json!({"data": STANDARD.encode(content), "mime_type": "image/png", "filename": name})).await;
            let found = message(app, "the file", |it| it["fileLocation"] != "" && !seen.contains(&it["messageId"])).await;
            seen.push(found["messageId"].clone());
            let response = get(app, found["fileLocation"].as_str().expect("a text")).await;
            let disposition = header(&response, "content-disposition").to_owned();
            assert!(disposition.starts_with("attachment; filename=\"") && !disposition.contains('/'), "{disposition}");
            assert_eq!(header(&response, "content-security-policy"), "sandbox; default-src 'none'");
            assert_eq!(header(&response, "x-content-type-options"), "nosniff");
            let content_type = header(&response, "content-type").to_owned();
            assert!(["text/plain", "application/octet-stream", "application/pdf"].contains(&content_type.as_str()), "{content_type}");
            assert_eq!(response.text().await.expect("text"), content);
        }
        assert_eq!(kept(app).len(), 3);
        for path in kept(app) {
            let parts: Vec<_> = path.iter().map(|part| part.to_str().expect("plain").to_owned()).collect();
            assert_eq!(parts.iter().map(String::len).collect::<Vec<_>>(), [36, 7, 36], "{} says nothing about the file", path.display());
        }
    }

    async fn a_picture_that_is_none_is_not_kept_and_says_why(app) {
        app.customer_sends("image", with(SVG.as_bytes(), "image/png")).await;
        assert_eq!(failure(app).await, "file_wrong_type");
        assert_eq!(kept(app), Vec::<PathBuf>::new());
        let failed = message(app, "it", |_| true).await;
        app.eventually("its events", async || Some(events(app, &failed).await).filter(|it| *it == ["message", "message.updated"])).await;
        assert_eq!((&failed["isDelivered"], &failed["messageDirection"]), (&json!(true), &json!("incoming")));
    }

    async fn a_file_that_whatsapp_does_not_have_is_asked_for_a_few_times(app) {
        app.customer_sends("video", json!({"id": "4711"})).await;
        let found = message_after(app, 60, |it| it["failure"]["code"] == "file_gone").await;
        assert_eq!(found["fileLocation"], "");
    }

    async fn the_claim_of_a_node_that_died_runs_out(app) {
        let photo = photo(4, 4);
        app.customer_sends("image", with(&photo, "image/jpeg")).await;
        file(app).await;
        let known = message(app, "the first", |_| true).await;
        let whatsapp_id = app.phone().await[0]["payload"]["image"]["id"].as_str().expect("an id").to_owned();
        claimed_by_another(app, &known, whatsapp_id).await;
        app.app.clock.simulated().advance(61);
        let found = message(app, "the file", |it| it["bodyText"] == "claimed" && it["fileLocation"] != "").await;
        assert_eq!(get(app, found["fileLocation"].as_str().expect("a text")).await.bytes().await.expect("a body"), photo);
    }
}

/// Another message of the same customer, whose file a node claims at once and never fetches.
async fn claimed_by_another(app: &TestApp, like: &Value, whatsapp_id: String) {
    let id = |value: &Value| value.as_str().expect("an id").parse::<uuid::Uuid>().expect("an id");
    let (account, conversation, contact) = (id(&like["apiAccountId"]), id(&like["conversationId"]), id(&like["contact"]["contactId"]));
    let write = async move |tx: &mut Tx<'_>| {
        let created_at = tx.tick();
        let message = NewMessage {
            id: MessageId(tx.id_at(created_at)),
            api_account_id: ApiAccountId(account),
            conversation_id: ConversationId(conversation),
            contact_id: ContactId(contact),
            direction: Direction::Incoming,
            kind: MessageKind::Image,
            body: "claimed".to_owned(),
            payload: "{}".to_owned(),
            sender: None,
            wamid: None,
            whatsapp_at: None,
            created_at,
        };
        let media = NewMedia {
            id: MediaId(tx.new_id()),
            api_account_id: ApiAccountId(account),
            message_id: message.id,
            kind: MessageKind::Image,
            whatsapp_id: whatsapp_id.clone(),
            whatsapp_sha256: String::new(),
            file_name: String::new(),
            give_up_at: tx.now().plus(Duration::from_hours(1)),
            failure: None,
        };
        let organisation = tx.organisations().await?.into_iter().find(|it| it.name == "Stitch Recruit").expect("it is provisioned").id;
        tx.insert_message(organisation, &message).await?;
        tx.insert_media(organisation, &media).await?;
        tx.claim_media(organisation, ApiAccountId(account), tx.now().plus(Duration::from_mins(1)), 10).await
    };
    let claimed = app.app.store.write::<_, StoreError, _>(write).await.expect("written");
    assert_eq!(claimed.len(), 1);
}
