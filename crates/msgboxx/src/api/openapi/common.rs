//! What all operations have in common: how to sign in, the errors, ids in paths, and the marks of
//! aliases and extensions.

use crate::api::problem::{Code, Problem};
use serde_json::{Map, Value, json};
use utoipa::openapi::OpenApi;

const INTRODUCTION: &str = "\
The public API of msgboxx: contacts, conversations, messages, templates and broadcasts of your WhatsApp business numbers.

Get a token at `POST /oauth/token` and send it as `Authorization: Bearer …`. Lists are paged, newest first, at most 100 records
a page. Unknown members and parameters are ignored unless you send `Prefer: handling=strict`. Errors are
`application/problem+json` with a stable `code`.

`apiAccountid` and `apiaccountId` are read as `apiAccountId`; operations marked as deprecated are other names that the
documentation once printed.";

/// The groups of operations, in the order in which a newcomer meets them.
const TAGS: [(&str, &str); 12] = [
    ("Token", "Signing in."),
    ("ApiAccount", "Your WhatsApp business numbers."),
    ("Contact", "Your customers, each of one api account."),
    ("Message", "What was said, and replies within 24 hours."),
    ("Template", "Messages that WhatsApp approved; the only ones to be sent at any time."),
    ("Broadcast", "A template sent to a contact."),
    ("Conversation", "Who answers, and in which folder."),
    ("Inbox", "Queues of conversations."),
    ("Team", "Groups of users."),
    ("User", "The people who answer."),
    ("Webhook", "Being called when something is added."),
    ("Event", "What happened, in order."),
];

/// Paths that are answered, but under another name.
const ALIASES: [&str; 5] = ["/inboxes", "/inboxes/{inboxId}", "/webhooks", "/webhooks/{webhookId}", "/organisation"];
/// Operations that the published documentation does not have.
const EXTENSIONS: [&str; 2] = ["/oauth/refresh", "/oauth/revoke"];
/// Operations that it does not have either and that are called as the documented ones are.
const FURTHER_EXTENSIONS: [&str; 5] =
    ["/event", "/webhook/{webhookId}/delivery", "/webhook/{webhookId}/test", "/webhook/{webhookId}/replay", "/webhook/{webhookId}/secret"];
/// Parameters that it does not have, by path; an empty path is any.
const EXTENSION_PARAMETERS: [(&str, &str); 6] = [
    ("", "pageSize"),
    ("/broadcast", "fromDate"),
    ("/broadcast", "toDate"),
    ("/contact", "email"),
    ("/contact", "name"),
    ("/contact", "tag"),
];
/// Members that it does not have and that are references, which cannot carry the mark where they stand.
const EXTENSION_MEMBERS: [(&str, &str); 3] = [("Message", "failure"), ("Broadcast", "failure"), ("Template", "category")];
/// Where repeating a request under a key is safe.
const REPEATABLE: [&str; 3] = ["/message", "/broadcast", "/contact"];

/// The whole document.
pub(super) fn complete(described: OpenApi) -> Value {
    let mut document = serde_json::to_value(described).expect("the description is plain JSON");
    document["info"] = json!({
        "title": "msgboxx API",
        "version": env!("CARGO_PKG_VERSION"),
        "description": INTRODUCTION,
        "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
    });
    document["servers"] = json!([{"url": "/", "description": "This server"}]);
    document["tags"] = TAGS.iter().map(|(name, description)| json!({"name": name, "description": description})).collect();
    document["components"]["schemas"]["Problem"] = problem_schema();
    for (schema, member) in EXTENSION_MEMBERS {
        document["components"]["schemas"][schema]["properties"][member]["x-extension"] = json!(true);
    }
    document["components"]["responses"] = responses();
    document["components"]["securitySchemes"] = json!({
        "bearer": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"},
        "refreshToken": {"type": "apiKey", "in": "cookie", "name": "refreshToken"},
    });
    if let Some(paths) = document["paths"].as_object_mut() {
        for (path, item) in paths {
            for (method, operation) in item.as_object_mut().into_iter().flatten() {
                complete_operation(path, method, operation);
            }
        }
    }
    document
}

fn complete_operation(path: &str, method: &str, operation: &mut Value) {
    let is_token = path == "/oauth/token";
    operation["security"] = match path {
        "/oauth/token" => json!([]),
        "/oauth/refresh" => json!([{"refreshToken": []}]),
        // Signing out twice is no mistake.
        "/oauth/revoke" => json!([{"refreshToken": []}, {"bearer": []}, {}]),
        _ => json!([{"bearer": []}]),
    };
    add_parameters(path, method, operation);
    let is_webhook_write = method != "get" && ["/webhook", "/organisation"].iter().any(|prefix| path.starts_with(prefix));
    let has_body = operation.get("requestBody").is_some();
    let is_contact_write = path.starts_with("/contact") && has_body;
    for (code, name, applies) in [
        (400, "BadRequest", true),
        (401, "Unauthorized", !is_token && path != "/oauth/revoke"),
        (403, "Forbidden", is_webhook_write || EXTENSIONS.contains(&path)),
        (404, "NotFound", path.contains('{')),
        (409, "Conflict", is_contact_write || (is_webhook_write && has_body && !FURTHER_EXTENSIONS.contains(&path))),
        (413, "PayloadTooLarge", has_body),
        (429, "TooManyRequests", !EXTENSIONS.contains(&path)),
        (500, "InternalError", true),
        (503, "Unavailable", true),
    ] {
        if applies {
            operation["responses"][code.to_string()] = json!({"$ref": format!("#/components/responses/{name}")});
        }
    }
    if ALIASES.contains(&path) {
        operation["deprecated"] = json!(true);
    }
    if EXTENSIONS.contains(&path) || FURTHER_EXTENSIONS.contains(&path) {
        operation["x-extension"] = json!(true);
    }
}

fn add_parameters(path: &str, method: &str, operation: &mut Value) {
    let mut parameters = operation["parameters"].as_array().cloned().unwrap_or_default();
    for parameter in &mut parameters {
        let is_extension = EXTENSION_PARAMETERS.iter().any(|(of, name)| parameter["name"] == *name && (of.is_empty() || *of == path));
        if is_extension {
            parameter["x-extension"] = json!(true);
        }
    }
    if let Some(id) = path.split_once('{').and_then(|(_, rest)| rest.split('}').next()) {
        parameters.push(json!({"name": id, "in": "path", "required": true, "schema": {"type": "string", "format": "uuid"}}));
    }
    if path == "/oauth/token" || path == "/oauth/refresh" {
        parameters.push(json!({
            "name": "X-Calling-Application", "in": "header", "required": true,
            "description": "What your application calls itself; rate limits are counted by it.",
            "schema": {"type": "string", "minLength": 1, "maxLength": 200, "pattern": r"^[!-~]([ -~]*[!-~])?$"},
            "example": "My Application Name Here",
        }));
    }
    if method == "post" && REPEATABLE.contains(&path) {
        parameters.push(json!({
            "name": "Idempotency-Key", "in": "header", "required": false, "x-extension": true,
            "description": "A repeat with this key and body within 24 hours is answered like the first request and not carried out again.",
            "schema": {"type": "string", "minLength": 1, "maxLength": 255, "pattern": r"^[!-~]([ -~]*[!-~])?$"},
        }));
    }
    if operation.get("requestBody").is_some() {
        parameters.push(json!({
            "name": "Prefer", "in": "header", "required": false, "x-extension": true,
            "description": "With `handling=strict` unknown members and parameters are refused; other preferences are ignored.",
            "schema": {"type": "string"},
        }));
    }
    if !parameters.is_empty() {
        operation["parameters"] = json!(parameters);
    }
}

fn responses() -> Value {
    let codes: [(&str, Code, &str); 9] = [
        ("BadRequest", Code::MissingMember, "The request is wrong; `code` says in which way."),
        ("Unauthorized", Code::InvalidToken, "The token is missing, invalid, expired or revoked."),
        ("Forbidden", Code::Forbidden, "The caller has not the right to do this."),
        ("NotFound", Code::NotFound, "It does not exist, or not for this caller."),
        ("Conflict", Code::DuplicateContact, "There is one already."),
        ("PayloadTooLarge", Code::PayloadTooLarge, "The body is larger than 1 MiB."),
        ("TooManyRequests", Code::TooManyRequests, "Too many requests; wait as long as `Retry-After` says."),
        ("InternalError", Code::InternalError, "A fault of ours; repeat with the same `Idempotency-Key`."),
        ("Unavailable", Code::Unavailable, "Not available now; wait as long as `Retry-After` says."),
    ];
    let response = |(name, code, description): &(&str, Code, &str)| ((*name).to_owned(), response(*code, description));
    Value::Object(codes.iter().map(response).collect::<Map<_, _>>())
}

fn response(code: Code, description: &str) -> Value {
    let sample = Problem::new(code).to_json("https://api.example.org", "01976f3c-5a7e-7b61-9d0a-3f6d1c2b4a59");
    let sample: Value = serde_json::from_slice(&sample).unwrap_or_default();
    let mut response = json!({
        "description": description,
        "headers": {"X-Request-Id": {"schema": {"type": "string"}, "description": "Names this request in our logs."}},
        "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}, "example": sample}},
    });
    if matches!(code, Code::TooManyRequests | Code::Unavailable) {
        response["headers"]["Retry-After"] = json!({"schema": {"type": "integer", "minimum": 1}, "description": "Seconds to wait."});
    }
    response
}

fn problem_schema() -> Value {
    let codes: Vec<&str> = Code::ALL.iter().map(|code| code.as_str()).collect();
    json!({
        "type": "object",
        "description": "What went wrong (RFC 9457).",
        "required": ["type", "title", "status", "code", "detail", "requestId"],
        "properties": {
            "type": {"type": "string", "format": "uri-reference"},
            "title": {"type": "string"},
            "status": {"type": "integer"},
            "code": {"type": "string", "enum": codes, "description": "Stable; branch on this."},
            "detail": {"type": "string", "description": "For people."},
            "errors": {"type": "array", "items": {
                "type": "object",
                "required": ["member", "message"],
                "properties": {
                    "member": {"type": "string", "description": "The member of the body, or the parameter of the query."},
                    "message": {"type": "string"},
                },
            }},
            "requestId": {"type": "string", "description": "The same as the header `X-Request-Id`."},
            "contactId": {"type": "string", "format": "uuid", "x-extension": true, "description": "The contact that is there already."},
            "webhookId": {"type": "string", "format": "uuid", "x-extension": true, "description": "The webhook that is there already."},
        },
    })
}
