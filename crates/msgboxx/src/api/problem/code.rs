//! Every error code of the public API, in one list: its status and its sentence.
//!
//! A code never changes its meaning, since clients branch on it. The sentences are those of the
//! published documentation wherever it has one.

use http::StatusCode;

macro_rules! codes {
    ($($(#[$meta:meta])* $variant:ident = $text:literal, $status:ident, $sentence:literal;)+) => {
        /// A stable name for one way in which a request can fail.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum Code { $($(#[$meta])* $variant),+ }

        impl Code {
            /// Every code, in the order of its status.
            pub const ALL: &'static [Code] = &[$(Code::$variant),+];

            /// The code as clients read it.
            pub const fn as_str(self) -> &'static str {
                match self { $(Code::$variant => $text),+ }
            }

            /// The status that goes with it.
            pub const fn status(self) -> StatusCode {
                match self { $(Code::$variant => StatusCode::$status),+ }
            }

            /// What it means, for the `detail` of answers that have nothing more exact to say.
            pub const fn sentence(self) -> &'static str {
                match self { $(Code::$variant => $sentence),+ }
            }

            /// The code that is written so.
            pub fn from_text(text: &str) -> Option<Code> {
                match text { $($text => Some(Code::$variant),)+ _ => None }
            }
        }
    };
}

codes! {
    /// Not JSON, not UTF-8, too deep, or not an object.
    MalformedJson = "malformed_json", BAD_REQUEST, "Bad Request - Check your input json";
    /// A body in another format than JSON.
    UnsupportedMediaType = "unsupported_media_type", BAD_REQUEST, "The body must be JSON: send Content-Type: application/json";
    /// A required member is absent or empty.
    MissingMember = "missing_member", BAD_REQUEST, "A required member of the body is missing";
    /// A member has the wrong type or a value that it cannot have.
    InvalidMember = "invalid_member", BAD_REQUEST, "A member of the body has a value that it cannot have";
    /// A member that nobody knows, refused because the client asked for strictness.
    UnknownMember = "unknown_member", BAD_REQUEST, "The body has a member that is not known here";
    /// A query parameter has a value that it cannot have.
    InvalidParameter = "invalid_parameter", BAD_REQUEST, "A query parameter has a value that it cannot have";
    /// A query parameter that nobody knows, refused because the client asked for strictness.
    UnknownParameter = "unknown_parameter", BAD_REQUEST, "The query has a parameter that is not known here";
    /// A header has a value that it cannot have.
    InvalidHeader = "invalid_header", BAD_REQUEST, "A request header has a value that it cannot have";
    /// An id in the body that does not exist, or not for this caller.
    UnknownReference = "unknown_reference", BAD_REQUEST, "The body refers to something that does not exist";
    /// The id in the body is not the one in the path.
    IdMismatch = "id_mismatch", BAD_REQUEST, "The id in the body differs from the one in the path";
    /// A member that cannot be changed would be changed.
    ImmutableMember = "immutable_member", BAD_REQUEST, "The body changes a member that cannot be changed";
    /// No `X-Calling-Application` at the token endpoint.
    CallingApplicationRequired = "calling_application_required", BAD_REQUEST,
        "Name your application in the header X-Calling-Application, in 1 to 200 characters";
    /// A user name or password that is wrong, or of a user who may not sign in so.
    InvalidCredentials = "invalid_credentials", BAD_REQUEST, "Bad request. please supply valid username and password";
    /// A conversation cannot be assigned to both a user and a team.
    AssignUserOrTeam = "assign_user_or_team", BAD_REQUEST, "A conversation is assigned to a user or to a team, not to both";
    /// The user or team cannot answer this conversation.
    InvalidAssignee = "invalid_assignee", BAD_REQUEST,
        "The user or team does not exist, or has no access to the conversation's api account";
    /// The text is not a filling of the template.
    TemplateMismatch = "template_mismatch", BAD_REQUEST, "The message does not fit the template's text";
    /// The template is not approved, or is another api account's.
    TemplateNotUsable = "template_not_usable", BAD_REQUEST, "The template is not approved, or belongs to another api account";
    /// The template has variables that the text does not hold.
    TemplateParametersRequired = "template_parameters_required", BAD_REQUEST,
        "The template's header or buttons have variables: send their values in parameters";
    /// The contact is another api account's.
    ContactNotInApiAccount = "contact_not_in_api_account", BAD_REQUEST, "The contact belongs to another api account";
    /// The contact has opted out.
    ContactUnsubscribed = "contact_unsubscribed", BAD_REQUEST, "The contact has unsubscribed: nothing was sent";
    /// The customer service window is closed.
    SessionWindowClosed = "session_window_closed", BAD_REQUEST,
        "The 24 hour window since the contact's last message has closed. Use the Broadcast service to send a Template message instead";
    /// The webhook's target may not be called.
    TargetNotAllowed = "target_not_allowed", BAD_REQUEST, "The targetUrl must be a public https address";
    /// Nothing is delivered again to a webhook that is off.
    WebhookDisabled = "webhook_disabled", BAD_REQUEST, "The webhook is off: switch it on (isEnabled) before anything is delivered again";
    /// An idempotency key came again with another body.
    IdempotencyKeyReused = "idempotency_key_reused", BAD_REQUEST, "This Idempotency-Key was used before with another body";
    /// Anything wrong with the token.
    InvalidToken = "invalid_token", UNAUTHORIZED, "Authorization information is missing or invalid.";
    /// The caller may know of it, but has not the right.
    Forbidden = "forbidden", FORBIDDEN, "Forbidden - The requested resource is not available to you";
    /// It does not exist, or not for this caller.
    NotFound = "not_found", NOT_FOUND, "Not Found - The specified resource could not be found";
    /// The path exists, the method there does not.
    MethodNotAllowed = "method_not_allowed", METHOD_NOT_ALLOWED, "Method Not Allowed - You tried to access the wrong method";
    /// The number is another contact's.
    DuplicateContact = "duplicate_contact", CONFLICT, "Duplicate Contact attempted - contact mobileNumber must be unique per apiAccount";
    /// The same events go to the same target already.
    DuplicateWebhook = "duplicate_webhook", CONFLICT, "A webhook of this type for this targetUrl exists already";
    /// The body is larger than we read.
    PayloadTooLarge = "payload_too_large", PAYLOAD_TOO_LARGE, "The body is larger than 1 MiB";
    /// Too many requests, or too many attempts to sign in.
    TooManyRequests = "too_many_requests", TOO_MANY_REQUESTS, "Too Many Requests - You're requesting too many resources!";
    /// A fault of ours.
    InternalError = "internal_error", INTERNAL_SERVER_ERROR, "Internal Server Error - We had a problem with our server. Try again later.";
    /// We cannot serve just now.
    Unavailable = "unavailable", SERVICE_UNAVAILABLE,
        "Service Unavailable - We're temporarily offline for maintenance. Please try again later.";
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_snake_case_and_read_back() {
        for &code in Code::ALL {
            assert!(code.as_str().bytes().all(|byte| byte == b'_' || byte.is_ascii_lowercase()), "{code:?}");
            assert_eq!(Code::from_text(code.as_str()), Some(code));
        }
        assert_eq!(Code::from_text("duplicate"), None);
    }

    #[test]
    fn only_the_documented_statuses_are_used() {
        for code in Code::ALL {
            assert!([400, 401, 403, 404, 405, 409, 413, 429, 500, 503].contains(&code.status().as_u16()), "{code:?}");
        }
    }
}
