/** Finding a contact, and making one that is not found. */

import { CONTACT, withId } from "../entities.js";
import { API_ACCOUNT_FILTER } from "../fields.js";
import { read } from "../http.js";

/**
 * @param {import("../http.js").Z} z
 * @param {import("../http.js").Bundle} bundle
 */
const perform = async (z, bundle) => {
  const { apiAccountId, mobileNumber, email, name } = bundle.inputData;
  if (!mobileNumber && !email && !name) {
    throw new z.errors.HaltedError("Give a mobile number, an e-mail address or a name to look for.");
  }
  // The number alone tells contacts apart: with another name it is still the same one, and could not be created again.
  const wanted = mobileNumber ? { mobileNumber } : { email, name };
  const page = await read(z, bundle, CONTACT.path, { apiAccountId, ...wanted });
  return page.items.map(withId(CONTACT));
};

export const contactSearch = {
  key: "contact",
  noun: "Contact",
  display: { label: "Find Contact", description: "Finds a contact by mobile number, e-mail address or name." },
  operation: {
    inputFields: [
      API_ACCOUNT_FILTER,
      {
        key: "mobileNumber",
        label: "Mobile Number",
        placeholder: "+447902111123",
        helpText: "In international form. With a number, e-mail and name are not looked at.",
      },
      { key: "email", label: "E-mail", helpText: "The whole address." },
      { key: "name", label: "Name", helpText: "The whole name. Capital letters do not matter." },
    ],
    perform,
    sample: CONTACT.sample,
    outputFields: CONTACT.outputFields,
  },
};

export const findOrCreateContact = {
  key: contactSearch.key,
  display: { label: "Find or Create Contact", description: "Finds a contact, or adds it when there is none." },
  search: contactSearch.key,
  create: "contact",
};
