/**
 * Sending a template. Each placeholder of the chosen template becomes a field of its own, so nobody has to type the
 * template's text again.
 */

import { BROADCAST, TEMPLATE, withId } from "../entities.js";
import { API_ACCOUNT_FIELD, CONTACT_FIELD } from "../fields.js";
import { create, read } from "../http.js";
import { fieldKey, placeholders } from "../template_text.js";

/** @typedef {import("../http.js").Z} Z */
/** @typedef {import("../http.js").Bundle} Bundle */

/** The longest help text that Zapier takes. */
const LONGEST_HELP = 1000;

/**
 * @param {Z} z
 * @param {Bundle} bundle
 * @returns {Promise<string>}
 */
const templateText = async (z, bundle) => {
  const id = encodeURIComponent(bundle.inputData.templateId);
  return (await read(z, bundle, `${TEMPLATE.path}/${id}`)).templateText;
};

/**
 * The text of the chosen template, to read, and a field for each of its placeholders.
 *
 * @param {Z} z
 * @param {Bundle} bundle
 */
export const placeholderFields = async (z, bundle) => {
  if (!bundle.inputData.templateId) {
    return [];
  }
  const text = await templateText(z, bundle);
  const shown = { key: "templateText", label: "Template", type: "copy", helpText: text.slice(0, LONGEST_HELP) };
  const toField = (name) => ({
    key: fieldKey(name),
    label: /^\d+$/.test(name) ? `Placeholder ${name}` : name.replaceAll("_", " "),
    required: true,
    helpText: `What stands for {{${name}}} in the template.`,
  });
  return [shown, ...placeholders(text).map(toField)];
};

/**
 * @param {Z} z
 * @param {Bundle} bundle
 */
const perform = async (z, bundle) => {
  const { apiAccountId, contactId, templateId, headerValues: header, buttonValues: buttons } = bundle.inputData;
  const text = await templateText(z, bundle);
  const names = placeholders(text);
  // Read from the template, since fields of a template that was chosen earlier may still be filled in.
  const body = Object.fromEntries(names.map((name) => [name, String(bundle.inputData[fieldKey(name)] ?? "")]));
  const words = names.length > 0 ? { body } : {};
  const parameters = { ...words, ...(header?.length ? { header } : {}), ...(buttons?.length ? { buttons } : {}) };
  const said = names.length > 0 ? { parameters } : { message: text, parameters };
  return withId(BROADCAST)(await create(z, bundle, BROADCAST.path, { apiAccountId, contactId, templateId, ...said }));
};

export const broadcastCreate = {
  key: "broadcast",
  noun: "Broadcast",
  display: { label: "Send Broadcast", description: "Sends an approved template to one contact, at any time." },
  operation: {
    inputFields: [
      API_ACCOUNT_FIELD,
      CONTACT_FIELD,
      {
        key: "templateId",
        label: "Template",
        required: true,
        dynamic: "template_list.id.label",
        search: "template.id",
        altersDynamicFields: true,
        helpText: "Only approved templates can be sent.",
      },
      placeholderFields,
      {
        key: "headerValues",
        label: "Header Values",
        list: true,
        helpText: "Only if the template's header has a variable: its text, or the address of its picture, video or document.",
      },
      {
        key: "buttonValues",
        label: "Button Values",
        list: true,
        helpText: "Only if buttons of the template have variables: one value for each, in their order.",
      },
    ],
    perform,
    sample: BROADCAST.sample,
    outputFields: BROADCAST.outputFields,
  },
};
