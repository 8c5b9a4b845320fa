//! Templates through the Graph API.

use crate::harness::{CUSTOMER, Sim, TOKEN, WABA, template};
use serde_json::{Value, json};

fn path(rest: &str) -> String {
    format!("/v25.0/{WABA}/message_templates{rest}")
}

fn new_template(name: &str) -> Value {
    json!({"name": name, "language": "en_GB", "category": "utility", "components": [
        {"type": "body", "text": "Hello {{1}}!", "example": {"body_text": [["Ann"]]}},
        {"type": "buttons", "buttons": [{"type": "QUICK_REPLY", "text": "Stop"}]}]})
}

#[tokio::test]
async fn pages_follow_their_cursors_on_the_simulators_own_host() {
    let sim = Sim::start().await;
    let mut names = Vec::new();
    let mut page = sim.get(&path("?limit=2&fields=name")).await;
    loop {
        names.extend(page["data"].as_array().expect("a list").iter().map(|template| template["name"].as_str().expect("a name").to_owned()));
        let Some(next) = page["paging"]["next"].as_str() else { break };
        let rest = next.strip_prefix(&sim.base).expect("its own host").to_owned();
        page = sim.get(&rest).await;
    }
    assert_eq!(names, ["disabled", "follow_up", "in_review", "offer", "paused"]);
    let approved = sim.get(&path("?status=APPROVED&category=MARKETING")).await;
    assert_eq!(approved["data"][0]["id"], "302");
    assert_eq!(approved["data"].as_array().expect("a list").len(), 1);
}

#[tokio::test]
async fn a_new_template_is_reviewed_and_its_verdict_told() {
    let mut sim = Sim::start().await;
    sim.settings(json!({"template_review_seconds": 3600})).await;
    let (status, made) = sim.call("POST", &path(""), Some(TOKEN), Some(new_template("greeting"))).await.expect("an answer");
    assert_eq!((status, made["status"].as_str(), made["category"].as_str()), (200, Some("PENDING"), Some("UTILITY")), "{made}");
    assert_eq!(sim.post_message(template(CUSTOMER, "greeting", &["Ann"])).await.0, 404);
    sim.control("/simulator/clock", json!({"advance_seconds": 3600})).await;
    let call = sim.receiver.next_call().await;
    let change = &call.json["entry"][0]["changes"][0];
    assert_eq!((change["field"].as_str(), change["value"]["event"].as_str()), (Some("message_template_status_update"), Some("APPROVED")));
    assert_eq!(change["value"]["message_template_id"].to_string(), made["id"].as_str().expect("an id"));
    assert!(call.json["entry"][0]["time"].is_i64());
    assert_eq!(sim.post_message(template(CUSTOMER, "greeting", &["Ann"])).await.0, 200);
    sim.receiver.next_statuses(3).await;
    let shown = &sim.phone(CUSTOMER).await[0];
    assert_eq!((shown["text"].as_str(), shown["rendered"]["buttons"][0]["text"].as_str()), (Some("Hello Ann!"), Some("Stop")));
    let sim = sim.restart().await;
    let one = sim.get(&format!("/v25.0/{}", made["id"].as_str().expect("an id"))).await;
    assert_eq!(one["status"], "APPROVED");
}

#[tokio::test]
async fn a_rejected_template_can_be_edited_and_a_deleted_one_is_gone() {
    let mut sim = Sim::start().await;
    sim.settings(json!({"template_review_seconds": 0, "template_verdict": "REJECTED"})).await;
    let (_, made) = sim.call("POST", &path(""), Some(TOKEN), Some(new_template("greeting"))).await.expect("an answer");
    assert_eq!(sim.receiver.next_call().await.json["entry"][0]["changes"][0]["value"]["event"], "REJECTED");
    sim.settings(json!({"template_verdict": "APPROVED"})).await;
    let one = format!("/v25.0/{}", made["id"].as_str().expect("an id"));
    let edit = json!({"components": [{"type": "BODY", "text": "Bye"}]});
    assert_eq!(sim.call("POST", &one, Some(TOKEN), Some(edit)).await.expect("an answer").0, 200);
    assert_eq!(sim.receiver.next_call().await.json["entry"][0]["changes"][0]["value"]["event"], "APPROVED");
    assert_eq!(sim.get(&one).await["components"][0]["text"], "Bye");
    let (status, _) = sim.call("DELETE", &path("?name=greeting"), Some(TOKEN), None).await.expect("an answer");
    assert_eq!(status, 200);
    assert_eq!(sim.call("DELETE", &path("?name=greeting"), Some(TOKEN), None).await.expect("an answer").0, 404);
    assert_eq!(sim.post_message(template(CUSTOMER, "greeting", &[])).await.0, 404);
}

#[tokio::test]
async fn templates_that_break_a_rule_are_refused() {
    let sim = Sim::start().await;
    let with = |change: fn(&mut Value)| {
        let mut template = new_template("greeting");
        change(&mut template);
        template
    };
    let rows = [
        with(|template| template["name"] = json!("No Capitals")),
        with(|template| template["category"] = json!("FUN")),
        with(|template| template["components"] = json!([])),
        with(|template| template["components"][0]["text"] = json!("{{1}} at the start")),
        with(|template| template["components"][0]["text"] = json!("a {{1}}{{2}} b")),
        with(|template| template["components"][0]["text"] = json!("gap {{2}} here")),
        with(|template| template["components"][0]["example"] = json!(null)),
        with(|template| template["name"] = json!("offer")),
    ];
    for template in rows {
        let (status, answer) = sim.call("POST", &path(""), Some(TOKEN), Some(template.clone())).await.expect("an answer");
        assert_eq!((status, answer["error"]["code"].as_i64()), (400, Some(100)), "{template}");
    }
}
