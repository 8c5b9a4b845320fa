use super::*;
use crate::card::{Card, CardName};
use crate::send::{Component, Header, Interactive, Parameter, ReplyButton, Row, Section, TemplateMessage};

fn flaws(content: &OutgoingContent) -> Vec<String> {
    let found = content.check().err().map(|flaws| flaws.0).unwrap_or_default();
    found.iter().map(ToString::to_string).collect()
}

fn text(body: &str) -> OutgoingContent {
    OutgoingContent::Text { body: body.to_owned(), preview_url: false }
}

fn image(source: MediaSource, caption: &str) -> OutgoingContent {
    OutgoingContent::Image { source, caption: Some(caption.to_owned()) }
}

fn id() -> MediaSource {
    MediaSource::Id("1".to_owned())
}

fn interactive(message: Interactive) -> OutgoingContent {
    OutgoingContent::Interactive(Box::new(message))
}

fn buttons(ids_and_titles: &[(&str, &str)]) -> OutgoingContent {
    let button = |(id, title): &(&str, &str)| ReplyButton { id: (*id).to_owned(), title: (*title).to_owned() };
    let buttons = ids_and_titles.iter().map(button).collect();
    interactive(Interactive::Buttons { header: None, body: "b".to_owned(), footer: None, buttons })
}

fn list(sections: Vec<Section>) -> OutgoingContent {
    let button = "Choose".to_owned();
    interactive(Interactive::List { header: None, body: "b".repeat(4096), footer: None, button, sections })
}

fn section(title: Option<&str>, rows: usize, description: &str) -> Section {
    let row = |index: usize| Row { id: format!("{title:?}{index}"), title: "t".to_owned(), description: Some(description.to_owned()) };
    Section { title: title.map(str::to_owned), rows: (0..rows).map(row).collect() }
}

fn template(name: &str, components: Vec<Component>) -> OutgoingContent {
    OutgoingContent::Template(TemplateMessage { name: name.to_owned(), language: "en".to_owned(), components })
}

fn words(text: &str) -> Parameter {
    Parameter::Text(text.to_owned())
}

fn named(name: &str) -> Parameter {
    Parameter::NamedText { name: name.to_owned(), text: "x".to_owned() }
}

fn button(sub_type: &str, index: u8, parameter: Parameter) -> Component {
    Component::Button { sub_type: sub_type.to_owned(), index, parameters: vec![parameter] }
}

#[test]
fn the_limits_of_simple_kinds_are_named() {
    let place = |latitude| OutgoingContent::Location(Place { latitude, longitude: 180.0, name: None, address: None });
    let reaction = |emoji: &str| OutgoingContent::Reaction { message_id: "wamid.A".to_owned(), emoji: Some(emoji.to_owned()) };
    let card = |name: &str, birthday: &str| {
        let name = CardName { formatted_name: Some(name.to_owned()), ..CardName::default() };
        OutgoingContent::Contacts(vec![Card { name, birthday: Some(birthday.to_owned()), ..Card::default() }])
    };
    let rows: Vec<(OutgoingContent, &[&str])> = vec![
        (text(&"a".repeat(4096)), &[]),
        (text(&"a".repeat(4097)), &["text.body is 4097 characters long, and at most 4096 are allowed"]),
        (text(&"😀".repeat(2049)), &["text.body is 4098 characters long, and at most 4096 are allowed"]),
        (text(" \n"), &["text.body must not be empty"]),
        (image(id(), &"c".repeat(1024)), &[]),
        (image(id(), &"c".repeat(1025)), &["image.caption is 1025 characters long, and at most 1024 are allowed"]),
        (image(MediaSource::Id(String::new()), ""), &["image.id must not be empty"]),
        (image(MediaSource::Link("ftp://x/a".to_owned()), ""), &["image.link must be an http or https address"]),
        (OutgoingContent::Sticker { source: MediaSource::Link("a".to_owned()) }, &["sticker.link must be an http or https address"]),
        (place(90.0), &[]),
        (place(90.1), &["location.latitude is not on the map"]),
        (place(f64::NAN), &["location.latitude is not on the map"]),
        (OutgoingContent::Contacts(vec![]), &["contacts must not be empty"]),
        (card("Ana", "1999-01-23"), &[]),
        (card("", "23.1.99"), &["contacts[0].name.formatted_name must not be empty", "contacts[0].birthday must be written as YYYY-MM-DD"]),
        (reaction("👍🏽"), &[]),
        (reaction(":-)"), &["reaction.emoji must be an emoji"]),
    ];
    for (content, expected) in rows {
        assert_eq!(flaws(&content), expected, "{content:?}");
    }
}

#[test]
fn the_limits_of_buttons_are_named() {
    let of = |index: usize, member: &str, rule: &str| format!("interactive.action.buttons[{index}].reply.{member} {rule}");
    assert_eq!(flaws(&buttons(&[("1", "A"), ("2", "B"), ("3", "C")])), [""; 0]);
    assert_eq!(flaws(&buttons(&[])), ["interactive.action.buttons must not be empty"]);
    let four = buttons(&[("1", "A"), ("2", "B"), ("3", "C"), ("4", "D")]);
    assert_eq!(flaws(&four), ["interactive.action.buttons has 4 elements, and at most 3 are allowed"]);
    assert_eq!(flaws(&buttons(&[("1", "A"), ("1", "B")])), [of(1, "id", "repeats \"1\", and must be unique")]);
    assert_eq!(flaws(&buttons(&[("1", "A"), ("2", "A")])), [of(1, "title", "repeats \"A\", and must be unique")]);
    let long = "t".repeat(21);
    assert_eq!(flaws(&buttons(&[("1", &long)])), [of(0, "title", "is 21 characters long, and at most 20 are allowed")]);
    let long = "i".repeat(257);
    assert_eq!(flaws(&buttons(&[(&long, "A")])), [of(0, "id", "is 257 characters long, and at most 256 are allowed")]);
}

#[test]
fn the_limits_of_headers_footers_and_links_are_named() {
    let message = Interactive::Link {
        header: Some(Header::Text("h".repeat(61))),
        body: "b".repeat(1025),
        footer: Some("f".repeat(61)),
        display_text: "d".repeat(21),
        url: "javascript:alert(1)".to_owned(),
    };
    assert_eq!(
        flaws(&interactive(message)),
        [
            "interactive.body.text is 1025 characters long, and at most 1024 are allowed",
            "interactive.footer.text is 61 characters long, and at most 60 are allowed",
            "interactive.header.text is 61 characters long, and at most 60 are allowed",
            "interactive.action.parameters.display_text is 21 characters long, and at most 20 are allowed",
            "interactive.action.parameters.url must be an http or https address",
        ]
    );
    let message = Interactive::LocationRequest { body: "b".repeat(1025) };
    assert_eq!(flaws(&interactive(message)), ["interactive.body.text is 1025 characters long, and at most 1024 are allowed"]);
}

#[test]
fn the_limits_of_lists_are_named() {
    assert_eq!(flaws(&list(vec![section(None, 10, "")])), [""; 0]);
    assert_eq!(
        flaws(&list(vec![])),
        ["interactive.action.sections must not be empty", "interactive.action.sections[].rows must not be empty"]
    );
    let eleven = list(vec![section(Some("A"), 6, ""), section(Some("B"), 5, "")]);
    assert_eq!(flaws(&eleven), ["interactive.action.sections[].rows has 11 elements, and at most 10 are allowed"]);
    let untitled = list(vec![section(None, 1, ""), section(Some("B"), 1, "")]);
    assert_eq!(flaws(&untitled), ["interactive.action.sections[0].title must not be empty"]);
    let twice = list(vec![section(Some("A"), 1, ""), section(Some("A"), 1, "")]);
    assert_eq!(flaws(&twice), [r#"interactive.action.sections[1].rows[0].id repeats "Some(\"A\")0", and must be unique"#]);
    let long = list(vec![section(Some(&"s".repeat(25)), 1, &"d".repeat(73))]);
    assert_eq!(
        flaws(&long),
        [
            "interactive.action.sections[0].title is 25 characters long, and at most 24 are allowed",
            "interactive.action.sections[0].rows[0].description is 73 characters long, and at most 72 are allowed",
        ]
    );
}

#[test]
fn the_limits_of_templates_are_named() {
    let rows: Vec<(&str, Vec<Component>, &[&str])> = vec![
        ("order_1", vec![Component::Header(vec![words("h")]), Component::Body(vec![words("a"), words("b")])], &[]),
        ("Order-1", vec![], &["template.name may have small letters, digits and underscores only"]),
        (
            "t",
            vec![Component::Body(vec![named("a"), words("b")])],
            &["template.components[0].parameters must be all in order or all by name"],
        ),
        (
            "t",
            vec![Component::Body(vec![named("a"), named("a")])],
            &["template.components[0].parameters[1].parameter_name repeats \"a\", and must be unique"],
        ),
        ("t", vec![Component::Body(vec![words("")])], &["template.components[0].parameters[0].text must not be empty"]),
        (
            "t",
            vec![Component::Header(vec![words("a"), words("b")])],
            &["template.components[0].parameters has 2 elements, and at most 1 are allowed"],
        ),
        (
            "t",
            vec![Component::copy_code(0, "0123456789ABCDEF")],
            &["template.components[0].parameters[0].coupon_code is 16 characters long, and at most 15 are allowed"],
        ),
        (
            "t",
            vec![Component::url(0, "a"), Component::quick_reply(0, "b")],
            &["template.components[1] repeats \"button 0\", and must be unique"],
        ),
        (
            "t",
            vec![button("url", 10, Parameter::CouponCode("A".to_owned()))],
            &[
                "template.components[0].index must be 0 to 9",
                "template.components[0].parameters[0].type does not fit the button's sub_type",
            ],
        ),
    ];
    for (name, components, expected) in rows {
        assert_eq!(flaws(&template(name, components.clone())), expected, "{components:?}");
    }
}

#[test]
fn the_envelope_is_checked_with_the_content() {
    let message = |to| Outgoing { to, content: text("hi"), quoted: None, callback_data: None };
    let addresses = [
        (Recipient::Phone("+1 (650) 555-1234".to_owned()), true),
        (Recipient::Phone("16505551234".to_owned()), false),
        (Recipient::Phone("+one".to_owned()), false),
        (Recipient::User("US.13491208655302741918".to_owned()), true),
        (Recipient::User("US.ENT.11815799212886844830".to_owned()), true),
        (Recipient::User("us.1349".to_owned()), false),
        (Recipient::User("US.13-49".to_owned()), false),
        (Recipient::User("13491208655302741918".to_owned()), false),
    ];
    for (to, is_right) in addresses {
        assert_eq!(message(to.clone()).check().is_ok(), is_right, "{to:?}");
    }
    let phone = || Recipient::Phone("+1".to_owned());
    let long = Outgoing { callback_data: Some("x".repeat(513)), ..message(phone()) };
    let flaws = long.check().expect_err("too long");
    assert_eq!(flaws.to_string(), "biz_opaque_callback_data is 513 characters long, and at most 512 are allowed");
    let content = OutgoingContent::Reaction { message_id: String::new(), emoji: None };
    let quoting = Outgoing { content, quoted: Some("wamid.A".to_owned()), ..message(phone()) };
    let flaws = quoting.check().expect_err("two flaws");
    assert_eq!(flaws.to_string(), "context is not possible on a reaction; reaction.message_id must not be empty");
}
