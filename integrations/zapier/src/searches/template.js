/** Finding a template by its name. */

import { TEMPLATE, withId } from "../entities.js";
import { API_ACCOUNT_FILTER } from "../fields.js";
import { read } from "../http.js";

/**
 * @param {import("../http.js").Z} z
 * @param {import("../http.js").Bundle} bundle
 */
const perform = async (z, bundle) => {
  const { apiAccountId, name, language } = bundle.inputData;
  const page = await read(z, bundle, TEMPLATE.path, { apiAccountId, name });
  const isWanted = (template) => !language || template.language.toLowerCase() === language.toLowerCase();
  return page.items.filter(isWanted).map(withId(TEMPLATE));
};

export const templateSearch = {
  key: "template",
  noun: "Template",
  display: { label: "Find Template", description: "Finds a message template by its name." },
  operation: {
    inputFields: [
      API_ACCOUNT_FILTER,
      { key: "name", label: "Name", required: true, placeholder: "follow_up", helpText: "The whole name. Capital letters do not matter." },
      { key: "language", label: "Language", placeholder: "en_GB", helpText: "As WhatsApp spells it. Leave empty for any." },
    ],
    perform,
    sample: TEMPLATE.sample,
    outputFields: TEMPLATE.outputFields,
  },
};
