/** REST hooks from end to end: subscribe, event, delivery, `perform`, unsubscribe, silence. */

import assert from "node:assert/strict";
import { test } from "node:test";
import app from "../../index.js";
import { receiver } from "../support/receiver.js";
import { API_ACCOUNT_ID, TEMPLATE_ID, ask, bundle, contactWithOpenWindow, customerWrites, newNumber, perform, run } from "../support/server.js";

const { triggers, creates } = app;

/** Subscribes, and unsubscribes at the end if the test did not. */
const subscribe = async (t, trigger, targetUrl) => {
  const subscribeData = await run(trigger.operation.performSubscribe, await bundle({}, { targetUrl }));
  const unsubscribe = async () => run(trigger.operation.performUnsubscribe, await bundle({}, { targetUrl, subscribeData }));
  t.after(unsubscribe);
  return { webhookId: subscribeData.id, unsubscribe };
};

/** What a Zap with these settings makes of a delivery. */
const performed = async (trigger, cleanedRequest, inputData = {}) =>
  run(trigger.operation.perform, await bundle(inputData, { cleanedRequest }));

test("a customer's message starts a Zap", async (t) => {
  const zapier = await receiver(t);
  const { webhookId } = await subscribe(t, triggers.message, zapier.url("message"));
  const webhook = await ask(`/webhook/${webhookId}`);
  assert.deepEqual([webhook.type, webhook.targetUrl, webhook.isEnabled], ["message", zapier.url("message"), true]);
  const number = newNumber();
  await customerWrites(number, "Grüße 👋");
  const delivery = await zapier.first("message", ({ bodyText }) => bodyText === "Grüße 👋");
  assert.equal(delivery.headers["x-msgboxx-event"], "message");
  const [message, ...others] = await performed(triggers.message, JSON.parse(delivery.content), { direction: "incoming" });
  assert.equal(others.length, 0);
  assert.equal(message.contact.mobileNumber, number);
  assert.deepEqual(message, { id: message.messageId, ...(await ask(`/message/${message.messageId}`)) });
});

test("a Zap gets only what its settings say", async (t) => {
  const zapier = await receiver(t);
  await subscribe(t, triggers.message, zapier.url("message"));
  const contact = await contactWithOpenWindow();
  const sent = await perform(creates.message, { apiAccountId: API_ACCOUNT_ID, contactId: contact.contactId, message: "to you" });
  const { content } = await zapier.first("message", ({ messageId }) => messageId === sent.messageId);
  const started = async (inputData) => (await performed(triggers.message, JSON.parse(content), inputData)).length;
  assert.equal(await started({}), 1);
  assert.equal(await started({ direction: "outgoing", apiAccountId: API_ACCOUNT_ID }), 1);
  assert.equal(await started({ direction: "incoming" }), 0);
  assert.equal(await started({ apiAccountId: TEMPLATE_ID }), 0);
  const [inbox] = (await ask("/inbox")).items;
  assert.equal(await started({ inboxId: inbox.inboxId }), 1);
  assert.equal(await started({ inboxId: TEMPLATE_ID }), 0);
});

test("contacts and broadcasts start Zaps", async (t) => {
  const zapier = await receiver(t);
  await subscribe(t, triggers.contact, zapier.url("contact"));
  await subscribe(t, triggers.broadcast, zapier.url("broadcast"));
  const contact = await perform(creates.contact, { apiAccountId: API_ACCOUNT_ID, mobileNumber: newNumber(), tags: ["vip"] });
  const added = await zapier.first("contact", ({ contactId }) => contactId === contact.id);
  assert.deepEqual(await performed(triggers.contact, JSON.parse(added.content)), [contact]);
  const addressed = { apiAccountId: API_ACCOUNT_ID, contactId: contact.id, templateId: TEMPLATE_ID };
  const broadcast = await perform(creates.broadcast, { ...addressed, placeholder_1: "Jo", placeholder_2: "tea" });
  const sent = await zapier.first("broadcast", ({ broadcastId }) => broadcastId === broadcast.id);
  const [started] = await performed(triggers.broadcast, JSON.parse(sent.content));
  assert.deepEqual([started.id, started.message], [broadcast.id, broadcast.message]);
});

test("after unsubscribing there is silence", async (t) => {
  const zapier = await receiver(t);
  const ended = await subscribe(t, triggers.contact, zapier.url("ended"));
  await subscribe(t, triggers.contact, zapier.url("going-on"));
  const addContact = () => perform(creates.contact, { apiAccountId: API_ACCOUNT_ID, mobileNumber: newNumber() });
  const heard = (hook, contact) => zapier.first(hook, ({ contactId }) => contactId === contact.id);
  const before = await addContact();
  await heard("ended", before);
  await heard("going-on", before);
  await ended.unsubscribe();
  assert.ok(!(await ask("/webhook")).items.some(({ webhookId }) => webhookId === ended.webhookId));
  // Two more: by the time the second is heard, the first would have been heard at both.
  await heard("going-on", await addContact());
  await heard("going-on", await addContact());
  assert.deepEqual(zapier.received("ended").map(({ contactId }) => contactId), [before.id]);
});

test("subscribing twice with one address is one subscription, switched on", async (t) => {
  const zapier = await receiver(t);
  const first = await subscribe(t, triggers.contact, zapier.url("contact"));
  await ask(`/webhook/${first.webhookId}`, { method: "PUT", body: JSON.stringify({ isEnabled: false }) });
  const second = await subscribe(t, triggers.contact, zapier.url("contact"));
  assert.equal(second.webhookId, first.webhookId);
  assert.equal((await ask(`/webhook/${first.webhookId}`)).isEnabled, true);
});

test("every trigger of the app can be subscribed to and ended", async (t) => {
  const zapier = await receiver(t);
  for (const trigger of Object.values(triggers).filter(({ operation }) => operation.type === "hook")) {
    const { webhookId, unsubscribe } = await subscribe(t, trigger, zapier.url(trigger.key));
    assert.equal((await ask(`/webhook/${webhookId}`)).type, trigger.key);
    await unsubscribe();
    await assert.rejects(ask(`/webhook/${webhookId}`), /404/);
  }
});

test("an address that the server may not call is refused in words", async () => {
  const subscribing = run(triggers.contact.operation.performSubscribe, await bundle({}, { targetUrl: "http://10.0.0.1/hook" }));
  await assert.rejects(subscribing, { name: "HaltedError" });
});
