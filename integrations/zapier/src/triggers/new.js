/**
 * The five triggers: something was added. Each is a REST hook, a webhook of the API of that type.
 */

import { API_ACCOUNT, BROADCAST, CONTACT, MESSAGE, TEMPLATE } from "../entities.js";
import { API_ACCOUNT_FILTER } from "../fields.js";
import { hookTrigger } from "./hook.js";

/**
 * Whether an entity is of the chosen account, if one was chosen.
 *
 * @param {Record<string, any>} entity
 * @param {Record<string, any>} inputData
 */
const isOfAccount = (entity, { apiAccountId }) => !apiAccountId || entity.apiAccountId === apiAccountId;

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
  ],
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
