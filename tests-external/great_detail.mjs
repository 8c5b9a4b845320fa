// @great-detail/whatsapp, a Cloud API client for Node, does everything it can against a simulator. One JSON line is
// printed for each step; test_great_detail.py says what must stand in them.
//
// What it needs comes in the environment: SIMULATOR (its address), PHONE_NUMBER_ID, BUSINESS_ACCOUNT_ID, ACCESS_TOKEN,
// CUSTOMER, THEIRS (the id of a message of the customer), NODE_MODULES, WEBHOOKS (a file of [headers, body] pairs).

import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";

const { NODE_MODULES, SIMULATOR, PHONE_NUMBER_ID, BUSINESS_ACCOUNT_ID, ACCESS_TOKEN, APP_SECRET, CUSTOMER, THEIRS, WEBHOOKS } = process.env;
const found = createRequire(`${NODE_MODULES}/`).resolve(`${NODE_MODULES}/@great-detail/whatsapp/dist/index.js`);
const { default: Client } = await import(pathToFileURL(found));

const client = new Client({
  prefixUrl: SIMULATOR,
  graphVersion: "v25.0",
  request: { headers: { Authorization: `Bearer ${ACCESS_TOKEN}` }, retry: 0 },
});
const phoneNumberID = PHONE_NUMBER_ID;

function report(step, value) {
  console.log(JSON.stringify({ step, value }));
}

async function answer(step, request) {
  const value = await (await request).json();
  report(step, value);
  return value;
}

async function upload(name, bytes, mimeType) {
  const file = new Blob([bytes], { type: mimeType });
  return (await answer(`upload ${name}`, client.media.upload({ phoneNumberID, file, filename: name, mimeType }))).id;
}

async function sendEachKind() {
  const picture = await upload("a.png", Buffer.from(process.env.PNG, "hex"), "image/png");
  const sound = await upload("a.ogg", Buffer.from(process.env.OGG, "hex"), "audio/ogg");
  const film = await upload("a.mp4", Buffer.from(process.env.MP4, "hex"), "video/mp4");
  const paper = await upload("a.pdf", Buffer.from(process.env.PDF, "hex"), "application/pdf");
  const sticker = await upload("a.webp", Buffer.from(process.env.WEBP, "hex"), "image/webp");
  const messages = {
    text: { type: "text", text: { body: "Grüße 👋", preview_url: true } },
    reply: { type: "text", text: { body: "quoted" }, context: { message_id: THEIRS } },
    image: { type: "image", image: { id: picture, caption: "look" } },
    audio: { type: "audio", audio: { id: sound, voice: true } },
    video: { type: "video", video: { id: film } },
    document: { type: "document", document: { id: paper, filename: "a.pdf" } },
    sticker: { type: "sticker", sticker: { id: sticker } },
    location: { type: "location", location: { latitude: "51.5", longitude: "-0.1", name: "London", address: "Here" } },
    contacts: { type: "contacts", contacts: [{ name: { formatted_name: "Ann", first_name: "Ann" }, phones: [{ phone: "+447700900123", type: "HOME" }] }] },
    reaction: { type: "reaction", reaction: { message_id: THEIRS, emoji: "👍" } },
    buttons: { type: "interactive", interactive: { type: "button", header: { type: "image", image: { id: picture } }, body: { text: "Yes?" },
      action: { buttons: [{ type: "reply", reply: { id: "yes", title: "Yes" } }] } } },
    list: { type: "interactive", interactive: { type: "list", body: { text: "When?" },
      action: { button: "Choose", sections: [{ title: "Days", rows: [{ id: "mon", title: "Mon", description: "Monday" }] }] } } },
    link: { type: "interactive", interactive: { type: "cta_url", body: { text: "See" },
      action: { name: "cta_url", parameters: { display_text: "Open", url: "https://x.example" } } } },
    place: { type: "interactive", interactive: { type: "location_request_message", body: { text: "Where?" }, action: { name: "send_location" } } },
    template: { type: "template", template: { name: "follow_up", language: { code: "en_GB" },
      components: [{ type: "body", parameters: [{ type: "text", text: "John" }, { type: "text", text: "the house" }] }] } },
  };
  for (const [kind, message] of Object.entries(messages)) {
    await answer(`send ${kind}`, client.message.createMessage({ phoneNumberID, to: CUSTOMER, ...message }));
  }
  return picture;
}

async function fetchMedium(mediaID) {
  const { url } = await answer("media url", client.media.getURL({ mediaID, phoneNumberID }));
  const response = await client.media.download({ mediaURL: url, request: { headers: { Authorization: `Bearer ${ACCESS_TOKEN}` } } });
  report("media download", { type: response.headers.get("content-type"), hex: Buffer.from(await response.arrayBuffer()).toString("hex") });
  await answer("media delete", client.media.delete({ mediaID, phoneNumberID }));
}

async function templates() {
  const made = await answer("template create", client.template.create(BUSINESS_ACCOUNT_ID, {
    name: "reminder", language: "en_GB", category: "UTILITY",
    components: [{ type: "BODY", text: "Hello {{1}}, your appointment is tomorrow.", example: { body_text: [["Ann"]] } }],
  }));
  await answer("template get", client.template.get(made.id, { fields: ["name", "status", "quality_score"] }));
  await answer("template list", client.template.list(BUSINESS_ACCOUNT_ID, { status: ["APPROVED", "PENDING"], limit: 10, fields: ["name", "status"] }));
  await answer("template delete", client.template.delete(BUSINESS_ACCOUNT_ID, { name: "reminder" }));
}

async function account() {
  await answer("number", client.phoneNumbers.getPhoneNumber({ phoneNumberID, fields: ["status", ["throughput", ["level"]]] }));
  await answer("numbers", client.phoneNumbers.listPhoneNumbers({ businessAccountID: BUSINESS_ACCOUNT_ID }));
  await answer("profile set", client.businessProfile.updateBusinessProfile({ phoneNumberID, about: "We check" }));
  await answer("profile", client.businessProfile.getBusinessProfile({ phoneNumberID, fields: ["about"] }));
  await answer("subscribe", client.subscribedApps.createSubscription({ businessAccountID: BUSINESS_ACCOUNT_ID }));
  await answer("subscriptions", client.subscribedApps.listSubscriptions({ businessAccountID: BUSINESS_ACCOUNT_ID }));
  await answer("account", client.whatsappBusinessAccount.get(BUSINESS_ACCOUNT_ID));
  await answer("read", client.message.createStatus({ phoneNumberID, status: "read", message_id: THEIRS, typing_indicator: { type: "text" } }));
}

async function webhooks() {
  for (const [headers, body] of JSON.parse(readFileSync(WEBHOOKS, "utf8"))) {
    const event = await client.webhook.eventNotification({ method: "POST", headers, body });
    report("webhook", { good: await event.checkSignature(APP_SECRET), bad: await event.checkSignature("another"), event: event.eventNotification });
  }
}

await fetchMedium(await sendEachKind());
await templates();
await account();
await webhooks();
