//! Each management call: what goes over the wire, and what is understood of the documented answer.

use super::{Then, client, credentials, http, server};
use crate::client::{Callback, CanSend, Client, CodeMethod, Credentials, ProfileChange, Sample};
use crate::error::SendFailure;
use crate::templates::{Category, Examples, NewTemplate, ParameterFormat, Part, TemplateEdit};
use std::pin::Pin;

type Told<'a> = Pin<Box<dyn Future<Output = Result<(), SendFailure>> + 'a>>;
type Tell = for<'a> fn(&'a Client, &'a Credentials) -> Told<'a>;

const SUCCESS: &str = r#"{"success":true}"#;

fn own_address() -> Callback {
    Callback { uri: "https://x.example/hook".to_owned(), verify_token: "secret".to_owned() }
}

/// The request line's method and path, and the body.
fn sent(request: &str) -> (String, String) {
    let line = request.lines().next().expect("a request line");
    let (_, body) = request.split_once("\r\n\r\n").expect("a head");
    (line.trim_end_matches(" HTTP/1.1").to_owned(), body.to_owned())
}

/// A client and a server that answers everything in this way.
async fn asked(answer: &str) -> (Client, Credentials, tokio::sync::mpsc::UnboundedReceiver<String>) {
    let (base, requests) = server(http(200, answer)).await;
    (client(), credentials(&base), requests)
}

/// One row for each call that is answered with success alone.
fn commands() -> Vec<(Tell, &'static str, &'static str)> {
    vec![
        (|client, at| Box::pin(client.subscribe_app(at, None)), "POST /v25.0/200/subscribed_apps", ""),
        (
            |client, at| Box::pin(async move { client.subscribe_app(at, Some(&own_address())).await }),
            "POST /v25.0/200/subscribed_apps",
            r#"{"override_callback_uri":"https://x.example/hook","verify_token":"secret"}"#,
        ),
        (|client, at| Box::pin(client.unsubscribe_app(at)), "DELETE /v25.0/200/subscribed_apps", ""),
        (
            |client, at| Box::pin(async move { client.set_number_callback(at, Some(&own_address())).await }),
            "POST /v25.0/100",
            r#"{"webhook_configuration":{"override_callback_uri":"https://x.example/hook","verify_token":"secret"}}"#,
        ),
        (
            |client, at| Box::pin(client.set_number_callback(at, None)),
            "POST /v25.0/100",
            r#"{"webhook_configuration":{"override_callback_uri":""}}"#,
        ),
        (
            |client, at| Box::pin(client.request_code(at, CodeMethod::Sms, "en_US")),
            "POST /v25.0/100/request_code?code_method=SMS&language=en_US",
            "",
        ),
        (|client, at| Box::pin(client.verify_code(at, "123456")), "POST /v25.0/100/verify_code", r#"{"code":"123456"}"#),
        (
            |client, at| Box::pin(client.register(at, "123456")),
            "POST /v25.0/100/register",
            r#"{"messaging_product":"whatsapp","pin":"123456"}"#,
        ),
        (|client, at| Box::pin(client.deregister(at)), "POST /v25.0/100/deregister", "{}"),
        (
            |client, at| {
                let change = ProfileChange { about: Some("Plants".to_owned()), websites: Some(vec![]), ..ProfileChange::default() };
                Box::pin(async move { client.set_business_profile(at, &change).await })
            },
            "POST /v25.0/100/whatsapp_business_profile",
            r#"{"about":"Plants","messaging_product":"whatsapp","websites":[]}"#,
        ),
        (
            |client, at| {
                let edit = TemplateEdit { category: Some(Category::Utility), time_to_live: Some(60), ..TemplateEdit::default() };
                Box::pin(async move { client.edit_template(at, "594", &edit).await })
            },
            "POST /v25.0/594",
            r#"{"category":"UTILITY","message_send_ttl_seconds":60}"#,
        ),
        (|client, at| Box::pin(client.delete_template(at, "a_b")), "DELETE /v25.0/200/message_templates?name=a_b", ""),
        (
            |client, at| Box::pin(client.delete_template_language(at, "a_b", "594")),
            "DELETE /v25.0/200/message_templates?hsm_id=594&name=a_b",
            "",
        ),
        (|client, at| Box::pin(client.unpause_template(at, "594")), "POST /v25.0/594/unpause", ""),
    ]
}

#[tokio::test]
async fn each_command_has_its_documented_request_and_believes_success_alone() {
    for (tell, line, body) in commands() {
        let (client, at, mut requests) = asked(SUCCESS).await;
        tell(&client, &at).await.expect(line);
        assert_eq!(sent(&requests.recv().await.expect("a request")), (line.to_owned(), body.to_owned()));
        for answer in [r#"{"success":false}"#, "{}", "[]"] {
            let (client, at, _requests) = asked(answer).await;
            let failure = tell(&client, &at).await.expect_err(line);
            assert!(matches!(failure, SendFailure::Unknown { .. }), "{line}: {failure}");
        }
    }
}

#[tokio::test]
async fn a_submitted_template_has_an_id_and_perhaps_another_category() {
    let (client, at, mut requests) = asked(r#"{"id":594425479261596,"status":"PENDING","category":"MARKETING"}"#).await;
    let template = NewTemplate {
        name: "order".to_owned(),
        language: "en_US".to_owned(),
        category: Category::Utility,
        parameter_format: ParameterFormat::Positional,
        time_to_live: None,
        components: vec![Part::Body { text: "Hi".to_owned(), examples: Examples::None }],
    };
    let created = client.create_template(&at, &template).await.expect("created");
    assert_eq!((created.id.as_str(), created.status.as_str()), ("594425479261596", "PENDING"));
    assert_eq!(created.category.as_deref(), Some("MARKETING"));
    let (line, body) = sent(&requests.recv().await.expect("a request"));
    assert_eq!(line, "POST /v25.0/200/message_templates");
    assert!(body.contains(r#""components":[{"text":"Hi","type":"BODY"}]"#) && body.contains(r#""category":"UTILITY""#), "{body}");
    let refused = r#"{"error":{"code":100,"error_subcode":2388293,"message":"Invalid parameter"}}"#;
    let (base, _requests) = server(http(400, refused)).await;
    let failure = client.create_template(&credentials(&base), &template).await.expect_err("refused");
    let sentence = failure.graph_error().expect("an answer").advice().sentence;
    assert!(sentence.contains("too many placeholders"), "{sentence}");
}

#[tokio::test]
async fn a_template_is_read_by_its_id() {
    let answer = r#"{"id":"594","name":"order","language":"en_US","status":"PAUSED","category":"UTILITY","parameter_format":"NAMED",
        "components":[{"type":"BODY","text":"Hi"}],"rejected_reason":"NONE","quality_score":{"score":"RED","date":1758754645}}"#;
    let (client, at, mut requests) = asked(answer).await;
    let template = client.message_template(&at, "594").await.expect("a template");
    assert_eq!((template.is_sendable, template.rejected_reason, template.quality.as_deref()), (false, None, Some("RED")));
    assert_eq!((template.quality_since, &template.components[0]["text"]), (Some(1_758_754_645), &serde_json::json!("Hi")));
    assert!(requests.recv().await.expect("a request").starts_with("GET /v25.0/594?fields=id,name,"));
}

#[tokio::test]
async fn a_profile_is_read_and_its_limits_are_known() {
    let answer = r#"{"data":[{"about":"Plants","email":"a@x.example","websites":["https://x.example"],"vertical":"RETAIL",
        "messaging_product":"whatsapp"}]}"#;
    let (client, at, mut requests) = asked(answer).await;
    let profile = client.business_profile(&at).await.expect("a profile");
    assert_eq!((profile.about.as_deref(), profile.vertical.as_deref()), (Some("Plants"), Some("RETAIL")));
    assert_eq!((profile.websites.as_slice(), profile.address), (["https://x.example".to_owned()].as_slice(), None));
    let (line, _) = sent(&requests.recv().await.expect("a request"));
    assert!(line.starts_with("GET /v25.0/100/whatsapp_business_profile?fields=about,address,"), "{line}");
    let change = ProfileChange { about: Some(String::new()), websites: Some(vec!["x".to_owned(); 3]), ..ProfileChange::default() };
    let flaws = change.check().expect_err("flaws").to_string();
    assert!(
        flaws.starts_with("about must not be empty; websites has 3 elements, and at most 2 are allowed; websites[0] must be"),
        "{flaws}"
    );
}

#[tokio::test]
async fn health_names_what_is_in_the_way() {
    let answer = r#"{"health_status":{"can_send_message":"BLOCKED","entities":[
        {"entity_type":"PHONE_NUMBER","id":"100","can_send_message":"LIMITED","additional_info":["Your display name has not been approved."]},
        {"entity_type":"WABA","id":200,"can_send_message":"BLOCKED","errors":[{"error_code":141006,"error_description":"No payment method",
         "possible_solution":"Add one"}]},{"entity_type":"APP","id":"1","can_send_message":"AVAILABLE"},{"can_send_message":"SOON"}]},"id":"100"}"#;
    let (client, at, mut requests) = asked(answer).await;
    let health = client.health(&at, "100").await.expect("health");
    let each: Vec<_> = health.entities.iter().map(|entity| entity.can_send.clone()).collect();
    assert_eq!(
        (health.can_send, each.as_slice()),
        (CanSend::Blocked, [CanSend::Limited, CanSend::Blocked, CanSend::Available, CanSend::Other("SOON".to_owned())].as_slice())
    );
    let error = &health.entities[1].errors[0];
    assert_eq!((error.code, error.possible_solution.as_deref()), (Some(141_006), Some("Add one")));
    assert_eq!(health.entities[0].additional_info, ["Your display name has not been approved."]);
    assert_eq!(sent(&requests.recv().await.expect("a request")).0, "GET /v25.0/100?fields=health_status");
    let (client, at, _requests) = asked(r#"{"id":"100"}"#).await;
    assert!(client.health(&at, "100").await.is_err());
}

#[tokio::test]
async fn a_token_tells_until_when_it_is_good_and_stays_secret() {
    let answer = r#"{"data":{"app_id":"670","type":"SYSTEM_USER","is_valid":true,"expires_at":1760000000,"data_access_expires_at":0,
        "scopes":["whatsapp_business_messaging","whatsapp_business_management"]}}"#;
    let (client, at, mut requests) = asked(answer).await;
    let token = client.token_info(&at).await.expect("a token");
    assert_eq!((token.is_valid, token.expires_at, token.data_access_expires_at), (true, Some(1_760_000_000), None));
    assert_eq!((token.app_id.as_deref(), token.scopes.len()), (Some("670"), 2));
    assert_eq!(sent(&requests.recv().await.expect("a request")).0, "GET /v25.0/debug_token?input_token=canary-token");
    let (base, _requests) = server(Then::CloseWithoutAnswer).await;
    let failure = client.token_info(&credentials(&base)).await.expect_err("no answer");
    assert!(!format!("{failure} {failure:?}").contains("canary-token"));
    assert!(!format!("{:?}", own_address()).contains("secret"));
}

#[tokio::test]
async fn a_number_tells_its_pace_and_its_limit() {
    let rows = [
        ("STANDARD", "TIER_250", Some(80), Some(250)),
        ("HIGH", "TIER_2K", Some(1_000), Some(2_000)),
        ("NOT_APPLICABLE", "TIER_UNLIMITED", None, None),
        ("HIGH", "TIER_100K", Some(1_000), Some(100_000)),
    ];
    for (level, limit, pace, customers) in rows {
        let answer = format!(
            r#"{{"id":100,"throughput":{{"level":"{level}"}},"whatsapp_business_manager_messaging_limit":"{limit}","name_status":"APPROVED",
            "webhook_configuration":{{"application":"https://a","phone_number":"https://n"}}}}"#
        );
        let (client, at, _requests) = asked(&answer).await;
        let number = client.phone_number(&at).await.expect("a number");
        assert_eq!((number.messages_per_second(), number.customers_a_day()), (pace, customers), "{level} {limit}");
        assert_eq!(
            (number.webhooks.application.as_deref(), number.webhooks.phone_number.as_deref()),
            (Some("https://a"), Some("https://n"))
        );
    }
    let (client, at, mut requests) = asked(r#"{"is_on_biz_app":true,"id":"100"}"#).await;
    assert_eq!(client.is_on_business_app(&at).await, Ok(true));
    assert_eq!(sent(&requests.recv().await.expect("a request")).0, "GET /v25.0/100?fields=is_on_biz_app");
}

#[tokio::test]
async fn a_sample_is_uploaded_in_two_calls_and_gives_a_handle() {
    let (base, mut requests) = server(Then::By(|request| {
        if request.starts_with("POST /v25.0/670/uploads?") {
            http(200, r#"{"id":"upload:MTp1?sig=A"}"#)
        } else {
            http(200, r#"{"h":"4::aW"}"#)
        }
    }))
    .await;
    let sample = Sample { file_name: "a b.png", file_type: "image/png", bytes: b"PNG".to_vec() };
    assert_eq!(client().upload_sample(&credentials(&base), "670", sample.clone()).await, Ok("4::aW".to_owned()));
    let (line, body) = sent(&requests.recv().await.expect("a request"));
    assert_eq!((line.as_str(), body.as_str()), ("POST /v25.0/670/uploads?file_name=a+b.png&file_length=3&file_type=image%2Fpng", ""));
    let request = requests.recv().await.expect("a second request");
    assert_eq!(sent(&request), ("POST /v25.0/upload:MTp1?sig=A".to_owned(), "PNG".to_owned()));
    assert!(request.contains("authorization: OAuth canary-token\r\n") && request.contains("file_offset: 0\r\n"), "{request}");
    let (base, mut requests) = server(http(200, r#"{"id":"../elsewhere"}"#)).await;
    assert!(client().upload_sample(&credentials(&base), "670", sample).await.is_err());
    assert!(requests.recv().await.is_some() && requests.try_recv().is_err(), "nothing goes to what is no upload");
}
