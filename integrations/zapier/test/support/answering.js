/** A server that gives prepared answers, for what a real one cannot be made to say at will. */

import { once } from "node:events";
import { createServer } from "node:http";

/**
 * Answers every request alike, and remembers the requests.
 *
 * @param {import("node:test").TestContext} t closes it
 * @param {{ status: number, headers?: Record<string, string>, body?: unknown }} answer
 */
export const answering = async (t, { status, headers = {}, body = "" }) => {
  const requests = [];
  const server = createServer(async (request, response) => {
    const chunks = await request.toArray();
    requests.push({ method: request.method, url: request.url, headers: request.headers, body: Buffer.concat(chunks).toString() });
    const isJson = typeof body !== "string";
    response.writeHead(status, { ...(isJson ? { "content-type": "application/problem+json" } : {}), ...headers });
    response.end(isJson ? JSON.stringify(body) : body);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  t.after(() => server.close());
  return { url: `http://127.0.0.1:${server.address().port}`, requests };
};
