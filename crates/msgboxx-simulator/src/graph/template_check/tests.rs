//! Filling templates: headers, named parameters, buttons.

use super::*;
use crate::world::template::History;
use serde_json::json;

fn templates(format: &str, components: Value) -> Templates {
    let mut templates = Templates::default();
    templates.put(Template {
        id: "1".to_owned(),
        name: "t".to_owned(),
        language: "en".to_owned(),
        category: "UTILITY".to_owned(),
        status: "APPROVED".to_owned(),
        components,
        parameter_format: format.to_owned(),
        verdict: None,
        history: History::default(),
    });
    templates
}

fn filled(templates: &Templates, components: &Value) -> Result<Rendered, i64> {
    let message = json!({"name": "t", "language": {"code": "en"}, "components": components});
    fill(Some(templates), &message, 0).map(|(_, rendered)| rendered).map_err(|refusal| refusal.code)
}

fn text(text: &str) -> Value {
    json!({"type": "text", "text": text})
}

#[test]
fn a_placeholder_may_stand_twice_and_values_are_not_searched_for_placeholders() {
    let templates = templates("POSITIONAL", json!([{"type": "BODY", "text": "{{2}} a {{1}} b {{2}}"}]));
    let rendered = filled(&templates, &json!([{"type": "body", "parameters": [text("{{2}}"), text("two")]}])).expect("filled");
    assert_eq!(rendered.body, "two a {{2}} b two");
}

#[test]
fn named_parameters_come_in_any_order_and_all_of_them() {
    let templates = templates("NAMED", json!([{"type": "BODY", "text": "Hi {{first}} of {{firm}}"}]));
    let named = |name: &str, text: &str| json!({"type": "text", "parameter_name": name, "text": text});
    let with = |parameters: Value| filled(&templates, &json!([{"type": "BODY", "parameters": parameters}]));
    assert_eq!(with(json!([named("firm", "X"), named("first", "Ann")])).expect("filled").body, "Hi Ann of X");
    assert_eq!(with(json!([named("firm", "X"), named("last", "Ann")])), Err(132_012));
    assert_eq!(with(json!([named("firm", "X")])), Err(132_000));
}

#[test]
fn a_header_takes_the_kind_that_the_template_says() {
    let image = templates("POSITIONAL", json!([{"type": "HEADER", "format": "IMAGE"}, {"type": "BODY", "text": "hi"}]));
    let header = |parameter: Value| json!([{"type": "header", "parameters": [parameter]}]);
    let rendered = filled(&image, &header(json!({"type": "image", "image": {"link": "https://x.example/a"}}))).expect("filled");
    assert_eq!((rendered.header_kind.as_deref(), rendered.header), (Some("image"), None));
    assert_eq!(filled(&image, &header(text("x"))), Err(132_012));
    assert_eq!(filled(&image, &header(json!({"type": "image"}))), Err(131_008));
    assert_eq!(filled(&image, &json!(null)), Err(132_000));
    let words = templates("POSITIONAL", json!([{"type": "header", "format": "text", "text": "For {{1}}"}, {"type": "body", "text": "hi"}]));
    assert_eq!(filled(&words, &header(text("Ann"))).expect("filled").header.as_deref(), Some("For Ann"));
}

#[test]
fn buttons_get_what_they_need() {
    let templates = templates(
        "POSITIONAL",
        json!([{"type": "BODY", "text": "hi"}, {"type": "BUTTONS", "buttons": [
            {"type": "URL", "text": "Shop", "url": "https://x.example/{{1}}"}, {"type": "QUICK_REPLY", "text": "Stop"}, {"type": "COPY_CODE"}]}]),
    );
    let button = |index: Value, parameter: Value| json!({"type": "button", "sub_type": "any", "index": index, "parameters": [parameter]});
    let url = button(json!("0"), text("summer"));
    let code = button(json!(2), json!({"type": "coupon_code", "coupon_code": "25OFF"}));
    let stop = button(json!("1"), json!({"type": "payload", "payload": "STOP"}));
    let shown = filled(&templates, &json!([url, code, stop])).expect("filled").buttons;
    assert_eq!(
        (&shown[0]["url"], &shown[1]["payload"], &shown[2]["code"]),
        (&json!("https://x.example/summer"), &json!("STOP"), &json!("25OFF"))
    );
    let shown = filled(&templates, &json!([url, code])).expect("filled").buttons;
    assert_eq!(shown[1]["payload"], "Stop", "the label, if nothing was given");
    assert_eq!(filled(&templates, &json!([code])), Err(131_008));
    assert_eq!(filled(&templates, &json!([url, code, button(json!(7), text("x"))])), Err(132_018));
    assert_eq!(filled(&templates, &json!([{"type": "footer"}])), Err(100));
    assert_eq!(filled(&templates, &json!("none")), Err(100));
}
