/** Input fields that several steps have, worded once. */

/** Which WhatsApp number; needed to send or to make something. */
export const API_ACCOUNT_FIELD = {
  key: "apiAccountId",
  label: "API Account",
  required: true,
  dynamic: "apiaccount_list.id.label",
  helpText: "The WhatsApp number of your organisation.",
};

/** The same where it only narrows something down. */
export const API_ACCOUNT_FILTER = {
  ...API_ACCOUNT_FIELD,
  required: false,
  helpText: "Only of this WhatsApp number. Leave empty for all of them.",
};

/** Whom to write to. */
export const CONTACT_FIELD = {
  key: "contactId",
  label: "Contact",
  required: true,
  dynamic: "contact_list.id.label",
  search: "contact.id",
  helpText: "Pick a contact, or add a step that finds or creates one and use its ID.",
};
