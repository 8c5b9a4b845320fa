/** What refusals mean to Zapier, and where the token goes. */

import assert from "node:assert/strict";
import { test } from "node:test";
import zapier from "zapier-platform-core";
import app from "../index.js";
import { serverAddress } from "../src/http.js";
import { answering } from "./support/answering.js";

const run = zapier.createAppTester(app);
const signedIn = (serverUrl, inputData = {}) => ({ authData: { serverUrl, username: "me", password: "p", sessionKey: "a.b.c" }, inputData });
const listAccounts = app.triggers.apiaccount_list.operation.perform;

/** How listing fails when the server answers so. */
const failure = async (t, answer) => {
  const server = await answering(t, answer);
  return run(listAccounts, signedIn(server.url)).then(
    () => assert.fail("it did not fail"),
    (error) => error,
  );
};

test("a refusal halts with the server's sentence and the members to blame", async (t) => {
  const body = { code: "invalid_parameter", detail: "Check your input.", errors: [{ member: "page", message: "must be from 1" }] };
  const error = await failure(t, { status: 400, body });
  assert.equal(error.name, "HaltedError");
  assert.match(error.message, /Check your input\. \(page: must be from 1\)/);
});

for (const status of [403, 404, 405, 409, 413]) {
  test(`${status} halts`, async (t) => {
    assert.equal((await failure(t, { status, body: { detail: "No." } })).name, "HaltedError");
  });
}

test("an expired token makes Zapier sign in again", async (t) => {
  assert.equal((await failure(t, { status: 401, body: { detail: "expired" } })).name, "RefreshAuthError");
});

test("too many requests wait as long as the server says", async (t) => {
  const error = await failure(t, { status: 429, headers: { "retry-after": "17" }, body: { detail: "Too many requests." } });
  assert.equal(error.name, "ThrottledError");
  const { message, delay } = JSON.parse(error.message.split("\n")[0]);
  assert.deepEqual([message, delay], ["Too many requests.", 17]);
});

for (const status of [500, 502, 503]) {
  test(`${status} is an error that Zapier repeats, in the server's words`, async (t) => {
    const error = await failure(t, { status, body: { detail: "Back in a minute.", code: "unavailable" } });
    assert.equal(error.name, "AppError");
    assert.match(error.message, /Back in a minute\./);
  });
}

test("a page of a proxy in between is not shown", async (t) => {
  const error = await failure(t, { status: 502, body: "<html>Bad Gateway</html>" });
  assert.match(error.message, /The msgboxx server answered 502\./);
  assert.doesNotMatch(error.message, /html/);
});

test("the token goes to the server that issued it", async (t) => {
  const server = await answering(t, { status: 200, body: { items: [] } });
  await run(listAccounts, signedIn(`${server.url}/`));
  assert.equal(server.requests[0].headers.authorization, "Bearer a.b.c");
  assert.equal(server.requests[0].url, "/apiaccount?page=1");
});

test("the token goes nowhere else", async (t) => {
  const other = await answering(t, { status: 200, body: {} });
  await run((z) => z.request(`${other.url}/contact`), signedIn("https://inbox.example.com"));
  assert.equal(other.requests[0].headers.authorization, undefined);
});

test("an address is taken as people type it", () => {
  const typed = (serverUrl) => serverAddress({ authData: { serverUrl } });
  assert.equal(typed(" inbox.example.com/ "), "https://inbox.example.com");
  assert.equal(typed("http://localhost:8080"), "http://localhost:8080");
  assert.equal(typed("https://inbox.example.com/app/"), "https://inbox.example.com");
  assert.equal(typed("HTTPS://inbox.example.com//"), "HTTPS://inbox.example.com");
});

test("something that is not msgboxx is not taken for it", async (t) => {
  const website = await answering(t, { status: 200, body: "<html>welcome</html>" });
  await assert.rejects(run(app.authentication.sessionConfig.perform, signedIn(website.url)), /There is no msgboxx server at/);
});

test("a changed password asks the person to connect again", async (t) => {
  const server = await answering(t, { status: 400, body: { detail: "Please supply valid username and password" } });
  await assert.rejects(run(app.authentication.sessionConfig.perform, signedIn(server.url)), { name: "ExpiredAuthError" });
});

test("a sign-in that is refused for its frequency waits", async (t) => {
  const server = await answering(t, { status: 429, headers: { "retry-after": "60" }, body: { detail: "Too many attempts." } });
  await assert.rejects(run(app.authentication.sessionConfig.perform, signedIn(server.url)), { name: "ThrottledError" });
});

test("a subscription whose first answer was lost is taken over and switched on", async (t) => {
  const server = await answering(t, { status: 409, body: { detail: "exists", webhookId: "7" } });
  const bundle = { ...signedIn(server.url), targetUrl: "https://hooks.zapier.com/1" };
  await assert.rejects(run(app.triggers.contact.operation.performSubscribe, bundle), { name: "HaltedError" });
  assert.deepEqual(
    server.requests.map(({ method, url, body }) => [method, url, JSON.parse(body)]),
    [
      ["POST", "/webhook", { type: "contact", targetUrl: "https://hooks.zapier.com/1", isEnabled: true }],
      ["PUT", "/webhook/7", { isEnabled: true }],
    ],
  );
});

test("unsubscribing what is gone already succeeds", async (t) => {
  const server = await answering(t, { status: 404, body: { detail: "not found" } });
  await run(app.triggers.contact.operation.performUnsubscribe, { ...signedIn(server.url), subscribeData: { id: "7" } });
  assert.deepEqual(server.requests.map(({ method, url }) => `${method} ${url}`), ["DELETE /webhook/7"]);
});

test("values of placeholders, header and buttons are sent by themselves, those of another template are not", async (t) => {
  const made = { templateText: "Hi {{first_name}}, {{ 1 }} {{first_name}}", broadcastId: "7" };
  const server = await answering(t, { status: 201, body: made });
  const filledIn = { templateId: "t/1", placeholder_first_name: "Zoë", placeholder_1: "old", headerValues: ["May"], buttonValues: ["x"] };
  const broadcast = await run(app.creates.broadcast.operation.perform, signedIn(server.url, filledIn));
  assert.equal(broadcast.id, "7");
  assert.equal(server.requests[0].url, "/template/t%2F1");
  const parameters = { body: { first_name: "Zoë" }, header: ["May"], buttons: ["x"] };
  assert.deepEqual(JSON.parse(server.requests[1].body), { templateId: "t/1", parameters });
});

test("a template without placeholders is sent as its text", async (t) => {
  const server = await answering(t, { status: 201, body: { templateText: "We are closed today.", broadcastId: "7" } });
  await run(app.creates.broadcast.operation.perform, signedIn(server.url, { templateId: "t1" }));
  assert.deepEqual(JSON.parse(server.requests[1].body), { templateId: "t1", message: "We are closed today.", parameters: {} });
});
