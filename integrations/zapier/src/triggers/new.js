/**
 * The five triggers: something was added. Each is a REST hook, a webhook of the API of that type.
 */

import { API_ACCOUNT, BROADCAST, CONTACT, MESSAGE, TEMPLATE } from "../entities.js";
import { API_ACCOUNT_FILTER } from "../fields.js";
import { read } from "../http.js";
import { EVER, hookTrigger } from "./hook.js";

/**
 * Whether an entity is of the chosen account, if one was chosen.
 *
 * @param {Record<string, any>} entity
 * @param {Record<string, any>} inputData
 */
const isOfAccount = (entity, { apiAccountId }) => !apiAccountId || entity.apiAccountId === apiAccountId;

/**
 * Whether a message is in the chosen inbox, if one was chosen. A message does not say so itself: its conversation may be moved.
 *
 * @param {import("../http.js").Z} z
 * @param {import("../http.js").Bundle} bundle
 * @param {Record<string, any>} message
 */
const isInInbox = async (z, bundle, { conversationId }) => {
  const { inboxId } = bundle.inputData;
  if (!inboxId) {
    return true;
  }
  const inInbox = await read(z, bundle, MESSAGE.path, { inboxId, conversationId, fromDate: EVER, pageSize: 1 });
  return inInbox.items.length > 0;
};

export const newMessage = hookTrigger({
  entity: MESSAGE,
  noun: "Message",
  description: "Triggers when a message arrives from a contact, or is sent to one.",
  inputFields: [
    {
      key: "direction",
      label: "Direction",
      choices: { incoming: "Incoming: from a contact", outgoing: "Outgoing: to a contact" },
      default: "incoming",
      helpText: "Leave empty for both. A Zap that answers messages should start from incoming ones only, or it would answer itself.",
    },
    API_ACCOUNT_FILTER,
    {
      key: "inboxId",
      label: "Inbox",
      dynamic: "inbox_list.id.label",
      helpText: "Only of conversations in this inbox. Leave empty for all of them.",
    },
  ],
  isConfirmed: isInInbox,
  isWanted: (message, inputData) =>
    isOfAccount(message, inputData) && (!inputData.direction || message.messageDirection === inputData.direction),
});

export const newContact = hookTrigger({
  entity: CONTACT,
  noun: "Contact",
  description: "Triggers when a contact is added, by a person or because a stranger wrote.",
  inputFields: [API_ACCOUNT_FILTER],
  isWanted: isOfAccount,
});

export const newBroadcast = hookTrigger({
  entity: BROADCAST,
  noun: "Broadcast",
  description: "Triggers when a template message is sent to a contact.",
  inputFields: [API_ACCOUNT_FILTER],
  isWanted: isOfAccount,
});

export const newApiAccount = hookTrigger({
  entity: API_ACCOUNT,
  noun: "API Account",
  description: "Triggers when a WhatsApp number is added to your organisation.",
  inputFields: [],
  isWanted: () => true,
});

export const newTemplate = hookTrigger({
  entity: TEMPLATE,
  noun: "Template",
  description: "Triggers when a message template is added.",
  inputFields: [API_ACCOUNT_FILTER],
  isWanted: isOfAccount,
});
