use super::*;
use uuid::Uuid;

const ID: &str = "3fa85f64-5717-4562-b3fc-2c963f66afa6";

#[derive(Debug, PartialEq)]
#[expect(clippy::option_option, reason = "absent, emptied and given are three things")]
struct Sample {
    account: Uuid,
    email: Option<Option<String>>,
    is_enabled: Option<bool>,
    tags: Option<Vec<String>>,
}

impl FromFields for Sample {
    fn read(fields: &mut Fields) -> Result<Self, Noted> {
        let account = fields.required("apiAccountId", value::id);
        let email = fields.clearable("email", value::text(10));
        let is_enabled = fields.boolean("isEnabled");
        let tags = fields.texts("tags");
        fields.ignore("datetime");
        Ok(Self { account: account?, email: email?, is_enabled: is_enabled?, tags: tags? })
    }
}

fn body(text: &str) -> Fields {
    match Json::parse(text).expect("JSON") {
        Json::Object(members) => Fields::of_body(members),
        other => panic!("{other:?}"),
    }
}

fn read(text: &str) -> Result<(Sample, Vec<Alias>), Problem> {
    body(text).into_value(false)
}

fn problem(text: &str) -> (Code, serde_json::Value) {
    let problem = read(text).expect_err(text);
    let json = serde_json::from_slice(&problem.to_json("", "")).expect("JSON");
    (problem.code(), json)
}

#[test]
fn absence_null_and_the_empty_string_mean_the_same_unless_a_member_can_be_cleared() {
    let sample = |email| Sample { account: Uuid::try_parse(ID).expect("a UUID"), email, is_enabled: None, tags: None };
    assert_eq!(read(&format!(r#"{{"apiAccountId":"{ID}","tags":null}}"#)), Ok((sample(None), vec![])));
    assert_eq!(read(&format!(r#"{{"apiAccountId":"{ID}","email":""}}"#)), Ok((sample(Some(None)), vec![])));
    assert_eq!(read(&format!(r#"{{"apiAccountId":"{ID}","email":null}}"#)), Ok((sample(Some(None)), vec![])));
    for missing in ["{}", r#"{"apiAccountId":null}"#, r#"{"apiAccountId":""}"#] {
        assert_eq!(problem(missing).0, Code::MissingMember, "{missing}");
    }
}

#[test]
fn a_wrong_type_names_the_member_and_is_never_converted() {
    for (text, member, message) in [
        (r#"{"apiAccountId":5}"#, "apiAccountId", "must be a string, not a number"),
        (r#"{"apiAccountId":{"$ne":1}}"#, "apiAccountId", "must be a string, not an object"),
        (r#"{"apiAccountId":["x"]}"#, "apiAccountId", "must be a string, not an array"),
        (r#"{"apiAccountId":true}"#, "apiAccountId", "must be a string, not a boolean"),
        (r#"{"apiAccountId":"x"}"#, "apiAccountId", "must be a UUID"),
    ] {
        let (code, json) = problem(text);
        assert_eq!(code, Code::InvalidMember, "{text}");
        assert_eq!(json["errors"], serde_json::json!([{"member": member, "message": message}]), "{text}");
    }
    let id = format!(r#""apiAccountId":"{ID}""#);
    for wrong in [
        r#""isEnabled":"true""#,
        r#""isEnabled":1"#,
        r#""isEnabled":null"#,
        r#""tags":"x""#,
        r#""tags":[1]"#,
        r#""tags":{}"#,
        r#""email":1"#,
    ] {
        assert_eq!(problem(&format!("{{{id},{wrong}}}")).0, Code::InvalidMember, "{wrong}");
    }
}

#[test]
fn all_mistakes_are_told_at_once_and_the_first_gives_the_code() {
    let (code, json) = problem(r#"{"isEnabled":"yes","tags":7}"#);
    assert_eq!(code, Code::MissingMember);
    let members: Vec<_> = json["errors"].as_array().expect("an array").iter().map(|error| error["member"].clone()).collect();
    assert_eq!(members, ["apiAccountId", "isEnabled", "tags"]);
}

#[test]
fn both_documented_misspellings_are_aliases_that_must_agree() {
    for name in ["apiAccountid", "apiaccountId"] {
        let (sample, aliases) = read(&format!(r#"{{"{name}":"{ID}"}}"#)).expect("an alias");
        assert_eq!((sample.account.to_string().as_str(), aliases), (ID, vec![Alias::A5]));
    }
    let both = |other: &str| format!(r#"{{"apiAccountId":"{ID}","apiAccountid":"{other}"}}"#);
    assert!(read(&both(&ID.to_uppercase())).is_ok());
    assert!(read(&both("")).is_ok());
    assert_eq!(problem(&both("17b5c90a-7465-1097-b2db-66afa62c963f")).0, Code::InvalidMember);
    assert_eq!(problem(&format!(r#"{{"APIACCOUNTID":"{ID}"}}"#)).0, Code::MissingMember);
}

#[test]
fn unknown_members_are_refused_only_when_the_client_asks_for_it() {
    let text = format!(r#"{{"apiAccountId":"{ID}","role":"administrator","dateTime":"x"}}"#);
    assert_eq!(body(&text).into_value::<Sample>(false).expect("ignored").1, [Alias::A6]);
    let refused = body(&text).into_value::<Sample>(true).expect_err("refused");
    assert_eq!(refused, Problem::new(Code::UnknownMember).detail("role is not known here").blaming("role", "is not known here"));
}

#[derive(Debug, PartialEq)]
struct Filter(Option<Uuid>);

impl FromFields for Filter {
    fn read(fields: &mut Fields) -> Result<Self, Noted> {
        Ok(Self(fields.optional("contactId", value::id)?))
    }
}

#[test]
fn a_known_parameter_is_never_dropped() {
    let filter = |pairs: &[(&str, Option<&str>)]| {
        let pairs = pairs.iter().map(|(name, value)| ((*name).to_owned(), value.map(str::to_owned))).collect();
        Fields::of_query(pairs).into_value::<Filter>(false).map(|(filter, _)| filter)
    };
    assert_eq!(filter(&[]), Ok(Filter(None)));
    assert_eq!(filter(&[("other", None), ("other", Some("x"))]), Ok(Filter(None)));
    for bad in [
        &[("contactId", Some(""))][..],
        &[("contactId", None)],
        &[("contactId", Some("1"))],
        &[("contactId", Some(ID)), ("contactId", Some(ID))],
    ] {
        assert_eq!(filter(bad).map_err(|problem| problem.code()), Err(Code::InvalidParameter), "{bad:?}");
    }
}
