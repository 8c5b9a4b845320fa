/**
 * How the app talks to a msgboxx server: where it is, who asks, and what its refusals mean to Zapier.
 *
 * Zapier itself turns a 401 into `RefreshAuthError` before anything here sees it.
 */

/**
 * @typedef {import("zapier-platform-core").ZObject} Z
 * @typedef {import("zapier-platform-core").Bundle<Record<string, any>>} Bundle
 * @typedef {import("zapier-platform-core").HttpResponse} Response
 * @typedef {{ code?: string, detail?: string, errors?: { member: string, message: string }[] }} Problem RFC 9457, as msgboxx fills it in
 */

/**
 * The server's address, as typed when connecting. The web inbox's address is taken for the server's.
 *
 * @param {Bundle} bundle
 * @returns {string}
 */
export const serverAddress = (bundle) => {
  const typed = String(bundle.authData.serverUrl ?? "").trim();
  const address = /^https?:\/\//i.test(typed) ? typed : `https://${typed}`;
  return address.replace(/\/+$/, "").replace(/\/app$/, "");
};

/**
 * What is worth sending: members with a value.
 *
 * @param {Record<string, unknown>} members
 * @returns {Record<string, unknown>}
 */
export const given = (members) =>
  Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined && value !== null && value !== ""));

/**
 * Reads something; parameters without a value are left out.
 *
 * @param {Z} z
 * @param {Bundle} bundle
 * @param {string} path
 * @param {Record<string, unknown>} [params]
 * @returns {Promise<any>} the decoded body
 */
export const read = async (z, bundle, path, params = {}) => {
  const response = await z.request({ url: serverAddress(bundle) + path, params: given(params) });
  return response.data;
};

/**
 * Makes something; members without a value are left out.
 *
 * @param {Z} z
 * @param {Bundle} bundle
 * @param {string} path
 * @param {Record<string, unknown>} body
 * @returns {Promise<any>} what was made
 */
export const create = async (z, bundle, path, body) => {
  const response = await z.request({ method: "POST", url: serverAddress(bundle) + path, body: given(body) });
  return response.data;
};

/**
 * Adds the token to requests, but only to those that go to the server that issued it.
 *
 * @param {import("zapier-platform-core").HttpRequestOptionsWithUrl} request
 * @param {Z} _z
 * @param {Bundle} bundle
 */
export const authorise = (request, _z, bundle) => {
  const token = bundle.authData?.sessionKey;
  if (token && request.url.startsWith(`${serverAddress(bundle)}/`)) {
    request.headers = { ...request.headers, Authorization: `Bearer ${token}` };
  }
  return request;
};

/**
 * The server's own words about a refusal, with the members to blame.
 *
 * @param {Response} response
 * @returns {string}
 */
export const sentenceOf = (response) => {
  const problem = /** @type {Problem} */ (response.data ?? {});
  if (typeof problem.detail !== "string") {
    return `The msgboxx server answered ${response.status}.`;
  }
  const blamed = (problem.errors ?? []).map(({ member, message }) => `${member}: ${message}`);
  return blamed.length > 0 ? `${problem.detail} (${blamed.join("; ")})` : problem.detail;
};

/**
 * Turns a refusal into what Zapier should do about it: wait, try again, or halt and show the sentence.
 *
 * Repeating what was refused for a reason (a closed window, a duplicate) would be refused again, so it halts.
 *
 * @param {Response} response
 * @param {Z} z
 */
export const throwIfRefused = (response, z) => {
  if (response.status < 400) {
    return;
  }
  const sentence = sentenceOf(response);
  if (response.status === 429) {
    throw new z.errors.ThrottledError(sentence, secondsToWait(response));
  }
  if (response.status >= 500) {
    throw new z.errors.Error(sentence, response.data?.code ?? "server_error", response.status);
  }
  throw new z.errors.HaltedError(sentence);
};

/**
 * The same for every answer, but for those whose caller looks for itself.
 *
 * @param {Response} response
 * @param {Z} z
 */
export const refuseInWords = (response, z) => {
  if (!response.skipThrowForStatus) {
    throwIfRefused(response, z);
  }
  return response;
};

/**
 * `Retry-After` in seconds; nothing where it is missing or a date, and Zapier then waits as long as it sees fit.
 *
 * @param {Response} response
 * @returns {number | undefined}
 */
const secondsToWait = (response) => {
  const seconds = Number.parseInt(response.getHeader("retry-after") ?? "", 10);
  return Number.isNaN(seconds) ? undefined : seconds;
};
