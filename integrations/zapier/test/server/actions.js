/** Actions and searches, and how they are refused. */

import assert from "node:assert/strict";
import { test } from "node:test";
import app from "../../index.js";
import { placeholderFields } from "../../src/creates/broadcast.js";
import { worded } from "../support/contract.js";
import {
  API_ACCOUNT_ID,
  TEMPLATE_ID,
  ask,
  bundle,
  contactWithOpenWindow,
  newNumber,
  perform,
  run,
  textsOnThePhone,
  until,
} from "../support/server.js";

const { creates, searches } = app;

test("a contact is created with everything that was filled in", async () => {
  const filledIn = { mobileNumber: newNumber(), name: "Zoë", email: "zoe@example.com", status: "Subscribed", tags: ["vip", "new"] };
  const contact = await perform(creates.contact, { apiAccountId: API_ACCOUNT_ID, ...filledIn });
  assert.deepEqual(contact, { id: contact.contactId, ...(await ask(`/contact/${contact.contactId}`)) });
  for (const [member, value] of Object.entries(filledIn)) {
    assert.deepEqual(contact[member], value, member);
  }
});

test("a duplicate halts with the server's sentence", async () => {
  const filledIn = { apiAccountId: API_ACCOUNT_ID, mobileNumber: newNumber() };
  await perform(creates.contact, filledIn);
  await assert.rejects(perform(creates.contact, filledIn), (error) => {
    assert.equal(error.name, "HaltedError");
    return error.message.includes("Duplicate Contact attempted - contact mobileNumber must be unique per apiAccount");
  });
});

test("a message reaches the customer", async () => {
  const { contactId, mobileNumber } = await contactWithOpenWindow();
  const message = await perform(creates.message, { apiAccountId: API_ACCOUNT_ID, contactId, message: "See you at 8 🙂" });
  assert.deepEqual([message.id, message.messageDirection], [message.messageId, "outgoing"]);
  await until("the message on the phone", async () => (await textsOnThePhone(mobileNumber)).includes("See you at 8 🙂"));
});

test("a closed window halts with the server's sentence, which says what to do", async () => {
  const contact = await perform(creates.contact, { apiAccountId: API_ACCOUNT_ID, mobileNumber: newNumber() });
  const sending = perform(creates.message, { apiAccountId: API_ACCOUNT_ID, contactId: contact.id, message: "hello" });
  await assert.rejects(sending, (error) => error.name === "HaltedError" && /broadcast/i.test(error.message));
});

test("placeholders become fields, each with words", async () => {
  const [shown, ...fields] = await run(placeholderFields, await bundle({ templateId: TEMPLATE_ID }));
  assert.equal(shown.type, "copy");
  assert.match(shown.helpText, /^Hi \{\{1\}\}, thanks/);
  assert.deepEqual(fields.map(({ key, required }) => [key, required]), [
    ["placeholder_1", true],
    ["placeholder_2", true],
  ]);
  assert.deepEqual([shown, ...fields].flatMap((field) => worded("broadcast", field)), []);
});

test("before a template is chosen there are no placeholders", async () => {
  assert.deepEqual(await run(placeholderFields, await bundle()), []);
});

test("a broadcast reaches a customer who never wrote", async () => {
  const contact = await perform(creates.contact, { apiAccountId: API_ACCOUNT_ID, mobileNumber: newNumber() });
  const filledIn = { placeholder_1: "Jack", placeholder_2: "the house, thanks for it", placeholder_9: "of another template" };
  const sent = { apiAccountId: API_ACCOUNT_ID, contactId: contact.id, templateId: TEMPLATE_ID, ...filledIn };
  const broadcast = await perform(creates.broadcast, sent);
  const text = "Hi Jack, thanks for the conversation earlier about the house, thanks for it lets catch up soon.";
  assert.deepEqual([broadcast.id, broadcast.message], [broadcast.broadcastId, text]);
  await until("the broadcast on the phone", async () => (await textsOnThePhone(contact.mobileNumber)).includes(text));
});

test("an empty placeholder and an unsubscribed contact halt", async () => {
  const contact = await perform(creates.contact, { apiAccountId: API_ACCOUNT_ID, mobileNumber: newNumber(), status: "Unsubscribed" });
  const sent = { apiAccountId: API_ACCOUNT_ID, contactId: contact.id, templateId: TEMPLATE_ID, placeholder_1: "Jack" };
  await assert.rejects(perform(creates.broadcast, sent), { name: "HaltedError" });
  const unsubscribed = (error) => error.name === "HaltedError" && /subscribe/i.test(error.message);
  await assert.rejects(perform(creates.broadcast, { ...sent, placeholder_2: "tea" }), unsubscribed);
});

test("a contact is found by number, however it is written, and by name or e-mail", async () => {
  const mobileNumber = newNumber();
  const [name, email] = [`Zoë ${mobileNumber}`, `zoe${mobileNumber.slice(1)}@example.com`];
  const contact = await perform(creates.contact, { apiAccountId: API_ACCOUNT_ID, mobileNumber, name, email });
  const found = async (inputData) => (await perform(searches.contact, inputData)).map(({ id }) => id);
  assert.deepEqual(await found({ mobileNumber }), [contact.id]);
  assert.deepEqual(await found({ mobileNumber: `00${mobileNumber.slice(1)}`, name: "Somebody Else" }), [contact.id]);
  assert.deepEqual(await found({ name: name.toUpperCase(), apiAccountId: API_ACCOUNT_ID }), [contact.id]);
  assert.deepEqual(await found({ email }), [contact.id]);
  assert.deepEqual(await found({ mobileNumber: newNumber() }), []);
  await assert.rejects(found({}), { name: "HaltedError" });
});

test("finding or creating a contact makes it once", async () => {
  const pair = app.searchOrCreates.contact;
  const filledIn = { apiAccountId: API_ACCOUNT_ID, mobileNumber: newNumber(), name: "Zoë" };
  const search = () => perform(searches[pair.search], filledIn);
  assert.deepEqual(await search(), []);
  const created = await perform(creates[pair.create], filledIn);
  assert.deepEqual(await search(), [created]);
});

test("a template is found by name, and by language", async () => {
  const found = async (inputData) => (await perform(searches.template, inputData)).map(({ id }) => id);
  assert.deepEqual(await found({ name: "Follow_Up", apiAccountId: API_ACCOUNT_ID }), [TEMPLATE_ID]);
  assert.deepEqual(await found({ name: "follow_up", language: "EN_gb" }), [TEMPLATE_ID]);
  assert.deepEqual(await found({ name: "follow_up", language: "de" }), []);
  assert.deepEqual(await found({ name: "there is none" }), []);
});
