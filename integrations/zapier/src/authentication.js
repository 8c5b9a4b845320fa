/**
 * Signing in: the person's own server, name and password become a token, which Zapier keeps as `sessionKey`.
 *
 * When the token has expired, Zapier calls `signIn` again by itself.
 */

import { read, sentenceOf, serverAddress, throwIfRefused } from "./http.js";

/** @typedef {import("./http.js").Z} Z */
/** @typedef {import("./http.js").Bundle} Bundle */

/** By this name the server knows its calls; limits are counted by it. */
export const CALLING_APPLICATION = "Zapier";

/**
 * @param {Z} z
 * @param {Bundle} bundle
 * @returns {Promise<{ sessionKey: string }>}
 */
const signIn = async (z, bundle) => {
  const { username, password, sessionKey } = bundle.authData;
  const response = await z.request({
    method: "POST",
    url: `${serverAddress(bundle)}/oauth/token`,
    headers: { "X-Calling-Application": CALLING_APPLICATION },
    body: { username, password },
    skipThrowForStatus: true,
  });
  if (response.status === 400) {
    // Someone who was signed in before has changed the password: only they can help, and Zapier asks them.
    const { Error, ExpiredAuthError } = z.errors;
    throw sessionKey ? new ExpiredAuthError(sentenceOf(response)) : new Error(sentenceOf(response), "AuthenticationError", 400);
  }
  throwIfRefused(response, z);
  if (typeof response.data?.access_token !== "string") {
    throw new z.errors.Error(`There is no msgboxx server at ${serverAddress(bundle)}.`, "AuthenticationError", response.status);
  }
  return { sessionKey: response.data.access_token };
};

/**
 * Fails unless the token is good; what it answers is of no importance.
 *
 * @param {Z} z
 * @param {Bundle} bundle
 */
const test = (z, bundle) => read(z, bundle, "/apiaccount", { pageSize: 1 });

/**
 * How the connection is called in lists: `john@example.com at inbox.example.com`.
 *
 * @param {Z} _z
 * @param {Bundle} bundle
 */
const connectionLabel = async (_z, bundle) => `${bundle.authData.username} at ${new URL(serverAddress(bundle)).host}`;

/** @type {import("zapier-platform-core").Authentication} */
export const authentication = {
  type: "session",
  fields: [
    {
      key: "serverUrl",
      label: "Server Address",
      type: "string",
      required: true,
      isNoSecret: true,
      placeholder: "https://inbox.example.com",
      helpText: "Where your msgboxx runs, as you type it into the browser.",
    },
    {
      key: "username",
      label: "User Name",
      type: "string",
      required: true,
      isNoSecret: true,
      helpText: "Your e-mail address in msgboxx. Zaps may do what you may do; triggers need an administrator.",
    },
    { key: "password", label: "Password", type: "password", required: true, helpText: "Your msgboxx password." },
  ],
  test,
  connectionLabel,
  sessionConfig: { perform: signIn },
};
