/** Connecting, and what happens when the token runs out. Moves the server's clock, so it comes last. */

import assert from "node:assert/strict";
import { test } from "node:test";
import app from "../../index.js";
import { CREDENTIALS, advanceClock, bundle, run, signIn } from "../support/server.js";

const { authentication, triggers } = app;

test("a wrong password is refused in the server's words", async () => {
  const authData = { ...CREDENTIALS, password: "wrong" };
  const connecting = run(authentication.sessionConfig.perform, { authData });
  await assert.rejects(connecting, (error) => error.name === "AppError" && /valid username and password/.test(error.message));
});

test("the connection is tested, and is called after user and server", async () => {
  assert.ok((await run(authentication.test, await bundle())).items);
  const label = await run(authentication.connectionLabel, await bundle());
  assert.equal(label, `my@username.com at ${new URL(CREDENTIALS.serverUrl).host}`);
});

test("an expired token makes Zapier sign in again, and then all is well", async () => {
  const list = async () => run(triggers.apiaccount_list.operation.perform, await bundle());
  assert.ok((await list()).length > 0);
  const { sessionKey: expired } = (await bundle()).authData;
  await advanceClock(2 * 60 * 60);
  await assert.rejects(list(), { name: "RefreshAuthError" });
  const { sessionKey } = await signIn();
  assert.notEqual(sessionKey, expired);
  assert.ok((await list()).length > 0);
});
