/**
 * A running msgboxx with its simulator, and the app connected to it.
 *
 * The state is that of tests-external/provision.toml; what a test needs beyond it has numbers of its own, so that tests can
 * be run again on the same server.
 */

import { randomInt } from "node:crypto";
import { setTimeout as pause } from "node:timers/promises";
import zapier from "zapier-platform-core";
import app from "../../index.js";

const PATIENCE_MILLISECONDS = 30_000;

const address = (name) => process.env[name] ?? fail(`${name} must be the address of a running server`);
const fail = (sentence) => {
  throw new Error(sentence);
};

export const SERVER = address("MSGBOXX_URL");
const SIMULATOR = address("MSGBOXX_SIMULATOR_URL");
export const BUSINESS = "+447700900001";
export const API_ACCOUNT_ID = "3fa85f64-5717-4562-b3fc-2c963f66afa6";
export const TEMPLATE_ID = "0bbadd13-0e3f-4ebb-9f65-9e6ee460d7ba";
export const CREDENTIALS = { serverUrl: SERVER, username: "my@username.com", password: "MySuperSecurePassw0rd!" };

/** Runs one of the app's functions as Zapier does. */
export const run = zapier.createAppTester(app);

let authData;

/** Signs in anew; what the app has then. */
export const signIn = async () => {
  authData = { ...CREDENTIALS, ...(await run(app.authentication.sessionConfig.perform, { authData: CREDENTIALS })) };
  return authData;
};

/** A bundle of the connected app. */
export const bundle = async (inputData = {}, more = {}) => ({ authData: authData ?? (await signIn()), inputData, ...more });

/** Runs the `perform` of a step. */
export const perform = async (step, inputData) => run(step.operation.perform, await bundle(inputData));

/** The server's own answer to a request, past the app. */
export const ask = async (path, options = {}) => {
  const { sessionKey } = (await bundle()).authData;
  const headers = { authorization: `Bearer ${sessionKey}`, "content-type": "application/json" };
  const response = await fetch(SERVER + path, { ...options, headers });
  return response.ok ? response.json() : fail(`${path} answered ${response.status}`);
};

/** A number that nobody has had before. */
export const newNumber = () => `+4479${String(randomInt(100_000_000)).padStart(8, "0")}`;

const post = async (path, body) => {
  const headers = { "content-type": "application/json" };
  const response = await fetch(SIMULATOR + path, { method: "POST", headers, body: JSON.stringify(body) });
  return response.ok ? response.json() : fail(`${path} answered ${response.status}: ${await response.text()}`);
};

/** A customer's message, from the simulated phone. */
export const customerWrites = (from, words) =>
  post("/simulator/messages", { from, to: BUSINESS, name: "Zoë", type: "text", text: { body: words } });

/** Moves the server's clock forward. */
export const advanceClock = (seconds) => post("/simulator/clock", { advance_seconds: seconds });

/** Texts that have arrived at a customer's phone. */
export const textsOnThePhone = async (number) => {
  const response = await fetch(`${SIMULATOR}/simulator/messages?phone=${encodeURIComponent(number)}`);
  return (await response.json()).items.filter(({ direction }) => direction === "in").map(({ text }) => text);
};

/** The first answer to `question` that is truthy; fails, naming `what`, when there is none in time. */
export const until = async (what, question) => {
  const deadline = Date.now() + PATIENCE_MILLISECONDS;
  while (Date.now() < deadline) {
    const found = await question();
    if (found) {
      return found;
    }
    await pause(50);
  }
  return fail(`waited ${PATIENCE_MILLISECONDS} ms in vain for ${what}`);
};

/** A contact whose customer has just written, so that the window is open. */
export const contactWithOpenWindow = async () => {
  const number = newNumber();
  await customerWrites(number, "hello");
  const query = `/contact?mobileNumber=${encodeURIComponent(number)}`;
  const contact = await until("the contact", async () => (await ask(query)).items[0]);
  await until("the message", async () => (await ask(`/message?contactId=${contact.contactId}`)).items.length > 0);
  return contact;
};
