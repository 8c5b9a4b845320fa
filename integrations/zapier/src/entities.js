/**
 * What msgboxx has, as Zapier is told: members with labels, a sample of each, and which member is the id.
 *
 * Members keep the API's spelling (`datetime` here, `dateTime` there), so that what is written about the API holds in
 * Zaps too; the only addition is `id`, which Zapier wants everywhere.
 */

/**
 * @typedef {object} Entity
 * @property {string} type the webhook's type
 * @property {string} path where it is listed and made
 * @property {string} idMember which member is its id
 * @property {Record<string, unknown>} sample
 * @property {{ key: string, label: string, type?: string, list?: boolean, primary?: boolean }[]} outputFields
 */

const ID = { key: "id", label: "ID", primary: true };
const text = (key, label) => ({ key, label, type: "string" });
const instant = (key, label = "Created At") => ({ key, label, type: "datetime" });
const yesOrNo = (key, label) => ({ key, label, type: "boolean" });

/**
 * The entity as Zapier wants it: with an `id`.
 *
 * @param {Entity} entity
 * @returns {(received: Record<string, any>) => Record<string, any>}
 */
export const withId = (entity) => (received) => ({ id: received[entity.idMember], ...received });

/** @type {Entity} */
export const MESSAGE = {
  type: "message",
  path: "/message",
  idMember: "messageId",
  sample: {
    id: "ce2400ec-f80a-4509-bcd3-5aa5a96a4bdf",
    messageId: "ce2400ec-f80a-4509-bcd3-5aa5a96a4bdf",
    bodyText: "Hi, is the 2 bedroom house in Swindon still free?",
    apiAccountId: "3fa85f64-5717-4562-b3fc-2c963f66afa6",
    dateTime: "2024-04-30T14:03:25.063590+00:00",
    conversationId: "6bea4b13-e818-4544-8c43-e28a5c6cb67f",
    fileLocation: "",
    messageDirection: "incoming",
    isTemplateMessage: false,
    isSent: true,
    isDelivered: true,
    isRead: false,
    contact: {
      contactId: "17b5c90a-7465-1097-b2db-66afa62c963f",
      mobileNumber: "+447902111123",
      name: "Test Customer",
      status: "Subscribed",
      apiAccountId: "3fa85f64-5717-4562-b3fc-2c963f66afa6",
    },
    senderFirstName: "",
    senderLastName: "",
  },
  outputFields: [
    ID,
    text("messageId", "Message ID"),
    text("bodyText", "Text"),
    text("apiAccountId", "API Account ID"),
    instant("dateTime"),
    text("conversationId", "Conversation ID"),
    text("fileLocation", "File URL"),
    text("messageDirection", "Direction"),
    yesOrNo("isTemplateMessage", "Is a Template Message"),
    yesOrNo("isSent", "Is Sent"),
    yesOrNo("isDelivered", "Is Delivered"),
    yesOrNo("isRead", "Is Read"),
    text("contact__contactId", "Contact ID"),
    text("contact__mobileNumber", "Contact's Mobile Number"),
    text("contact__name", "Contact's Name"),
    text("contact__status", "Contact's Status"),
    text("contact__apiAccountId", "Contact's API Account ID"),
    text("senderFirstName", "Sender's First Name"),
    text("senderLastName", "Sender's Last Name"),
  ],
};

/** @type {Entity} */
export const CONTACT = {
  type: "contact",
  path: "/contact",
  idMember: "contactId",
  sample: {
    id: "17b5c90a-7465-1097-b2db-66afa62c963f",
    contactId: "17b5c90a-7465-1097-b2db-66afa62c963f",
    mobileNumber: "+447902111123",
    name: "Test Customer",
    status: "Subscribed",
    email: "customer@somewhere.com",
    apiAccountId: "3fa85f64-5717-4562-b3fc-2c963f66afa6",
    datetime: "2022-07-05T20:09:58.341Z",
    tags: ["prospect"],
  },
  outputFields: [
    ID,
    text("contactId", "Contact ID"),
    text("mobileNumber", "Mobile Number"),
    text("name", "Name"),
    text("status", "Status"),
    text("email", "E-mail"),
    text("apiAccountId", "API Account ID"),
    instant("datetime"),
    { key: "tags", label: "Tags", type: "string", list: true },
  ],
};

/** @type {Entity} */
export const BROADCAST = {
  type: "broadcast",
  path: "/broadcast",
  idMember: "broadcastId",
  sample: {
    id: "84ca7cae-b7aa-47da-bafa-b9bb4acd2c7e",
    broadcastId: "84ca7cae-b7aa-47da-bafa-b9bb4acd2c7e",
    apiAccountId: "3fa85f64-5717-4562-b3fc-2c963f66afa6",
    contactId: "a38f0fc8-cb26-4266-bbd9-35eb8dbd6947",
    messageId: "ce2400ec-f80a-4509-bcd3-5aa5a96a4bdf",
    message: "Hi Jack, thanks for the conversation earlier about the 2 bedroom house in Swindon lets catch up soon.",
    status: "Sent",
    dateTime: "2022-07-05T20:13:22.263Z",
  },
  outputFields: [
    ID,
    text("broadcastId", "Broadcast ID"),
    text("apiAccountId", "API Account ID"),
    text("contactId", "Contact ID"),
    text("messageId", "Message ID"),
    text("message", "Text"),
    text("status", "Status"),
    instant("dateTime"),
  ],
};

/** @type {Entity} */
export const API_ACCOUNT = {
  type: "apiaccount",
  path: "/apiaccount",
  idMember: "apiAccountId",
  sample: {
    id: "3fa85f64-5717-4562-b3fc-2c963f66afa6",
    apiAccountId: "3fa85f64-5717-4562-b3fc-2c963f66afa6",
    phoneNumber: "+447700900001",
    name: "Stitch Recruit Contract",
    datetime: "2023-06-27T10:22:24.427Z",
  },
  outputFields: [ID, text("apiAccountId", "API Account ID"), text("phoneNumber", "Phone Number"), text("name", "Name"), instant("datetime")],
};

/** @type {Entity} */
export const TEMPLATE = {
  type: "template",
  path: "/template",
  idMember: "templateId",
  sample: {
    id: "0bbadd13-0e3f-4ebb-9f65-9e6ee460d7ba",
    templateId: "0bbadd13-0e3f-4ebb-9f65-9e6ee460d7ba",
    apiAccountId: "3fa85f64-5717-4562-b3fc-2c963f66afa6",
    status: "Approved",
    name: "follow_up",
    templateText: "Hi {{1}}, thanks for the conversation earlier about {{2}} lets catch up soon.",
    templateExample: "Hi [John], thanks for the conversation earlier about [the 2 bedroom house you are interested in,] lets catch up soon.",
    dateTime: "2022-07-05T20:13:22.260Z",
    language: "en_GB",
    category: "UTILITY",
  },
  outputFields: [
    ID,
    text("templateId", "Template ID"),
    text("apiAccountId", "API Account ID"),
    text("status", "Status"),
    text("name", "Name"),
    text("templateText", "Text"),
    text("templateExample", "Text with Examples"),
    instant("dateTime"),
    text("language", "Language"),
    text("category", "Category"),
  ],
};
