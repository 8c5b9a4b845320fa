//! WhatsApp's errors as it words them: HTTP status, title and details for each code.
//!
//! The statuses are those of Meta's "Error codes" page of December 2025; codes that are not listed
//! answer with 400 and a plain title.

/// How WhatsApp words an error.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Entry {
    pub(crate) http_status: u16,
    pub(crate) title: &'static str,
    pub(crate) details: &'static str,
}

/// Where an error of a webhook points.
pub(crate) const HREF: &str = "/documentation/business-messaging/whatsapp/support/error-codes";

type Row = (i64, u16, &'static str, &'static str);

const ROWS: &[Row] = &[
    (0, 401, "AuthException", "We were unable to authenticate the app user"),
    (1, 400, "API Unknown", "Invalid request or possible server error"),
    (2, 503, "API Service", "Temporary due to downtime or due to being overloaded"),
    (3, 500, "API Method", "Capability or permissions issue"),
    (4, 400, "API Too Many Calls", "The app has reached its API call rate limit"),
    (10, 403, "Permission Denied", "Permission is either not granted or has been removed"),
    (33, 400, "Parameter value is not valid", "The business phone number has been deleted"),
    (100, 400, "Invalid parameter", "The request included one or more unsupported or misspelled parameters"),
    (190, 401, "Error validating access token", "The access token has expired or is invalid"),
    (368, 403, "Temporarily blocked for policies violations", "The account has been restricted for violating a platform policy"),
    (80_007, 400, "Rate limit issues", "The WhatsApp Business Account has reached its rate limit"),
    (130_403, 400, "User is blocked", "The business has blocked this user"),
    (130_429, 400, "Rate limit hit", "Cloud API message throughput has been reached."),
    (130_472, 400, "User's number is part of an experiment", "Message was not sent as part of an experiment"),
    (130_497, 403, "Business account is restricted from messaging users in this country.", "The country is restricted for this account"),
    (131_000, 500, "Something went wrong", "Message failed to send due to an unknown error"),
    (131_005, 403, "Access denied", "Permission is either not granted or has been removed"),
    (131_008, 400, "Required parameter is missing", "The request is missing a required parameter"),
    (131_009, 400, "Parameter value is not valid", "One or more parameter values are invalid"),
    (131_016, 500, "Service unavailable", "A service is temporarily unavailable"),
    (131_021, 400, "Recipient cannot be sender", "Sender and recipient phone number is the same"),
    (131_026, 400, "Message undeliverable", "Message Undeliverable."),
    (131_030, 400, "Recipient phone number not in allowed list", "The recipient is not in the list of allowed phone numbers"),
    (131_031, 403, "Account has been locked", "The account is restricted or disabled for violating a platform policy"),
    (131_037, 400, "WhatsApp provided number needs display name approval", "The number has no approved display name"),
    (131_042, 400, "Business eligibility payment issue", "There was an error related to your payment method"),
    (131_045, 500, "Incorrect certificate", "Message failed to send due to a phone number registration error"),
    (
        131_047,
        400,
        "Re-engagement message",
        "Message failed to send because more than 24 hours have passed since the customer last replied to this number.",
    ),
    (131_048, 400, "Spam Rate limit hit", "Message failed to send because there are restrictions on how many messages can be sent"),
    (
        131_049,
        400,
        "This message was not delivered to maintain healthy ecosystem engagement.",
        "In order to maintain a healthy ecosystem engagement, the message failed to be delivered.",
    ),
    (131_050, 400, "User has stopped marketing messages", "The recipient has chosen to stop receiving marketing messages from you"),
    (131_051, 400, "Unsupported message type", "Message type is not currently supported."),
    (131_052, 400, "Media download error", "Unable to download the media sent by the user"),
    (131_053, 400, "Media upload error", "Unable to upload the media used in the message"),
    (131_056, 400, "(Business Account, Consumer Account) pair rate limit hit", "Too many messages sent to the same recipient"),
    (131_057, 500, "Account in maintenance mode", "Business Account is in maintenance mode"),
    (131_062, 400, "Business-scoped user IDs are not supported for this message", "Authentication templates need the phone number"),
    (131_063, 400, "Marketing templates are disabled", "Marketing templates are disabled for the Cloud API on this account"),
    (131_064, 400, "Account limited", "The account is limited because of templates in a wrong category"),
    (132_000, 400, "Number of parameters does not match the expected number of params", "The number of parameters does not match"),
    (132_001, 404, "Template name does not exist in the translation", "The template does not exist or has not been approved"),
    (132_005, 400, "Template hydrated text too long", "Translated text is too long"),
    (132_007, 400, "Template format character policy violated", "Template content violates a WhatsApp policy"),
    (132_012, 400, "Template parameter format mismatch", "Variable parameter values are formatted incorrectly"),
    (132_008, 400, "Template parameter format mismatch", "The format of a parameter does not match"),
    (132_015, 400, "Template is paused", "Template is paused due to low quality"),
    (132_016, 400, "Template is disabled", "Template has been paused too many times and is now permanently disabled"),
    (132_018, 400, "Template parameter is not valid", "There is an issue with the parameters of the template"),
    (133_004, 503, "Server temporarily unavailable", "Server is temporarily unavailable"),
    (133_000, 500, "Incomplete deregistration", "A previous deregistration attempt failed"),
    (133_005, 400, "Two step verification PIN mismatch", "The two-step verification PIN is incorrect"),
    (133_006, 400, "Phone number re-verification needed", "The phone number must be verified before it is registered"),
    (133_008, 400, "Too many two step verification PIN guesses", "There were too many guesses of the PIN for this number"),
    (133_009, 400, "Two step verification PIN guessed too fast", "The PIN was entered too quickly"),
    (133_010, 400, "Phone number not registered", "The phone number is not registered on the WhatsApp Business platform"),
    (133_016, 400, "Account register deregister rate limit exceeded", "Registration or deregistration failed due to its rate limit"),
    (133_015, 400, "Please wait a few minutes before attempting to register this phone number", "The number was deleted lately"),
    (136_025, 400, "Code verification error", "The verification code is not correct"),
    (137_000, 400, "Identity key hash mismatch", "The identity of the recipient has changed"),
    (135_000, 400, "Generic user error", "Message failed to send because of an unknown error with your request parameters"),
];

/// The wording for this code.
pub(crate) fn entry(code: i64) -> Entry {
    let row = ROWS.iter().find(|(known, ..)| *known == code);
    let (_, http_status, title, details) = row.copied().unwrap_or((code, 400, "An error occurred", "The simulator was told to fail"));
    Entry { http_status, title, details }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn throttling_is_a_400_and_a_missing_template_a_404() {
        assert_eq!(entry(130_429).http_status, 400);
        assert_eq!(entry(131_056).http_status, 400);
        assert_eq!(entry(132_001).http_status, 404);
        assert_eq!(entry(190).http_status, 401);
        assert_eq!(entry(424_242).http_status, 400);
    }
}
