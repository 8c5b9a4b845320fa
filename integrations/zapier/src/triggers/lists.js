/**
 * What the dropdowns offer: hidden triggers, each item an id and a label that a person recognises.
 */

import { read } from "../http.js";

/** @typedef {import("../http.js").Z} Z */
/** @typedef {import("../http.js").Bundle} Bundle */

/**
 * @param {object} list
 * @param {string} list.key
 * @param {string} list.noun
 * @param {string} [list.plural]
 * @param {string} list.path
 * @param {string[]} list.filters input fields that narrow the list down
 * @param {(item: any) => boolean} [list.isOffered]
 * @param {(item: any) => { id: string, label: string }} list.toChoice
 * @param {{ id: string, label: string }} list.sample
 */
const dropdown = ({ key, noun, plural = `${noun}s`, path, filters, isOffered = () => true, toChoice, sample }) => ({
  key,
  noun,
  display: { label: `List of ${plural}`, description: `What the dropdown of ${plural} offers.`, hidden: true },
  operation: {
    type: "polling",
    canPaginate: true,
    /**
     * @param {Z} z
     * @param {Bundle} bundle
     */
    perform: async (z, bundle) => {
      const narrowed = Object.fromEntries(filters.map((filter) => [filter, bundle.inputData?.[filter]]));
      // Zapier counts pages from 0.
      const page = await read(z, bundle, path, { ...narrowed, page: (bundle.meta?.page ?? 0) + 1 });
      return page.items.filter(isOffered).map(toChoice);
    },
    sample,
    outputFields: [
      { key: "id", label: "ID", primary: true },
      { key: "label", label: "Label" },
    ],
  },
});

export const apiAccountList = dropdown({
  key: "apiaccount_list",
  noun: "API Account",
  path: "/apiaccount",
  filters: [],
  toChoice: ({ apiAccountId, name, phoneNumber }) => ({ id: apiAccountId, label: `${name} (${phoneNumber})` }),
  sample: { id: "3fa85f64-5717-4562-b3fc-2c963f66afa6", label: "Stitch Recruit Contract (+447700900001)" },
});

export const contactList = dropdown({
  key: "contact_list",
  noun: "Contact",
  path: "/contact",
  filters: ["apiAccountId"],
  toChoice: ({ contactId, name, mobileNumber }) => ({ id: contactId, label: mobileNumber ? `${name} (${mobileNumber})` : name }),
  sample: { id: "17b5c90a-7465-1097-b2db-66afa62c963f", label: "Test Customer (+447902111123)" },
});

export const inboxList = dropdown({
  key: "inbox_list",
  noun: "Inbox",
  plural: "Inboxes",
  path: "/inbox",
  filters: ["apiAccountId"],
  toChoice: ({ inboxId, name }) => ({ id: inboxId, label: name }),
  sample: { id: "84ca7cae-b7aa-47da-bafa-b9bb4acd2c7e", label: "my inbox" },
});

export const templateList = dropdown({
  key: "template_list",
  noun: "Template",
  path: "/template",
  filters: ["apiAccountId"],
  // WhatsApp sends no others.
  isOffered: ({ status }) => status === "Approved",
  toChoice: ({ templateId, name, language }) => ({ id: templateId, label: language ? `${name} (${language})` : name }),
  sample: { id: "0bbadd13-0e3f-4ebb-9f65-9e6ee460d7ba", label: "follow_up (en_GB)" },
});
