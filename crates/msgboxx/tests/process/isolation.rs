//! Who may see what: every operation of the published description, for every kind of caller and
//! every kind of id. What a caller may not see must answer byte for byte like what does not exist.

use crate::client::{Answer, Client};
use crate::on_both_databases;
use crate::server::{ACCOUNT, FOREIGN_ACCOUNT, NUMBER, OTHER_ACCOUNT, Server, eventually};
use reqwest::Method;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};

const ABSENT: &str = "00000000-0000-7000-8000-000000000000";
const MALFORMED: &str = "not-an-id";

/// One thing of each kind on the first account, on the other account, and in the other organisation.
struct Things {
    own: BTreeMap<&'static str, String>,
    other_account: BTreeMap<&'static str, String>,
    foreign: BTreeMap<&'static str, String>,
}

async fn things_of(server: &Server, admin: &Client, account: &str, number: &str, customer: &str) -> BTreeMap<&'static str, String> {
    let mut things = BTreeMap::from([("apiaccount", account.to_owned())]);
    server.customer_writes(customer, number, "hello").await;
    let message =
        eventually("the customer's message", async || admin.list(&format!("/message?apiAccountId={account}")).await.into_iter().next())
            .await;
    let id = |value: &Value| value.as_str().expect("an id").to_owned();
    things.insert("message", id(&message["messageId"]));
    things.insert("conversation", id(&message["conversationId"]));
    things.insert("contact", id(&message["contact"]["contactId"]));
    let inboxes = admin.list(&format!("/inbox?apiAccountId={account}")).await;
    things.insert("inbox", id(&inboxes[0]["inboxId"]));
    let template = admin.list(&format!("/template?apiAccountId={account}")).await.first().map(|t| id(&t["templateId"]));
    if let Some(template) = template {
        let body = json!({"apiAccountId": account, "contactId": things["contact"], "templateId": template,
            "message": "Hi A, thanks for the conversation earlier about B lets catch up soon."});
        let broadcast = admin.post("/broadcast", &body).await.expect(201);
        things.insert("template", template);
        things.insert("broadcast", id(&broadcast["broadcastId"]));
    }
    let webhook = json!({"type": "message", "targetUrl": format!("https://example.com/{account}"), "isEnabled": false});
    things.insert("webhook", id(&admin.post("/webhook", &webhook).await.expect(201)["webhookId"]));
    things
}

/// The answer without what may differ between two requests.
fn comparable(answer: &Answer) -> (u16, Value) {
    let mut body: Value = serde_json::from_str(&answer.text).unwrap_or(Value::Null);
    if let Some(members) = body.as_object_mut() {
        members.remove("requestId");
    }
    (answer.status, body)
}

/// Every operation of the description that takes an id in its path: method, path, kind of thing.
async fn operations_with_id(server: &Server) -> Vec<(Method, String, String)> {
    let document = Client::nobody(server).get("/openapi.json").await.expect(200);
    let mut operations = Vec::new();
    for (path, methods) in document["paths"].as_object().expect("paths") {
        let Some((before, _)) = path.split_once("/{") else { continue };
        let kind = before.trim_start_matches('/').split('/').next().unwrap_or_default();
        let kind = match kind {
            "inboxes" => "inbox",
            "webhooks" => "webhook",
            other => other,
        };
        for method in methods.as_object().expect("methods").keys().filter(|name| ["get", "put", "post", "delete"].contains(&name.as_str()))
        {
            let method: Method = method.to_uppercase().parse().expect("a method");
            operations.push((method, path.clone(), kind.to_owned()));
        }
    }
    operations
}

fn at(path: &str, id: &str) -> String {
    let (before, after) = path.split_once('{').expect("an id");
    let (_, after) = after.split_once('}').expect("its end");
    format!("{before}{id}{after}")
}

/// What the operation takes, so that only the id can be what is wrong.
fn acceptable_body(path: &str) -> Value {
    if path.ends_with("/replay") { json!({"deliveryId": ABSENT}) } else { json!({}) }
}

on_both_databases! {
    async fn what_may_not_be_seen_answers_like_what_does_not_exist(server: Server) {
        let admin = server.sign_in("admin@example.com").await;
        let foreigner = server.sign_in("stranger@example.com").await;
        let things = Things {
            own: things_of(&server, &admin, ACCOUNT, NUMBER, "+447902111123").await,
            other_account: things_of(&server, &admin, OTHER_ACCOUNT, "+447700900002", "+447902111124").await,
            foreign: things_of(&server, &foreigner, FOREIGN_ACCOUNT, "+447700900003", "+447902111125").await,
        };
        let agent = server.sign_in("agent@example.com").await;
        let elsewhere = server.sign_in("elsewhere@example.com").await;
        // Caller, and which of (own account, other account, foreign) they may see.
        let callers = [("administrator", &admin, [true, true, false]), ("agent", &agent, [true, false, false]),
            ("agent elsewhere", &elsewhere, [false, true, false]), ("foreigner", &foreigner, [false, false, true])];
        let operations = operations_with_id(&server).await;
        assert!(operations.len() >= 12, "the description lists too few operations: {operations:?}");
        let mut cells = 0;
        for (method, path, kind) in &operations {
            let nobody = Client::nobody(&server).send(method.clone(), &at(path, ABSENT), None).await;
            assert_eq!(nobody.status, 401, "{method} {path} without a token");
            for (name, caller, sees) in &callers {
                let body = (*method != Method::GET && *method != Method::DELETE).then(|| acceptable_body(path));
                let absent = caller.send(method.clone(), &at(path, ABSENT), body.as_ref()).await;
                let malformed = caller.send(method.clone(), &at(path, MALFORMED), body.as_ref()).await;
                let is_webhook_write = kind == "webhook" && *method != Method::GET && name.starts_with("agent");
                let expected = if is_webhook_write { 403 } else { 404 };
                assert_eq!((absent.status, malformed.status), (expected, expected), "{name}: {method} {path}");
                for (place, sees) in [&things.own, &things.other_account, &things.foreign].into_iter().zip(sees) {
                    let Some(id) = place.get(kind.as_str()) else { continue };
                    cells += 1;
                    if *sees && (*method == Method::GET && kind != "webhook") {
                        let seen = caller.get(&at(path, id)).await;
                        assert_eq!(seen.status, 200, "{name}: {method} {path} {}", seen.text);
                    } else if !*sees && kind != "webhook" || (kind == "webhook" && (name.starts_with("agent") || (*name == "foreigner") != std::ptr::eq(place, &raw const things.foreign))) {
                        let hidden = caller.send(method.clone(), &at(path, id), body.as_ref()).await;
                        assert_eq!(comparable(&hidden), comparable(&absent), "{name}: {method} {path} of {kind} {id}");
                    }
                }
            }
        }
        assert!(cells > 100, "only {cells} cells");
    }

    async fn ids_in_queries_of_the_hidden_and_the_absent_give_the_same_empty_list(server: Server) {
        let admin = server.sign_in("admin@example.com").await;
        let foreigner = server.sign_in("stranger@example.com").await;
        let foreign = things_of(&server, &foreigner, FOREIGN_ACCOUNT, "+447700900003", "+447902111125").await;
        for (list, filters) in [("message", vec!["apiAccountId", "inboxId", "contactId", "conversationId"]),
            ("broadcast", vec!["apiAccountId", "inboxId", "contactId"]), ("contact", vec!["apiAccountId"]), ("inbox", vec!["apiAccountId"]),
            ("template", vec!["apiAccountId"])] {
            for filter in filters {
                let kind = filter.trim_end_matches("Id").to_lowercase();
                let hidden = admin.get(&format!("/{list}?{filter}={}", foreign[kind.as_str()])).await;
                let absent = admin.get(&format!("/{list}?{filter}={ABSENT}")).await;
                assert_eq!(comparable(&hidden), comparable(&absent), "{list} by {filter}");
                assert_eq!(hidden.json()["items"], json!([]), "{list} by {filter}");
                assert_eq!(admin.get(&format!("/{list}?{filter}={MALFORMED}")).await.status, 400, "{list} by {filter}");
            }
        }
    }

    async fn ids_in_bodies_of_the_hidden_and_the_absent_are_refused_alike(server: Server) {
        let admin = server.sign_in("admin@example.com").await;
        let agent = server.sign_in("agent@example.com").await;
        let foreigner = server.sign_in("stranger@example.com").await;
        let own = things_of(&server, &admin, ACCOUNT, NUMBER, "+447902111123").await;
        let foreign = things_of(&server, &foreigner, FOREIGN_ACCOUNT, "+447700900003", "+447902111125").await;
        let cases = [
            ("/message", json!({"apiAccountId": ACCOUNT, "contactId": own["contact"], "message": "hi"}), vec![("apiAccountId", "apiaccount"), ("contactId", "contact")]),
            ("/contact", json!({"apiAccountId": ACCOUNT, "mobileNumber": "+447902000001"}), vec![("apiAccountId", "apiaccount")]),
            ("/broadcast", json!({"apiAccountId": ACCOUNT, "contactId": own["contact"], "templateId": own["template"],
                "message": "Hi A, thanks for the conversation earlier about B lets catch up soon."}), vec![("apiAccountId", "apiaccount"), ("contactId", "contact")]),
        ];
        for (path, good, members) in cases {
            for (member, kind) in members {
                let with = |id: &str| { let mut body = good.clone(); body[member] = json!(id); body };
                let absent = agent.post(path, &with(ABSENT)).await;
                let hidden = agent.post(path, &with(&foreign[kind])).await;
                assert_eq!(comparable(&hidden), comparable(&absent), "{path} {member}");
                assert_eq!((absent.status, absent.code().as_str()), (400, "unknown_reference"), "{path} {member}: {}", absent.text);
                assert_eq!(agent.post(path, &with(MALFORMED)).await.status, 400, "{path} {member}");
            }
        }
        let conversation = format!("/conversation/{}", own["conversation"]);
        let users: BTreeSet<String> = foreigner.get("/user").await.expect(200).as_array().expect("rows").iter()
            .filter_map(|row| row["user"]["userId"].as_str().map(str::to_owned)).collect();
        let stranger = users.first().expect("the foreigner");
        let hidden = agent.put(&conversation, &json!({"userId": stranger})).await;
        let absent = agent.put(&conversation, &json!({"userId": ABSENT})).await;
        assert_eq!(comparable(&hidden), comparable(&absent));
        assert_eq!(absent.code(), "invalid_assignee");
    }

    async fn a_hidden_account_is_refused_like_an_absent_one_of_the_same_organisation(server: Server) {
        let elsewhere = server.sign_in("elsewhere@example.com").await;
        let body = |account: &str| json!({"apiAccountId": account, "mobileNumber": "+447902000002"});
        let (hidden, absent) = (elsewhere.post("/contact", &body(ACCOUNT)).await, elsewhere.post("/contact", &body(ABSENT)).await);
        assert_eq!(comparable(&hidden), comparable(&absent));
    }
}
