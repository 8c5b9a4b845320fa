// Shows /openapi.json to people. Everything is put into the page as text, never as markup.

const METHODS = ['get', 'post', 'put', 'delete'];

/** Makes an element. Children are elements or texts; empty ones are left out. */
function el(name, attributes = {}, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (value !== undefined && value !== false) element.setAttribute(key, value === true ? '' : value);
  }
  element.append(...children.flat().filter((child) => child !== undefined && child !== ''));
  return element;
}

/** A text with `code` in backticks. */
function line(text) {
  return (text ?? '').split('`').map((part, index) => (index % 2 ? el('code', {}, part) : part));
}

/** The same with blank lines between paragraphs. */
function prose(text) {
  return (text ?? '').split('\n\n').filter(Boolean).map((paragraph) => el('p', {}, line(paragraph)));
}

/** The thing that a `$ref` means. */
function resolve(description, value) {
  if (!value?.$ref) return value;
  const found = value.$ref.slice(2).split('/').reduce((inner, key) => inner?.[key], description);
  return { ...found, ...value, name: value.$ref.split('/').pop() };
}

/** What kind of value a schema describes, in a few words. */
function kind(description, given) {
  const schema = resolve(description, given) ?? {};
  if (schema.anyOf) return [...new Set(schema.anyOf.map((one) => kind(description, one)))].join(' or ');
  if (schema.enum) return schema.enum.filter(Boolean).map((value) => JSON.stringify(value)).join(', ');
  const types = [schema.type].flat().filter((type) => type && type !== 'null');
  if (types[0] === 'array') return `list of ${kind(description, schema.items)}`;
  if (schema.name) return schema.name;
  return schema.format ?? types.join(' or ');
}

/** A sample of what a schema describes. */
function sample(description, given) {
  const schema = resolve(description, given) ?? {};
  if (schema.examples?.length) return schema.examples[0];
  if (schema.type === 'array') return [sample(description, schema.items)];
  if (schema.enum) return schema.enum[0];
  if (schema.properties) {
    return Object.fromEntries(Object.entries(schema.properties).map(([name, member]) => [name, sample(description, member)]));
  }
  return { integer: 1, boolean: true, object: {} }[schema.type] ?? '';
}

function extensionMark(thing) {
  return thing?.['x-extension'] ? el('span', { class: 'mark', title: 'Not in the original API; no client needs it' }, 'extension') : '';
}

function table(caption, rows) {
  if (!rows.length) return '';
  const head = el('tr', {}, ['Name', 'Value', 'Meaning'].map((title) => el('th', { scope: 'col' }, title)));
  return el('div', { class: 'scroll', tabindex: '0', role: 'region', 'aria-label': caption },
    el('table', {}, el('caption', {}, caption), el('thead', {}, head), el('tbody', {}, rows)));
}

function row(description, name, schema, isRequired, meaning, mark) {
  return el('tr', {},
    el('th', { scope: 'row' }, el('code', {}, name), isRequired ? el('span', { class: 'required' }, 'required') : '', mark),
    el('td', {}, kind(description, schema)),
    el('td', {}, prose(meaning)));
}

function code(title, text) {
  const copy = el('button', { type: 'button' }, 'Copy');
  copy.addEventListener('click', async () => {
    await navigator.clipboard.writeText(text);
    copy.textContent = 'Copied';
  });
  return el('figure', {}, el('figcaption', {}, title, copy), el('pre', { tabindex: '0' }, el('code', {}, text)));
}

function curl(description, method, path, operation) {
  const lines = [`curl ${method === 'get' ? '' : `-X ${method.toUpperCase()} `}${location.origin}${path}`];
  if (operation.security?.some((one) => one.bearer)) lines.push('-H "Authorization: Bearer $TOKEN"');
  if (operation.security?.some((one) => one.refreshToken)) lines.push('-b "refreshToken=$REFRESH_TOKEN"');
  for (const parameter of operation.parameters ?? []) {
    if (parameter.in === 'header' && parameter.required) lines.push(`-H '${parameter.name}: ${parameter.example ?? 'My Application'}'`);
  }
  const body = operation.requestBody?.content?.['application/json'];
  if (body) {
    lines.push("-H 'Content-Type: application/json'");
    lines.push(`-d '${JSON.stringify(sample(description, body.schema), null, 2)}'`);
  }
  return lines.join(' \\\n  ');
}

function answers(description, operation) {
  return Object.entries(operation.responses).map(([status, given]) => {
    const response = resolve(description, given);
    const [type, content] = Object.entries(response.content ?? {})[0] ?? [];
    const shown = content && JSON.stringify(content.example ?? sample(description, content.schema), null, 2);
    const summary = el('summary', {}, el('code', { class: `status s${status[0]}` }, status), ' ', line(response.description));
    return shown ? el('details', { open: status < '300' }, summary, code(type, shown)) : el('p', { class: 'plain' }, ...summary.childNodes);
  });
}

function section(description, path, method, operation) {
  const body = resolve(description, operation.requestBody?.content?.['application/json']?.schema);
  const parameters = (operation.parameters ?? []).map((one) =>
    row(description, one.name, one.schema, one.required, one.description, extensionMark(one)));
  const members = Object.entries(body?.properties ?? {}).map(([name, schema]) =>
    row(description, name, schema, body.required?.includes(name), schema.description, extensionMark(schema)));
  return el('section', { id: operation.operationId, 'aria-labelledby': `${operation.operationId}-title` },
    el('h3', { id: `${operation.operationId}-title` },
      el('span', { class: `method ${method}` }, method.toUpperCase()), ' ', el('code', {}, path), extensionMark(operation),
      operation.deprecated ? el('span', { class: 'mark' }, 'alias') : ''),
    el('div', { class: 'columns' },
      el('div', {}, el('p', { class: 'summary' }, operation.summary ?? ''), prose(operation.description),
        table('Parameters', parameters), table('Body', members)),
      el('div', { class: 'samples' }, code('curl', curl(description, method, path, operation)), answers(description, operation))));
}

function show(description) {
  const navigation = document.getElementById('navigation');
  const content = document.getElementById('content');
  content.append(el('h1', {}, description.info.title), el('p', { class: 'version' }, `Version ${description.info.version}`),
    ...prose(description.info.description));
  const operations = Object.entries(description.paths).flatMap(([path, item]) =>
    METHODS.filter((method) => item[method]).map((method) => ({ path, method, operation: item[method] })));
  for (const { name: tag, description: about } of description.tags) {
    const of = operations.filter((one) => one.operation.tags[0] === tag);
    const [aliases, primary] = [of.filter((one) => one.operation.deprecated), of.filter((one) => !one.operation.deprecated)];
    const link = ({ path, method, operation }) =>
      el('li', {}, el('a', { href: `#${operation.operationId}` }, el('span', { class: `method ${method}` }, method), ' ', path));
    navigation.append(el('h2', {}, tag), el('ul', {}, primary.map(link)));
    content.append(el('h2', {}, tag), el('p', {}, about), ...primary.map((one) => section(description, one.path, one.method, one.operation)));
    if (aliases.length) {
      content.append(el('details', { class: 'aliases' }, el('summary', {}, `Other names of these operations (${aliases.length})`),
        ...aliases.map((one) => section(description, one.path, one.method, one.operation))));
    }
  }
  document.getElementById(location.hash.slice(1))?.scrollIntoView();
}

const answer = await fetch('/openapi.json');
show(await answer.json());
