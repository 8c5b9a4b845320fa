/** The definition by itself: Zapier's own validation, and what that misses. Every rule is shown to find its mistake. */

import assert from "node:assert/strict";
import { test } from "node:test";
import zapier from "zapier-platform-core";
import app from "../index.js";
import { findings } from "./support/contract.js";

/** What `zapier validate` says, without its network. */
const validated = async (definition) => (await zapier.createAppHandler(definition)({ command: "validate" })).results;

/** The app with one step's definition changed. */
const withStep = (kind, key, change) => {
  const step = app[kind][key];
  return { ...app, [kind]: { ...app[kind], [key]: { ...step, operation: { ...step.operation, ...change } } } };
};

/** The app with one input field of a step changed. */
const withInput = (kind, key, field, change) => {
  const { inputFields } = app[kind][key].operation;
  return withStep(kind, key, { inputFields: inputFields.map((one) => (one.key === field ? { ...one, ...change } : one)) });
};

const without = (object, ...keys) => Object.fromEntries(Object.entries(object).filter(([key]) => !keys.includes(key)));

test("Zapier's own validation has nothing to say", async () => {
  assert.deepEqual(await validated(app), []);
});

test("Zapier's own validation is really run", async () => {
  assert.notDeepEqual(await validated({ ...app, version: "one" }), []);
});

test("there are exactly the published triggers, actions and searches", () => {
  const visible = Object.values(app.triggers).filter(({ display }) => !display.hidden);
  assert.deepEqual(visible.map(({ key }) => key).sort(), ["apiaccount", "broadcast", "contact", "message", "template"]);
  assert.deepEqual(Object.keys(app.creates).sort(), ["broadcast", "contact", "message"]);
  assert.deepEqual(Object.keys(app.searches).sort(), ["contact", "template"]);
  assert.deepEqual(Object.keys(app.searchOrCreates), ["contact"]);
});

test("nothing that Zapier's validation misses is wrong either", () => {
  assert.deepEqual(findings(app), []);
});

const { sample, outputFields } = app.triggers.message.operation;

const MISTAKES = {
  "triggers.message has no sample": withStep("triggers", "message", { sample: undefined }),
  "triggers.message has a sample without an id": withStep("triggers", "message", { sample: without(sample, "id") }),
  "triggers.message has no bodyText in its sample": withStep("triggers", "message", { sample: without(sample, "bodyText") }),
  "triggers.message has no contact__name in its sample": withStep("triggers", "message", {
    sample: { ...sample, contact: without(sample.contact, "name") },
  }),
  "triggers.message has no output field for isRead": withStep("triggers", "message", {
    outputFields: outputFields.filter(({ key }) => key !== "isRead"),
  }),
  "triggers.message has no label for isRead": withStep("triggers", "message", {
    outputFields: outputFields.map((field) => (field.key === "isRead" ? { key: "isRead" } : field)),
  }),
  "triggers.contact has no performList": withStep("triggers", "contact", { performList: undefined }),
  "triggers.contact has no performUnsubscribe": withStep("triggers", "contact", { performUnsubscribe: undefined }),
  "triggers.template is visible and no REST hook": withStep("triggers", "template", { type: "polling" }),
  "creates.message takes the dropdown of contactId from contacts, which does not exist": withInput("creates", "message", "contactId", {
    dynamic: "contacts.id.label",
  }),
  "creates.message takes title for contactId from contact_list, which does not have it": withInput("creates", "message", "contactId", {
    dynamic: "contact_list.id.title",
  }),
  "creates.message offers for contactId a search person.id, which does not exist": withInput("creates", "message", "contactId", {
    search: "person.id",
  }),
  "creates.contact has no label for the input tags": withInput("creates", "contact", "tags", { label: undefined }),
  "creates.contact has no help for the input email": withInput("creates", "contact", "email", { helpText: "" }),
  "triggers.template_list is hidden and no dropdown uses it": withInput("creates", "broadcast", "templateId", { dynamic: undefined }),
  "searchOrCreates.contact names a create person, which does not exist": {
    ...app,
    searchOrCreates: { contact: { ...app.searchOrCreates.contact, create: "person" } },
  },
  "authentication has no help for the input password": {
    ...app,
    authentication: {
      ...app.authentication,
      fields: app.authentication.fields.map((field) => (field.key === "password" ? without(field, "helpText") : field)),
    },
  },
};

for (const [sentence, mistaken] of Object.entries(MISTAKES)) {
  test(`a mistake is found: ${sentence}`, () => {
    assert.ok(findings(mistaken).includes(sentence), JSON.stringify(findings(mistaken)));
  });
}
