/**
 * What Zapier's own validation does not look at, and a person who builds a Zap would stumble over.
 *
 * Works on the definition alone; whether samples look like the server's answers is asked of a server.
 */

const STEPS = ["triggers", "creates", "searches"];
const HOOK_METHODS = ["perform", "performList", "performSubscribe", "performUnsubscribe"];

/**
 * Names of the leaves of an object, as output fields spell them: `contact__name`. A list of values is a leaf.
 *
 * @param {Record<string, unknown>} value
 * @returns {string[]}
 */
export const leaves = (value, prefix = "") =>
  Object.entries(value).flatMap(([key, member]) =>
    member !== null && typeof member === "object" && !Array.isArray(member) ? leaves(member, `${prefix}${key}__`) : [prefix + key],
  );

/**
 * Everything wrong with an app, a sentence each.
 *
 * @returns {string[]}
 */
export const findings = (app) => [...STEPS.flatMap((kind) => stepsOf(app, kind)), ...pairs(app), ...unused(app), ...authFields(app)];

const stepsOf = (app, kind) =>
  Object.entries(app[kind]).flatMap(([key, step]) => {
    const place = `${kind}.${key}`;
    const found = [...samples(place, step), ...inputs(app, place, step)];
    return kind === "triggers" ? [...found, ...hook(place, step)] : found;
  });

const hook = (place, { display, operation }) => {
  const methods = operation.type === "hook" ? HOOK_METHODS : ["perform"];
  const missing = methods.filter((method) => typeof operation[method] !== "function").map((method) => `${place} has no ${method}`);
  return operation.type !== "hook" && !display.hidden ? [...missing, `${place} is visible and no REST hook`] : missing;
};

const samples = (place, { operation }) => {
  const { sample, outputFields = [] } = operation;
  if (!sample) {
    return [`${place} has no sample`];
  }
  const keys = outputFields.map(({ key }) => key);
  const has = leaves(sample);
  return [
    ...(sample.id ? [] : [`${place} has a sample without an id`]),
    ...keys.filter((key) => !has.includes(key)).map((key) => `${place} has no ${key} in its sample`),
    ...has.filter((key) => !keys.includes(key)).map((key) => `${place} has no output field for ${key}`),
    ...outputFields.filter(({ label }) => !label).map(({ key }) => `${place} has no label for ${key}`),
  ];
};

const inputs = (app, place, { operation }) =>
  (operation.inputFields ?? [])
    .filter((field) => typeof field !== "function")
    .flatMap((field) => [...worded(place, field), ...dangling(app, place, field)]);

/**
 * Fields that leave a person alone; also for those that are made while a Zap is built.
 *
 * @returns {string[]}
 */
export const worded = (place, { key, label, helpText }) => [
  ...(label ? [] : [`${place} has no label for the input ${key}`]),
  ...(helpText ? [] : [`${place} has no help for the input ${key}`]),
];

const dangling = (app, place, { key, dynamic, search }) => {
  const found = [];
  if (dynamic) {
    const [trigger, ...members] = dynamic.split(".");
    const sample = app.triggers[trigger]?.operation.sample;
    const missing = sample ? members.filter((member) => !(member in sample)) : [];
    found.push(...(sample ? [] : [`${place} takes the dropdown of ${key} from ${trigger}, which does not exist`]));
    found.push(...missing.map((member) => `${place} takes ${member} for ${key} from ${trigger}, which does not have it`));
  }
  if (search) {
    const [name, member] = search.split(".");
    const sample = app.searches[name]?.operation.sample;
    found.push(...(sample && member in sample ? [] : [`${place} offers for ${key} a search ${search}, which does not exist`]));
  }
  return found;
};

const pairs = (app) =>
  Object.entries(app.searchOrCreates ?? {}).flatMap(([key, { search, create }]) => [
    ...(app.searches[search] ? [] : [`searchOrCreates.${key} names a search ${search}, which does not exist`]),
    ...(app.creates[create] ? [] : [`searchOrCreates.${key} names a create ${create}, which does not exist`]),
  ]);

const unused = (app) => {
  const fields = STEPS.flatMap((kind) => Object.values(app[kind])).flatMap(({ operation }) => operation.inputFields ?? []);
  const used = new Set(fields.map(({ dynamic }) => dynamic?.split(".")[0]));
  const hidden = Object.entries(app.triggers).filter(([, { display }]) => display.hidden);
  return hidden.filter(([key]) => !used.has(key)).map(([key]) => `triggers.${key} is hidden and no dropdown uses it`);
};

const authFields = ({ authentication }) => authentication.fields.flatMap((field) => worded("authentication", field));
