/**
 * The app as Zapier loads it: what there is, and nothing of how it works.
 *
 * Keys are for ever: a Zap that someone built refers to them.
 */

import { readFileSync } from "node:fs";
import zapier from "zapier-platform-core";
import { authentication } from "./src/authentication.js";
import { broadcastCreate } from "./src/creates/broadcast.js";
import { contactCreate } from "./src/creates/contact.js";
import { messageCreate } from "./src/creates/message.js";
import { authorise, refuseInWords } from "./src/http.js";
import { contactSearch, findOrCreateContact } from "./src/searches/contact.js";
import { templateSearch } from "./src/searches/template.js";
import { apiAccountList, contactList, inboxList, templateList } from "./src/triggers/lists.js";
import { newApiAccount, newBroadcast, newContact, newMessage, newTemplate } from "./src/triggers/new.js";

const { version } = JSON.parse(readFileSync(new URL("package.json", import.meta.url), "utf8"));

/** The definitions, each under its own key. */
const byKey = (definitions) => Object.fromEntries(definitions.map((definition) => [definition.key, definition]));

export default zapier.defineApp({
  version,
  platformVersion: zapier.version,
  authentication,
  beforeRequest: [authorise],
  afterResponse: [refuseInWords],
  triggers: byKey([
    ...[newMessage, newContact, newBroadcast, newApiAccount, newTemplate],
    ...[apiAccountList, contactList, inboxList, templateList],
  ]),
  creates: byKey([contactCreate, messageCreate, broadcastCreate]),
  searches: byKey([contactSearch, templateSearch]),
  searchOrCreates: byKey([findOrCreateContact]),
  // Without it a 429 would never reach `refuseInWords`, and its sentence never the person.
  flags: { throwForThrottlingEarly: false, cleanInputData: true },
});
