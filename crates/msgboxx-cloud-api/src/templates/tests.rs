use super::*;
use serde_json::json;

fn body(text: &str, examples: &[&str]) -> Part {
    let examples = examples.iter().map(|example| (*example).to_owned()).collect::<Vec<_>>();
    let examples = if examples.is_empty() { Examples::None } else { Examples::Positional(examples) };
    Part::Body { text: text.to_owned(), examples }
}

fn template(components: Vec<Part>) -> NewTemplate {
    NewTemplate {
        name: "seasonal_promotion".to_owned(),
        language: "en_US".to_owned(),
        category: Category::Marketing,
        parameter_format: ParameterFormat::Positional,
        time_to_live: None,
        components,
    }
}

fn reply(text: &str) -> NewButton {
    NewButton::QuickReply { text: text.to_owned() }
}

fn link(url: &str, example: Option<&str>) -> NewButton {
    NewButton::Url { text: "Shop".to_owned(), url: url.to_owned(), example: example.map(str::to_owned) }
}

fn with_buttons(buttons: Vec<NewButton>) -> NewTemplate {
    template(vec![body("b", &[]), Part::Buttons(buttons)])
}

fn flaws(template: &NewTemplate) -> String {
    template.check().err().map(|flaws| flaws.to_string()).unwrap_or_default()
}

#[test]
fn a_named_template_has_metas_shape() {
    let named = |name: &str, example: &str| Examples::Named(vec![(name.to_owned(), example.to_owned())]);
    let template = NewTemplate {
        parameter_format: ParameterFormat::Named,
        time_to_live: Some(43_200),
        ..template(vec![
            Part::HeaderText { text: "Our {{sale}} is on!".to_owned(), examples: named("sale", "Summer Sale") },
            Part::Body { text: "Shop until {{end}} now".to_owned(), examples: named("end", "August 31") },
            Part::Footer { text: "Reply stop".to_owned() },
            Part::Buttons(vec![
                reply("Stop"),
                link("https://x.y/?p={{1}}", Some("summer2023")),
                NewButton::PhoneNumber { text: "Call".to_owned(), phone_number: "15550051310".to_owned() },
                NewButton::CopyCode { example: "250FF".to_owned() },
                NewButton::RequestContactInfo,
            ]),
        ])
    };
    assert_eq!(flaws(&template), "");
    assert_eq!(
        json!(template),
        json!({"name": "seasonal_promotion", "language": "en_US", "category": "MARKETING", "parameter_format": "NAMED",
            "message_send_ttl_seconds": 43200, "components": [
            {"type": "HEADER", "format": "TEXT", "text": "Our {{sale}} is on!",
                "example": {"header_text_named_params": [{"param_name": "sale", "example": "Summer Sale"}]}},
            {"type": "BODY", "text": "Shop until {{end}} now",
                "example": {"body_text_named_params": [{"param_name": "end", "example": "August 31"}]}},
            {"type": "FOOTER", "text": "Reply stop"},
            {"type": "BUTTONS", "buttons": [{"type": "QUICK_REPLY", "text": "Stop"},
                {"type": "URL", "text": "Shop", "url": "https://x.y/?p={{1}}", "example": ["summer2023"]},
                {"type": "PHONE_NUMBER", "text": "Call", "phone_number": "15550051310"},
                {"type": "COPY_CODE", "example": "250FF"}, {"type": "REQUEST_CONTACT_INFO"}]}]})
    );
}

#[test]
fn each_other_part_has_metas_shape() {
    let text = Examples::Positional(vec!["Summer".to_owned()]);
    let rows = [
        (
            Part::HeaderText { text: "{{1}} sale".to_owned(), examples: text },
            json!({"type": "HEADER", "format": "TEXT", "text": "{{1}} sale",
            "example": {"header_text": ["Summer"]}}),
        ),
        (
            Part::HeaderMedia { format: MediaFormat::Image, example_handle: "4::aW".to_owned() },
            json!({"type": "HEADER", "format": "IMAGE", "example": {"header_handle": ["4::aW"]}}),
        ),
        (Part::HeaderLocation, json!({"type": "HEADER", "format": "LOCATION"})),
        (
            body("Until {{1}}, {{2}} off", &["August", "25"]),
            json!({"type": "BODY", "text": "Until {{1}}, {{2}} off",
            "example": {"body_text": [["August", "25"]]}}),
        ),
        (
            Part::Other(json!({"type": "BODY", "add_security_recommendation": true})),
            json!({"type": "BODY", "add_security_recommendation": true}),
        ),
    ];
    for (part, expected) in rows {
        assert_eq!(json!(part), expected);
    }
    let edit = TemplateEdit { components: Some(vec![Part::HeaderLocation]), ..TemplateEdit::default() };
    assert_eq!(json!(edit), json!({"components": [{"type": "HEADER", "format": "LOCATION"}]}));
}

#[test]
fn what_the_review_would_reject_in_words_is_named() {
    let header = |text: &str| template(vec![Part::HeaderText { text: text.to_owned(), examples: Examples::None }, body("b", &[])]);
    let named = NewTemplate { parameter_format: ParameterFormat::Named, ..template(vec![body("a {{First}} b", &["x"])]) };
    let example = "components[0].example must have an example for each placeholder";
    let rows = [
        (template(vec![body("a {{1}} b {{2}} c", &["x", "y"])]), String::new()),
        (template(vec![]), "components must have a body".to_owned()),
        (
            NewTemplate { name: "A b".to_owned(), ..template(vec![body("b", &[])]) },
            "name may have small letters, digits and underscores only".to_owned(),
        ),
        (
            NewTemplate { time_to_live: Some(600), ..template(vec![body("b", &[])]) },
            "message_send_ttl_seconds is out of the range of its category".to_owned(),
        ),
        (
            template(vec![body(&"b".repeat(1025), &[])]),
            "components[0].text is 1025 characters long, and at most 1024 are allowed".to_owned(),
        ),
        (template(vec![body("{{1}} b", &["x"])]), "components[0].text must neither begin nor end with a placeholder".to_owned()),
        (template(vec![body("a {{1}}{{2}} b", &["x", "y"])]), "components[0].text must have words between two placeholders".to_owned()),
        (
            template(vec![body("a {{1}} b {{3}} c", &["x", "y"])]),
            "components[0].text must count its placeholders from {{1}} without gaps".to_owned(),
        ),
        (template(vec![body("a {{1}} b", &[])]), example.to_owned()),
        (template(vec![body("a {{1}} b", &[" "])]), example.to_owned()),
        (named, format!("components[0].text must name its placeholders with small letters, digits and underscores; {example}")),
        (header(&"h".repeat(61)), "components[0].text is 61 characters long, and at most 60 are allowed".to_owned()),
        (
            template(vec![body("b", &[]), Part::Footer { text: "f {{1}} f".to_owned() }]),
            "components[1].text must not have placeholders".to_owned(),
        ),
    ];
    for (template, expected) in rows {
        assert_eq!(flaws(&template), expected, "{template:?}");
    }
    assert!(flaws(&header("{{1}} and {{2}}")).starts_with("components[0].text has 2 elements, and at most 1 are allowed"));
}

#[test]
fn what_the_review_would_reject_in_buttons_is_named() {
    let call = || NewButton::PhoneNumber { text: "Call".to_owned(), phone_number: "1".repeat(20) };
    let fine = || link("https://x.y", None);
    let rows = [
        (vec![reply("a"), reply("b"), fine(), fine(), call()], ""),
        (vec![], "components[1].buttons must not be empty"),
        (vec![reply("a"); 11], "components[1].buttons has 11 elements, and at most 10 are allowed"),
        (vec![reply("a"), fine(), reply("b")], "components[1].buttons must have its quick replies next to each other"),
        (vec![fine(), fine(), fine()], "components[1].buttons has more than two links"),
        (vec![call(), call()], "components[1].buttons has more than one number to call"),
        (vec![reply(&"t".repeat(26))], "components[1].buttons[0].text is 26 characters long, and at most 25 are allowed"),
        (vec![link("https://x.y/{{1}}", None)], "components[1].buttons[0].example must have an example for each placeholder"),
        (
            vec![link("https://x.y/{{1}}/z", Some("a"))],
            "components[1].buttons[0].url may have {{1}} at its end only; components[1].buttons[0].example must have an example for each placeholder",
        ),
        (
            vec![NewButton::CopyCode { example: "0123456789ABCDEF".to_owned() }],
            "components[1].buttons[0].example is 16 characters long, and at most 15 are allowed",
        ),
    ];
    for (buttons, expected) in rows {
        assert_eq!(flaws(&with_buttons(buttons.clone())), expected, "{buttons:?}");
    }
}
