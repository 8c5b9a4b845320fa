use super::*;
use crate::send::{MediaSource, Place};
use serde_json::{Value, json};

fn written(template: &TemplateMessage) -> Value {
    serde_json::to_value(template).expect("serialises")
}

#[test]
fn a_template_without_placeholders_has_no_components() {
    let template = TemplateMessage { name: "hello".to_owned(), language: "en_GB".to_owned(), components: vec![] };
    assert_eq!(written(&template), json!({"name": "hello", "language": {"code": "en_GB"}}));
}

#[test]
fn every_kind_of_parameter_has_metas_shape() {
    let id = || MediaSource::Id("1".to_owned());
    let link = || MediaSource::Link("https://x.example/y".to_owned());
    let place = Place { latitude: 1.5, longitude: 2.0, name: Some("n".to_owned()), address: None };
    let rows = [
        (Parameter::Text("a".to_owned()), json!({"type": "text", "text": "a"})),
        (
            Parameter::NamedText { name: "first".to_owned(), text: "a".to_owned() },
            json!({"type": "text", "parameter_name": "first", "text": "a"}),
        ),
        (Parameter::Image(id()), json!({"type": "image", "image": {"id": "1"}})),
        (Parameter::Video(link()), json!({"type": "video", "video": {"link": "https://x.example/y"}})),
        (
            Parameter::Document { source: id(), filename: Some("a.pdf".to_owned()) },
            json!({"type": "document", "document": {"id": "1", "filename": "a.pdf"}}),
        ),
        (Parameter::Location(place), json!({"type": "location", "location": {"latitude": "1.5", "longitude": "2", "name": "n"}})),
        (Parameter::Payload("STOP".to_owned()), json!({"type": "payload", "payload": "STOP"})),
        (Parameter::CouponCode("25OFF".to_owned()), json!({"type": "coupon_code", "coupon_code": "25OFF"})),
    ];
    for (parameter, expected) in rows {
        assert_eq!(serde_json::to_value(&parameter).expect("serialises"), expected);
    }
}

#[test]
fn components_carry_their_type_and_a_button_its_index_as_text() {
    let text = || vec![Parameter::Text("a".to_owned())];
    let template = TemplateMessage {
        name: "t".to_owned(),
        language: "en".to_owned(),
        components: vec![
            Component::Header(text()),
            Component::Body(text()),
            Component::Button { sub_type: "url".to_owned(), index: 1, parameters: text() },
        ],
    };
    let parameter = json!([{"type": "text", "text": "a"}]);
    assert_eq!(
        written(&template)["components"],
        json!([{"type": "header", "parameters": parameter}, {"type": "body", "parameters": parameter},
            {"type": "button", "sub_type": "url", "index": "1", "parameters": parameter}])
    );
}
