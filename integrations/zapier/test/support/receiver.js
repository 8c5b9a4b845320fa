/** Stands for Zapier's servers: each hook has an address of its own, and what is posted there is kept. */

import { once } from "node:events";
import { createServer } from "node:http";
import { until } from "./server.js";

/** @param {import("node:test").TestContext} t closes it */
export const receiver = async (t) => {
  const deliveries = [];
  const server = createServer(async (request, response) => {
    const content = Buffer.concat(await request.toArray()).toString();
    deliveries.push({ path: request.url, headers: request.headers, content });
    response.writeHead(200).end("{}");
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  t.after(() => server.close());
  const at = (hook) => deliveries.filter(({ path }) => path === `/${hook}`);
  return {
    url: (hook) => `http://127.0.0.1:${server.address().port}/${hook}`,
    /** Everything that was posted to a hook, as Zapier gives it to `perform`. */
    received: (hook) => at(hook).map(({ content }) => JSON.parse(content)),
    /** The first post to a hook that fits, with its headers. */
    first: (hook, fits) => until(`a post to ${hook}`, () => at(hook).find(({ content }) => fits(JSON.parse(content)))),
  };
};
