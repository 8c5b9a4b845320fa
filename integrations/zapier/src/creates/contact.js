/** Adding a contact. */

import { CONTACT, withId } from "../entities.js";
import { API_ACCOUNT_FIELD } from "../fields.js";
import { create } from "../http.js";

/**
 * @param {import("../http.js").Z} z
 * @param {import("../http.js").Bundle} bundle
 */
const perform = async (z, bundle) => {
  const { apiAccountId, mobileNumber, name, email, status, tags } = bundle.inputData;
  return withId(CONTACT)(await create(z, bundle, CONTACT.path, { apiAccountId, mobileNumber, name, email, status, tags }));
};

export const contactCreate = {
  key: "contact",
  noun: "Contact",
  display: { label: "Create Contact", description: "Adds a contact to one of your WhatsApp numbers." },
  operation: {
    inputFields: [
      API_ACCOUNT_FIELD,
      {
        key: "mobileNumber",
        label: "Mobile Number",
        required: true,
        placeholder: "+447902111123",
        helpText: "In international form. A number can be added only once to each API account.",
      },
      { key: "name", label: "Name", helpText: "The mobile number is used if you leave this empty." },
      { key: "email", label: "E-mail", helpText: "Optional." },
      {
        key: "status",
        label: "Status",
        choices: { Presubscribed: "Presubscribed", Subscribed: "Subscribed", Unsubscribed: "Unsubscribed" },
        default: "Presubscribed",
        helpText: "Presubscribed: known, but has not agreed or written yet. Unsubscribed contacts get no broadcasts.",
      },
      { key: "tags", label: "Tags", list: true, helpText: "One in each field; new tags are made as needed." },
    ],
    perform,
    sample: CONTACT.sample,
    outputFields: CONTACT.outputFields,
  },
};
