// Loaded before an example of the documentation: notes what `fetch` got back, and changes nothing for the example.
import { appendFileSync } from "node:fs";

const fetchUnchanged = globalThis.fetch;

globalThis.fetch = async (resource, options) => {
  const response = await fetchUnchanged(resource, options);
  const { url, status, redirected, headers } = response;
  appendFileSync(process.env.RECORD_TO, JSON.stringify({ url, status, redirected, headers: Object.fromEntries(headers) }) + "\n");
  return response;
};
