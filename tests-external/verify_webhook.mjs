// Checks one call with the npm package `standardwebhooks`: reads {secret, headers, body (base64)}, prints the decoded body.
// Refused calls end with status 1 and the package's reason on standard error.
import { createRequire } from "node:module";
import { readFileSync } from "node:fs";

const { Webhook } = createRequire(`${process.env.MSGBOXX_NODE_MODULES}/`)("standardwebhooks");

const { secret, headers, body } = JSON.parse(readFileSync(0, "utf8"));
try {
  process.stdout.write(JSON.stringify(new Webhook(secret).verify(Buffer.from(body, "base64"), headers)));
} catch (refusal) {
  process.stderr.write(String(refusal.message));
  process.exitCode = 1;
}
