/**
 * A REST hook: Zapier subscribes with an address of its own for each Zap, and what is new is posted there.
 *
 * The API posts the bare entity, so there is nothing to unwrap. Filters work here, since a webhook knows only its type.
 */

import { withId } from "../entities.js";
import { given, read, serverAddress, throwIfRefused } from "../http.js";

/** @typedef {import("../http.js").Z} Z */
/** @typedef {import("../http.js").Bundle} Bundle */

/** Before any message. Without a date the server lists only the last day's messages. */
export const EVER = "2000-01-01T00:00:00Z";

/**
 * @param {object} trigger
 * @param {import("../entities.js").Entity} trigger.entity
 * @param {string} trigger.noun
 * @param {string} trigger.description
 * @param {object[]} trigger.inputFields
 * @param {(entity: Record<string, any>, inputData: Record<string, any>) => boolean} trigger.isWanted by what the entity says
 * @param {(z: Z, bundle: Bundle, entity: Record<string, any>) => Promise<boolean>} [trigger.isConfirmed] by what the server says
 */
export const hookTrigger = ({ entity, noun, description, inputFields, isWanted, isConfirmed = async () => true }) => {
  /** Entities that this Zap wants, with ids. */
  const wanted = (entities, { inputData }) => entities.filter((one) => isWanted(one, inputData ?? {})).map(withId(entity));
  return {
    key: entity.type,
    noun,
    display: { label: `New ${noun}`, description },
    operation: {
      type: "hook",
      inputFields,
      performSubscribe: (z, bundle) => subscribe(z, bundle, entity.type),
      performUnsubscribe: unsubscribe,
      perform: async (z, bundle) => {
        const started = wanted([bundle.cleanedRequest], bundle);
        return started.length > 0 && (await isConfirmed(z, bundle, started[0])) ? started : [];
      },
      performList: async (z, bundle) => wanted((await newest(z, bundle, entity)).items, bundle),
      sample: entity.sample,
      outputFields: entity.outputFields,
    },
  };
};

/**
 * The newest hundred, to show while a Zap is built.
 *
 * @param {Z} z
 * @param {Bundle} bundle
 * @param {import("../entities.js").Entity} entity
 */
const newest = (z, bundle, entity) => {
  const { apiAccountId, inboxId } = bundle.inputData ?? {};
  return read(z, bundle, entity.path, { apiAccountId, inboxId, fromDate: entity.type === "message" ? EVER : undefined });
};

/**
 * Subscribes. A subscription that is there already (an earlier answer was lost on its way) is taken over and switched on.
 * The signing secret is not kept: Zapier's address is itself a secret, and nobody would check with it.
 *
 * @param {Z} z
 * @param {Bundle} bundle
 * @param {string} type
 */
const subscribe = async (z, bundle, type) => {
  const webhooks = `${serverAddress(bundle)}/webhook`;
  const body = given({ type, targetUrl: bundle.targetUrl, isEnabled: true });
  const response = await z.request({ method: "POST", url: webhooks, body, skipThrowForStatus: true });
  const { webhookId } = response.data ?? {};
  if (response.status === 409 && webhookId) {
    await z.request({ method: "PUT", url: `${webhooks}/${webhookId}`, body: { isEnabled: true } });
  } else {
    throwIfRefused(response, z);
  }
  return { id: webhookId };
};

/**
 * Unsubscribes. One that is gone already is what was wanted.
 *
 * @param {Z} z
 * @param {Bundle} bundle
 */
const unsubscribe = async (z, bundle) => {
  const url = `${serverAddress(bundle)}/webhook/${bundle.subscribeData?.id}`;
  const response = await z.request({ method: "DELETE", url, skipThrowForStatus: true });
  if (response.status !== 404) {
    throwIfRefused(response, z);
  }
  return {};
};
