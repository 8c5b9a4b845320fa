/** What the app promises against what the server gives: samples, output fields, dropdowns. */

import assert from "node:assert/strict";
import { test } from "node:test";
import app from "../../index.js";
import { leaves } from "../support/contract.js";
import { API_ACCOUNT_ID, TEMPLATE_ID, bundle, contactWithOpenWindow, newNumber, perform, run } from "../support/server.js";

const { triggers, creates, searches } = app;

/** Members that are there only sometimes: a failure, and the message of a broadcast, which is made a little later. */
const FAILURE = ["failure__code", "failure__detail"];
const SOMETIMES = { message: FAILURE, broadcast: [...FAILURE, "messageId"] };

/** How an answer differs from a sample, in names and in types. */
const differences = (sample, answer, sometimes = []) => {
  const [expected, actual] = [leaves(sample), leaves(answer)];
  const at = (value, leaf) => leaf.split("__").reduce((member, key) => member[key], value);
  const kind = (value) => (Array.isArray(value) ? "list" : typeof value);
  return [
    ...expected.filter((leaf) => !actual.includes(leaf) && !sometimes.includes(leaf)).map((leaf) => `no ${leaf}`),
    ...actual.filter((leaf) => !expected.includes(leaf) && !sometimes.includes(leaf)).map((leaf) => `also ${leaf}`),
    ...expected
      .filter((leaf) => actual.includes(leaf) && kind(at(sample, leaf)) !== kind(at(answer, leaf)))
      .map((leaf) => `${leaf} is a ${kind(at(answer, leaf))}`),
  ];
};

const matchesSample = ({ key, operation }, answer) =>
  assert.deepEqual(differences(operation.sample, answer, SOMETIMES[key]), [], key);

test("a sample that lies is found out", () => {
  assert.deepEqual(differences({ id: "1", a: { b: true } }, { id: 1, c: "x" }), ["no a__b", "also c", "id is a number"]);
  assert.deepEqual(differences({ id: "1", messageId: "2" }, { id: "1" }, ["messageId"]), []);
});

test("what actions answer looks like their samples", async () => {
  const { contactId } = await contactWithOpenWindow();
  const addressed = { apiAccountId: API_ACCOUNT_ID, contactId };
  matchesSample(creates.contact, await perform(creates.contact, { apiAccountId: API_ACCOUNT_ID, mobileNumber: newNumber() }));
  matchesSample(creates.message, await perform(creates.message, { ...addressed, message: "hello" }));
  const filledIn = { templateId: TEMPLATE_ID, placeholder_1: "Jack", placeholder_2: "tea" };
  matchesSample(creates.broadcast, await perform(creates.broadcast, { ...addressed, ...filledIn }));
});

test("what searches find looks like their samples", async () => {
  const { mobileNumber } = await contactWithOpenWindow();
  matchesSample(searches.contact, (await perform(searches.contact, { mobileNumber }))[0]);
  matchesSample(searches.template, (await perform(searches.template, { name: "follow_up" }))[0]);
});

test("every trigger has something to show while a Zap is built, and it looks like the sample", async () => {
  const { contactId } = await contactWithOpenWindow();
  const filledIn = { templateId: TEMPLATE_ID, placeholder_1: "Jack", placeholder_2: "tea" };
  await perform(creates.broadcast, { apiAccountId: API_ACCOUNT_ID, contactId, ...filledIn });
  for (const trigger of Object.values(triggers).filter(({ operation }) => operation.type === "hook")) {
    const listed = await run(trigger.operation.performList, await bundle());
    assert.ok(listed.length > 0, trigger.key);
    listed.forEach((entity) => matchesSample(trigger, entity));
  }
});

test("the list of a trigger keeps to the Zap's settings", async () => {
  const { contactId } = await contactWithOpenWindow();
  await perform(creates.message, { apiAccountId: API_ACCOUNT_ID, contactId, message: "hello" });
  const listed = async (inputData) => run(triggers.message.operation.performList, await bundle(inputData));
  const directions = async (inputData) => [...new Set((await listed(inputData)).map(({ messageDirection }) => messageDirection))].sort();
  assert.deepEqual(await directions({}), ["incoming", "outgoing"]);
  assert.deepEqual(await directions({ direction: "incoming", apiAccountId: API_ACCOUNT_ID }), ["incoming"]);
  assert.deepEqual(await directions({ apiAccountId: TEMPLATE_ID }), []);
  assert.deepEqual(await directions({ inboxId: TEMPLATE_ID }), []);
});

test("dropdowns offer ids with names, page by page", async () => {
  await contactWithOpenWindow();
  for (const list of [triggers.apiaccount_list, triggers.contact_list, triggers.inbox_list, triggers.template_list]) {
    const choices = await perform(list, { apiAccountId: API_ACCOUNT_ID });
    assert.ok(choices.length > 0, list.key);
    choices.forEach((choice) => matchesSample(list, choice));
    const afterTheLast = await run(list.operation.perform, await bundle({}, { meta: { page: 1000 } }));
    assert.deepEqual(afterTheLast, []);
  }
  const labels = (await perform(triggers.template_list, { apiAccountId: API_ACCOUNT_ID })).map(({ label }) => label);
  assert.ok(labels.includes("follow_up (en_GB)"), labels.join());
});
