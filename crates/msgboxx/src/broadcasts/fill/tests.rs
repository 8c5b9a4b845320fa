use super::*;
use msgboxx_model::template::TemplateCategory;
use msgboxx_model::{ApiAccountId, Instant, TemplateId, TemplateStatus};
use serde_json::{Value, json};
use uuid::Uuid;

const BODY: &str = "Hi {{1}}, thanks for the conversation earlier about {{2}} lets catch up soon.";
const TEXT: &str = "Hi Jack, thanks for the conversation earlier about the 2 bedroom house in Swindon lets catch up soon.";

fn template(body: &str, components: &str) -> Template {
    Template {
        id: TemplateId(Uuid::nil()),
        api_account_id: ApiAccountId(Uuid::nil()),
        name: "follow_up".to_owned(),
        language: "en_GB".to_owned(),
        category: TemplateCategory::Utility,
        status: TemplateStatus::Approved,
        parameter_format: ParameterFormat::Positional,
        body: body.to_owned(),
        example: Vec::new(),
        components: components.to_owned(),
        created_at: Instant::from_micros(0),
    }
}

fn listed(values: &[&str]) -> Values {
    Values::Listed(values.iter().map(|&value| value.to_owned()).collect())
}

fn components(filling: &Filling) -> Value {
    let payload: Value = serde_json::from_str(&filling.payload).expect("JSON");
    payload["components"].clone()
}

#[test]
fn the_documented_example_gives_its_values_back() {
    let filling = fill(&template(BODY, "[]"), Some(TEXT), &Parameters::default()).expect("fits");
    assert_eq!(filling.text, TEXT);
    let texts = json!([{"type": "text", "text": "Jack"}, {"type": "text", "text": "the 2 bedroom house in Swindon"}]);
    assert_eq!(components(&filling), json!([{"type": "body", "parameters": texts}]));
}

#[test]
fn a_text_that_does_not_fit_says_where() {
    let wrong = TEXT.replace("thanks", "thank you");
    assert_eq!(fill(&template(BODY, "[]"), Some(&wrong), &Parameters::default()), Err(FillError::Mismatch(15)));
}

#[test]
fn values_are_sent_by_number_wherever_they_stand() {
    let filling = fill(&template("To {{2}} from {{1}}", "[]"), Some("To Rosa from Ana"), &Parameters::default()).expect("fits");
    assert_eq!(components(&filling)[0]["parameters"], json!([{"type": "text", "text": "Ana"}, {"type": "text", "text": "Rosa"}]));
    let given = Parameters { body: Some(listed(&["Ana", "Rosa"])), ..Parameters::default() };
    assert_eq!(fill(&template("To {{2}} from {{1}}", "[]"), None, &given).map(|filling| filling.text), Ok("To Rosa from Ana".to_owned()));
}

#[test]
fn named_values_carry_their_names() {
    let named = Template { parameter_format: ParameterFormat::Named, ..template("Hi {{first_name}}", "[]") };
    let given = Parameters { body: Some(Values::Named(vec![("first_name".to_owned(), "Rosa".to_owned())])), ..Parameters::default() };
    let filling = fill(&named, None, &given).expect("fits");
    assert_eq!(components(&filling)[0]["parameters"], json!([{"type": "text", "parameter_name": "first_name", "text": "Rosa"}]));
}

#[test]
fn a_text_beside_values_must_be_their_rendering() {
    let given = Parameters { body: Some(listed(&["Jack", "the 2 bedroom house in Swindon"])), ..Parameters::default() };
    assert!(fill(&template(BODY, "[]"), Some(&format!(" {TEXT}\r\n")), &given).is_ok());
    assert_eq!(fill(&template(BODY, "[]"), Some(&TEXT.replace("Jack", "Jane")), &given), Err(FillError::Mismatch(6)));
}

#[test]
fn variables_outside_of_the_body_must_be_given() {
    let header = r#"[{"type":"HEADER","format":"TEXT","text":"For {{1}}"}]"#;
    let button = r#"[{"type":"BUTTONS","buttons":[{"type":"QUICK_REPLY"},{"type":"URL","url":"https://x.y/{{1}}"}]}]"#;
    let picture = r#"[{"type":"HEADER","format":"IMAGE"}]"#;
    for needy in [header, button, picture] {
        assert_eq!(fill(&template("Hi", needy), Some("Hi"), &Parameters::default()), Err(FillError::ParametersRequired), "{needy}");
    }
    let filled = |components_text, parameters| components(&fill(&template("Hi", components_text), Some("Hi"), &parameters).expect("fits"));
    let text = |text| json!([{"type": "text", "text": text}]);
    assert_eq!(
        filled(header, Parameters { header: Some(listed(&["Rosa"])), ..Parameters::default() }),
        json!([{"type": "header", "parameters": text("Rosa")}])
    );
    assert_eq!(
        filled(button, Parameters { buttons: vec!["a1".to_owned()], ..Parameters::default() }),
        json!([{"type": "button", "sub_type": "url", "index": "1", "parameters": text("a1")}])
    );
    assert_eq!(
        filled(picture, Parameters { header: Some(listed(&["https://x.y/z.png"])), ..Parameters::default() }),
        json!([{"type": "header", "parameters": [{"type": "image", "image": {"link": "https://x.y/z.png"}}]}])
    );
}

#[test]
fn values_that_do_not_fit_are_named() {
    let body = |values| Parameters { body: Some(values), ..Parameters::default() };
    let named = |name: &str| Values::Named(vec![(name.to_owned(), "x".to_owned())]);
    for parameters in
        [body(listed(&["Jack"])), body(listed(&["Jack", ""])), body(listed(&["a", "b", "c"])), body(named("1")), body(named("3"))]
    {
        let refused = fill(&template(BODY, "[]"), None, &parameters).expect_err("refused");
        assert!(matches!(refused, FillError::WrongValues("parameters.body", _)), "{refused:?}");
    }
    let superfluous = Parameters { header: Some(listed(&["x"])), buttons: Vec::new(), body: None };
    assert!(matches!(fill(&template("Hi", "[]"), Some("Hi"), &superfluous), Err(FillError::WrongValues("parameters.header", _))));
    let superfluous = Parameters { buttons: vec!["x".to_owned()], ..Parameters::default() };
    assert!(matches!(fill(&template("Hi", "[]"), Some("Hi"), &superfluous), Err(FillError::WrongValues("parameters.buttons", _))));
    assert_eq!(fill(&template(BODY, "[]"), None, &Parameters::default()), Err(FillError::Empty));
}
