use super::*;

fn described() -> Value {
    serde_json::from_str(&document()).expect("JSON")
}

#[test]
fn every_documented_operation_is_described_and_none_else_but_aliases_and_extensions() {
    let document = described();
    let mut found: Vec<String> = Vec::new();
    for (path, item) in document["paths"].as_object().expect("paths") {
        for (method, operation) in item.as_object().expect("operations") {
            let mark = if operation["deprecated"] == true {
                " alias"
            } else if operation["x-extension"] == true {
                " extension"
            } else {
                ""
            };
            found.push(format!("{method} {path}{mark}"));
        }
    }
    found.sort();
    let mut expected = vec![
        "post /oauth/token",
        "get /apiaccount",
        "get /apiaccount/{apiaccountId}",
        "get /broadcast",
        "get /broadcast/{broadcastId}",
        "post /broadcast",
        "get /contact",
        "get /contact/{contactId}",
        "post /contact",
        "put /contact/{contactId}",
        "get /conversation/{conversationId}",
        "put /conversation/{conversationId}",
        "get /inbox",
        "get /inbox/{inboxId}",
        "get /message",
        "get /message/{messageId}",
        "post /message",
        "get /team",
        "get /template",
        "get /template/{templateId}",
        "get /user",
        "get /webhook",
        "get /webhook/{webhookId}",
        "put /webhook/{webhookId}",
        "post /webhook",
        "delete /webhook/{webhookId}",
        "get /inboxes alias",
        "get /inboxes/{inboxId} alias",
        "get /webhooks alias",
        "get /webhooks/{webhookId} alias",
        "post /webhooks alias",
        "put /webhooks/{webhookId} alias",
        "delete /webhooks/{webhookId} alias",
        "post /organisation alias",
        "post /oauth/refresh extension",
        "post /oauth/revoke extension",
        "get /event extension",
        "get /webhook/{webhookId}/delivery extension",
        "post /webhook/{webhookId}/test extension",
        "post /webhook/{webhookId}/replay extension",
        "post /webhook/{webhookId}/secret extension",
    ];
    expected.sort_unstable();
    assert_eq!(found, expected);
}

#[test]
fn every_reference_leads_somewhere() {
    fn references(value: &Value, found: &mut Vec<String>) {
        match value {
            Value::Object(object) => {
                found.extend(object.get("$ref").and_then(Value::as_str).map(str::to_owned));
                object.values().for_each(|inner| references(inner, found));
            }
            Value::Array(items) => items.iter().for_each(|inner| references(inner, found)),
            _ => {}
        }
    }
    let document = described();
    let mut found = Vec::new();
    references(&document, &mut found);
    assert!(found.len() > 100);
    for reference in found {
        assert!(document.pointer(reference.trim_start_matches('#')).is_some(), "{reference}");
    }
}

#[test]
fn extensions_carry_their_mark() {
    let document = described();
    let parameters = |path: &str, method: &str| -> Vec<String> {
        let all = document["paths"][path][method]["parameters"].as_array().expect("parameters").clone();
        all.iter().filter(|it| it["x-extension"] == true).map(|it| it["name"].as_str().unwrap_or_default().to_owned()).collect()
    };
    assert_eq!(parameters("/contact", "get"), ["pageSize", "email", "name", "tag"]);
    assert_eq!(parameters("/broadcast", "get"), ["pageSize", "fromDate", "toDate"]);
    assert_eq!(parameters("/message", "get"), ["pageSize"]);
    assert_eq!(parameters("/message", "post"), ["Idempotency-Key", "Prefer"]);
    let schemas = &document["components"]["schemas"];
    for (schema, member) in [
        ("Message", "failure"),
        ("Broadcast", "failure"),
        ("Template", "language"),
        ("Template", "category"),
        ("Webhook", "signingSecret"),
        ("NewBroadcast", "parameters"),
    ] {
        assert_eq!(mark(&schemas[schema]["properties"][member]), true, "{schema}.{member}");
    }
}

fn mark(member: &Value) -> Value {
    member["x-extension"].clone()
}

#[test]
fn every_operation_documents_its_errors() {
    let document = described();
    for (path, item) in document["paths"].as_object().expect("paths") {
        for (method, operation) in item.as_object().expect("operations") {
            for status in ["400", "500", "503"] {
                assert!(operation["responses"].get(status).is_some(), "{method} {path} {status}");
            }
        }
    }
}
