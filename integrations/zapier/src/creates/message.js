/** Answering a contact: a session message, which WhatsApp takes for 24 hours after the contact wrote. */

import { MESSAGE, withId } from "../entities.js";
import { API_ACCOUNT_FIELD, CONTACT_FIELD } from "../fields.js";
import { create } from "../http.js";

/**
 * @param {import("../http.js").Z} z
 * @param {import("../http.js").Bundle} bundle
 */
const perform = async (z, bundle) => {
  const { apiAccountId, contactId, message } = bundle.inputData;
  return withId(MESSAGE)(await create(z, bundle, MESSAGE.path, { apiAccountId, contactId, message }));
};

export const messageCreate = {
  key: "message",
  noun: "Message",
  display: {
    label: "Send Message",
    description: "Sends a text to a contact who has written in the last 24 hours. To others, send a broadcast.",
  },
  operation: {
    inputFields: [
      API_ACCOUNT_FIELD,
      CONTACT_FIELD,
      { key: "message", label: "Message", type: "text", required: true, helpText: "Up to 4,096 characters." },
    ],
    perform,
    // What is sent is outgoing, and has not arrived yet.
    sample: {
      ...MESSAGE.sample,
      bodyText: "Hi John, that sounds good progress, keep me informed please.",
      messageDirection: "outgoing",
      isSent: false,
      isDelivered: false,
      senderFirstName: "john",
      senderLastName: "smith",
    },
    outputFields: MESSAGE.outputFields,
  },
};
