//! Errors of one message, its recipient or its template: it cannot arrive as it is.

use super::{Action, Advice, Row, row};

const NO: Action = Action::Discard;

pub(super) const GROUPS: Advice = Advice { action: NO, sentence: "WhatsApp refused the message to a group. Write to the person instead." };
pub(super) const CALLS: Advice = Advice { action: NO, sentence: "WhatsApp refused the call. Send a message instead." };
pub(super) const USERNAMES: Advice = Advice { action: NO, sentence: "WhatsApp refused the business user name. Choose another one." };

const AUTOMATIC: &str = "WhatsApp made this template by itself, and it can be neither changed nor deleted. Submit one of your own.";

pub(super) const ROWS: &[Row] = &[
    row(100, NO, "WhatsApp found a mistake in the message. The details say which member is wrong."),
    row(130_403, NO, "You have blocked this customer. Unblock them to write to them."),
    row(130_472, NO, "WhatsApp holds this customer out of marketing messages for a study. Nothing can be done; it is not charged."),
    row(130_497, NO, "WhatsApp does not allow messages from this account to the customer's country."),
    row(131_008, NO, "A part of the message that WhatsApp requires is missing. The details say which one."),
    row(131_009, NO, "A value in the message is not valid. The details say which one."),
    row(131_020, NO, "WhatsApp refused the message to a group. Write to the person instead."),
    row(131_021, NO, "The message is addressed to the number that sends it. Choose another recipient."),
    row(131_026, NO, "The message cannot reach this number: it may not be on WhatsApp, or its app is too old. Check the number."),
    row(131_030, NO, "This is a test number, and the customer is not on its list. Add them in Meta's app dashboard."),
    row(131_041, NO, "WhatsApp refused the message to a group. Write to the person instead."),
    row(131_047, NO, "More than 24 hours have passed since the customer's last message. Send an approved template instead."),
    row(131_050, NO, "This customer has stopped marketing messages from you. Do not send any more of them."),
    row(131_051, NO, "WhatsApp does not support this kind of message. Send it in another form."),
    row(131_052, NO, "The customer's file could not be fetched. Ask them to send it again."),
    row(131_053, NO, "WhatsApp could not take the file. Check its type and size and send it again."),
    row(131_055, NO, "WhatsApp does not allow this way of sending for this account."),
    row(131_059, NO, "WhatsApp refused the message to a group. Write to the person instead."),
    row(131_062, NO, "This template needs the customer's phone number. Ask the customer to share it."),
    row(132_000, NO, "The number of values does not match the template. Fill in every placeholder."),
    row(132_001, NO, "The template does not exist in this language, or it is not approved yet. Choose another one."),
    row(132_005, NO, "The template becomes too long with these values. Shorten them."),
    row(132_007, NO, "The text breaks a rule of WhatsApp for templates. Change it."),
    row(132_008, NO, "A value does not have the form that the template asks for. Correct it."),
    row(132_012, NO, "A value does not have the form that the template asks for. Correct it."),
    row(132_015, NO, "WhatsApp has paused the template because customers rated it badly. Use another one until it is back."),
    row(132_016, NO, "WhatsApp has disabled the template for good. Use another one."),
    row(132_018, NO, "A value is not valid for the template. Correct it."),
    row(132_068, NO, "The flow in this message is blocked. Correct the flow at Meta."),
    row(134_100, NO, "Only marketing templates can be sent this way."),
    row(134_102, NO, "The template cannot be sent this way. Choose another one."),
    row(135_000, NO, "WhatsApp could not make sense of the message. Check its content."),
    row(137_000, NO, "The customer's identity has changed. Confirm who they are before writing on."),
    row(2_593_002, NO, "WhatsApp has no such template. Read the list of templates again."),
    row(2_593_109, NO, "The owner of the WhatsApp Business app has chosen not to share what was said before."),
    row(2_388_019, NO, "The account has as many templates as WhatsApp allows. Delete one first."),
    row(2_388_024, NO, "There is a template of this name in this language already. Change that one or choose another name."),
    row(2_388_039, NO, "The template cannot be changed in its present state. Wait for the review."),
    row(2_388_040, NO, "A part of the template is too long. Shorten it."),
    row(2_388_047, NO, "The template's header is not written correctly. Correct it."),
    row(2_388_072, NO, "The template's body is not written correctly. Correct it."),
    row(2_388_073, NO, "The template's footer is not written correctly. Correct it."),
    row(2_388_293, NO, "The template has too many placeholders for its length. Add words or remove placeholders."),
    row(2_388_299, NO, "A template must not begin or end with a placeholder. Add words around it."),
    row(2_388_318, NO, AUTOMATIC),
    row(2_388_330, NO, AUTOMATIC),
];
