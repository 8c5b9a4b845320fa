"""What a well-formed request may be refused for although the document cannot say so: one operation, one code, one reason.

These narrow the check `positive_data_acceptance` and no other; any other refusal of a well-formed request is a failure.
"""

from dataclasses import dataclass

LISTS_BY_TIME = ("GET /broadcast", "GET /contact", "GET /message", "GET /webhook/{webhookId}/delivery", "POST /webhook/{webhookId}/replay")
REFERRING = ("POST /broadcast", "POST /contact", "POST /message")
WEBHOOK_WRITES = ("POST /organisation", "POST /webhook", "POST /webhooks", "PUT /webhook/{webhookId}", "PUT /webhooks/{webhookId}")


@dataclass(frozen=True)
class Refusal:
    """A refusal that no schema can announce."""

    operations: tuple[str, ...]
    code: str
    reason: str
    # Where the code alone says too little: how the sentence begins.
    detail: str = ""

    def covers(self, operation, problem):
        """Whether an answer is this refusal."""
        return operation in self.operations and problem["code"] == self.code and problem["detail"].startswith(self.detail)


REFUSALS = (
    Refusal(LISTS_BY_TIME, "invalid_parameter", "two parameters are compared", "fromDate is later than toDate"),
    Refusal(("POST /oauth/token",), "invalid_credentials", "an invented user does not exist; the documented status is 400"),
    Refusal(REFERRING, "unknown_reference", "an invented id refers to nothing; the documented status is 400"),
    Refusal(("POST /broadcast", "POST /message"), "contact_not_in_api_account", "two ids that exist need not belong together"),
    Refusal(("POST /message",), "session_window_closed", "an existing contact may not have written yet"),
    Refusal(("POST /broadcast",), "contact_unsubscribed", "an existing contact may have opted out"),
    Refusal(("POST /broadcast",), "template_not_usable", "an existing template may be another api account's"),
    Refusal(("POST /broadcast",), "template_mismatch", "an invented text is not a filling of the template"),
    Refusal(("POST /broadcast",), "invalid_member", "how many values there must be, the template says", "parameters."),
    Refusal(("POST /broadcast",), "template_parameters_required", "which values are needed, the template says"),
    Refusal(("PUT /contact/{contactId}",), "id_mismatch", "body and path are compared"),
    Refusal(("PUT /contact/{contactId}",), "immutable_member", "the body is compared with what is stored"),
    Refusal(("PUT /contact/{contactId}",), "missing_member", "only who has no number may stay without", "mobileNumber cannot be emptied"),
    Refusal(("PUT /conversation/{conversationId}",), "assign_user_or_team", "two members are compared"),
    Refusal(("PUT /conversation/{conversationId}",), "invalid_assignee", "an invented id refers to nobody"),
    Refusal(("POST /webhook/{webhookId}/replay",), "missing_member", "either a delivery is named or both ends of a time are"),
    Refusal(("POST /webhook/{webhookId}/replay",), "invalid_member", "the members are compared with each other"),
    Refusal(("POST /webhook/{webhookId}/replay",), "webhook_disabled", "an existing webhook may be off"),
    Refusal(WEBHOOK_WRITES, "target_not_allowed", "which hosts are public, no pattern can say"),
)
