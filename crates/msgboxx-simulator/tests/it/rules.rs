//! What Meta checks of templates that are made, edited and deleted, and of one-time passwords.

use crate::harness::{CUSTOMER, NUMBER, Sim, WABA};
use serde_json::{Value, json};

fn path() -> String {
    format!("{WABA}/message_templates")
}

fn with(change: impl FnOnce(&mut Value)) -> Value {
    let mut template = json!({"name": "plain", "language": "en", "category": "UTILITY", "components": [
        {"type": "BODY", "text": "Hello {{1}}, welcome back", "example": {"body_text": [["Ann"]]}},
        {"type": "BUTTONS", "buttons": [{"type": "URL", "text": "Shop", "url": "https://x.example/{{1}}", "example": ["a"]}]}]});
    change(&mut template);
    template
}

fn button(button: &Value) -> Value {
    with(|template| template["components"][1]["buttons"] = json!([button]))
}

#[tokio::test]
async fn templates_that_break_a_rule_are_refused() {
    let sim = Sim::start().await;
    let quick = || json!({"type": "QUICK_REPLY", "text": "Yes"});
    for wrong in [
        with(|template| template["language"] = json!("English")),
        with(|template| template["message_send_ttl_seconds"] = json!(29)),
        with(|template| template["components"][0]["text"] = json!("a {{1}} {{2}} {{3}} b")),
        with(|template| template["components"][1]["buttons"] = json!([quick(), button(&Value::Null), quick()])),
        button(&json!({"type": "URL", "text": "Shop", "url": "https://x.example/{{1}}/more", "example": ["a"]})),
        button(&json!({"type": "URL", "text": "Shop", "url": "https://x.example/{{1}}"})),
        button(&json!({"type": "URL", "text": "Shop", "url": "x.example"})),
        button(&json!({"type": "URL", "url": "https://x.example"})),
        button(&json!({"type": "PHONE_NUMBER", "text": "Call", "phone_number": "1".repeat(21)})),
        button(&json!({"type": "COPY_CODE", "example": "x".repeat(16)})),
        button(&json!({"type": "DOORBELL", "text": "Ring"})),
    ] {
        assert_eq!(sim.refused("POST", &path(), wrong.clone()).await, (400, 100), "{wrong}");
    }
    assert_eq!(sim.graph("POST", &path(), with(|_| {})).await.0, 200);
}

#[tokio::test]
async fn an_approved_template_is_edited_once_a_day_and_keeps_its_category() {
    let sim = Sim::start().await;
    sim.settings(json!({"template_review_seconds": 0})).await;
    let edit = |text: &str| json!({"components": [{"type": "BODY", "text": text}]});
    assert_eq!(sim.refused("POST", "302", json!({"category": "UTILITY"})).await, (400, 100));
    assert_eq!(sim.graph("POST", "302", edit("one")).await.0, 200);
    assert_eq!(sim.refused("POST", "302", edit("two")).await, (400, 100));
    sim.clock.advance(86_400);
    assert_eq!(sim.graph("POST", "302", edit("three")).await.0, 200);
    let (_, answer) = sim.graph("POST", "305", edit("pending")).await;
    assert_eq!(answer["error"]["error_subcode"], 2_388_039);
}

#[tokio::test]
async fn the_name_of_a_deleted_template_is_locked_for_thirty_days() {
    let mut sim = Sim::start().await;
    assert_eq!(sim.graph("DELETE", &format!("{}?name=offer", path()), Value::Null).await.0, 200);
    assert_eq!(sim.receiver.next_change("message_template_status_update").await["event"], "PENDING_DELETION");
    let again = || {
        with(|template| {
            template["name"] = json!("offer");
            template["language"] = json!("en_GB");
        })
    };
    assert_eq!(sim.graph("POST", &path(), again()).await.1["error"]["error_subcode"], 2_388_023);
    sim.clock.advance(30 * 86_400);
    assert_eq!(sim.graph("POST", &path(), again()).await.0, 200);
}

#[tokio::test]
async fn a_review_may_put_a_template_into_another_category() {
    let sim = Sim::start().await;
    sim.settings(json!({"template_category": "MARKETING"})).await;
    let (_, made) = sim.graph("POST", &path(), with(|_| {})).await;
    assert_eq!(made["category"], "MARKETING");
    let one = sim.get(&format!("/{}?fields=previous_category", made["id"].as_str().expect("an id"))).await;
    assert_eq!(one["previous_category"], "UTILITY");
}

#[tokio::test]
async fn authentication_templates_get_whatsapps_own_words_and_need_a_number() {
    let mut sim = Sim::start().await;
    sim.settings(json!({"template_review_seconds": 0})).await;
    let code = json!({"name": "code", "language": "en", "category": "AUTHENTICATION", "components": [
        {"type": "BODY", "add_security_recommendation": true}, {"type": "FOOTER", "code_expiration_minutes": 10},
        {"type": "BUTTONS", "buttons": [{"type": "OTP", "otp_type": "COPY_CODE", "text": "Copy"}]}]});
    let (status, made) = sim.graph("POST", &path(), code).await;
    assert_eq!(status, 200, "{made}");
    let one = sim.get(&format!("/{}", made["id"].as_str().expect("an id"))).await;
    assert_eq!(one["components"][2]["buttons"][0]["type"], "URL");
    let otp = |code: &str, addressed: (&str, &str)| {
        let mut message = json!({"messaging_product": "whatsapp", "type": "template", "template": {"name": "code", "language": {"code": "en"},
            "components": [{"type": "body", "parameters": [{"type": "text", "text": code}]},
                {"type": "button", "sub_type": "url", "index": "0", "parameters": [{"type": "text", "text": code}]}]}});
        message[addressed.0] = json!(addressed.1);
        message
    };
    assert_eq!(sim.post_message(otp("123456", ("to", CUSTOMER))).await.0, 200);
    sim.receiver.next_change("message_template_status_update").await;
    sim.receiver.next_statuses(3).await;
    let shown = sim.phone(CUSTOMER).await[0]["text"].as_str().expect("text").to_owned();
    assert!(shown.contains("123456* is your verification code") && shown.contains("expires in 10 minutes"), "{shown}");
    assert_eq!(sim.refused("POST", &format!("{NUMBER}/messages"), otp("1234567890123456", ("to", CUSTOMER))).await, (400, 132_018));
    sim.control("/simulator/customers", json!({"phone": CUSTOMER, "user_id": "GB.5"})).await;
    sim.customer_writes(CUSTOMER, "hello").await;
    assert_eq!(sim.refused("POST", &format!("{NUMBER}/messages"), otp("123456", ("recipient", "GB.5"))).await, (400, 131_062));
}

#[tokio::test]
async fn lists_are_filtered_by_several_values_and_by_content() {
    let sim = Sim::start().await;
    let names = async |query: &str| {
        let page = sim.get(&format!("/{}?fields=name&{query}", path())).await;
        page["data"].as_array().expect("a list").iter().map(|one| one["name"].as_str().expect("a name").to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(names("status=[\"PAUSED\",\"DISABLED\"]").await, ["disabled", "paused"]);
    assert_eq!(names("name_or_content=thanks").await, ["follow_up"]);
    assert_eq!(names("quality_score=GREEN").await, Vec::<String>::new());
    let page = sim.get(&format!("/{}?limit=2", path())).await;
    let next = sim.get(page["paging"]["next"].as_str().and_then(|next| next.strip_prefix(&sim.base)).expect("a next page")).await;
    let previous =
        next["paging"]["previous"].as_str().and_then(|previous| previous.strip_prefix(&sim.base)).expect("a page before").to_owned();
    assert_eq!(sim.get(&previous).await["data"], page["data"]);
}
