/** Judges requests by Discord's own OpenAPI document, where `DISCORD_OPENAPI` says in which file it is. */
import { readFileSync } from 'node:fs';

type Schema = {
  $ref?: string;
  type?: string | string[];
  properties?: Record<string, Schema>;
  additionalProperties?: boolean | Schema;
  required?: string[];
  items?: Schema;
  allOf?: Schema[];
  oneOf?: Schema[];
  anyOf?: Schema[];
  enum?: unknown[];
  const?: unknown;
  minLength?: number;
  maxLength?: number;
  minItems?: number;
  maxItems?: number;
  minimum?: number;
  maximum?: number;
  maxProperties?: number;
  pattern?: string;
  uniqueItems?: boolean;
};
type Parameter = { name: string; in: string; schema?: Schema };
type Operation = { requestBody?: { content: Record<string, { schema: Schema }> }; parameters?: Parameter[] };
type Document = { paths: Record<string, Record<string, Operation>>; components: { schemas: Record<string, Schema> } };

const path = process.env.DISCORD_OPENAPI;
const document: Document | undefined = path ? JSON.parse(readFileSync(path, 'utf8')) : undefined;

function follow(schema: Schema): Schema {
  const name = schema.$ref?.split('/').at(-1);
  const found = name ? document?.components.schemas[name] : schema;
  if (!found) throw new Error(`no schema ${schema.$ref}`);
  return found;
}

const typeOf = (value: unknown): string[] => {
  if (value === null) return ['null'];
  if (Array.isArray(value)) return ['array'];
  if (typeof value === 'number') return Number.isInteger(value) ? ['integer', 'number'] : ['number'];
  // Discord takes integers as strings of digits, too.
  if (typeof value === 'string' && /^\d+$/.test(value)) return ['string', 'integer'];
  return [typeof value];
};

/** All properties that the schema and what it is made of allow. */
function known(schema: Schema): Record<string, Schema> {
  const own = follow(schema);
  const parts = (own.allOf ?? []).map(known);
  return Object.assign({}, ...parts, own.properties ?? {});
}

/** Strict: a property that nobody declared is an error. `outer` are those that a schema around this one declares. */
function judge(value: unknown, given: Schema, at: string, outer: Record<string, Schema> = {}): string[] {
  const schema = follow(given);
  const errors: string[] = [];
  const wrong = (what: string) => errors.push(`${at}: ${what}`);
  const types = schema.type === undefined ? [] : [schema.type].flat();
  if (types.length > 0 && !typeOf(value).some((type) => types.includes(type)))
    return [`${at}: is not ${types.join(' or ')}`];
  if (schema.enum && !schema.enum.includes(value)) wrong(`is none of ${schema.enum.join(', ')}`);
  if (schema.const !== undefined && schema.const !== value) wrong(`is not ${schema.const}`);
  if (typeof value === 'string') {
    const length = [...value].length;
    if (length < (schema.minLength ?? 0) || length > (schema.maxLength ?? Number.POSITIVE_INFINITY))
      wrong(`has ${length} characters`);
    if (schema.pattern && !new RegExp(schema.pattern).test(value)) wrong(`does not fit ${schema.pattern}`);
  }
  if (typeof value === 'number' && (value < (schema.minimum ?? -Infinity) || value > (schema.maximum ?? Infinity)))
    wrong('is out of range');
  if (Array.isArray(value)) {
    if (value.length < (schema.minItems ?? 0) || value.length > (schema.maxItems ?? Infinity))
      wrong(`has ${value.length} items`);
    if (schema.items)
      for (const [index, item] of value.entries()) errors.push(...judge(item, schema.items, `${at}[${index}]`));
  }
  if (schema.allOf) {
    const declared = { ...outer, ...known(schema) };
    for (const part of schema.allOf) errors.push(...judge(value, part, at, declared));
  }
  for (const [word, need] of [
    ['oneOf', 'one'],
    ['anyOf', 'some'],
  ] as const) {
    const branches = schema[word];
    if (!branches) continue;
    const results = branches.map((branch) => judge(value, branch, at));
    // The branch with the fewest complaints is the one that was meant.
    if (!results.some((list) => list.length === 0))
      wrong(`fits no ${need}: ${results.sort((a, b) => a.length - b.length)[0]?.join(' | ')}`);
  }
  if (
    typeof value === 'object' &&
    value !== null &&
    !Array.isArray(value) &&
    (schema.properties || types.includes('object'))
  ) {
    const declared: Record<string, Schema> = { ...outer, ...known(schema) };
    for (const name of schema.required ?? []) if (!(name in value)) wrong(`lacks ${name}`);
    for (const [name, item] of Object.entries(value)) {
      const own = schema.properties?.[name];
      if (own) errors.push(...judge(item, own, `${at}.${name}`));
      else if (typeof schema.additionalProperties === 'object')
        errors.push(...judge(item, schema.additionalProperties, `${at}.${name}`));
      else if (!(name in declared)) wrong(`does not know ${name}`);
    }
  }
  return errors;
}

/** `file_types` is newer than the document that Discord publishes. */
const withoutNews = (value: unknown): unknown =>
  JSON.parse(JSON.stringify(value ?? null), (key, item) => (key === 'file_types' ? undefined : item));

/** What Discord's document says against a request; nothing where there is no document. */
export function judgeRequest(
  method: string,
  path: string,
  body: unknown,
  isMultipart: boolean,
  query = new URLSearchParams(),
): string[] {
  if (!document) return [];
  const parts = path.split('/');
  const fits = (template: string) => {
    const wanted = template.split('/');
    return (
      wanted.length === parts.length && wanted.every((part, index) => part === parts[index] || part.startsWith('{'))
    );
  };
  const templates = Object.keys(document.paths).filter(fits);
  // `@original` and `@me` are paths of their own.
  const template = templates.sort((a, b) => a.split('{').length - b.split('{').length)[0];
  const operation = template ? document.paths[template]?.[method.toLowerCase()] : undefined;
  if (!operation) return [`${method} ${path} is not in the document`];
  const asked = operation.parameters?.filter((one) => one.in === 'query') ?? [];
  const strange = [...query].flatMap(([name, value]) => {
    const schema = asked.find((one) => one.name === name)?.schema;
    const read = value === 'true' ? true : value === 'false' ? false : value;
    return schema ? judge(read, schema, `${method} ${path}?${name}`) : [`${method} ${path} does not know ?${name}`];
  });
  if (strange.length > 0) return strange;
  const content = operation.requestBody?.content;
  const schema = content?.[isMultipart ? 'multipart/form-data' : 'application/json']?.schema;
  if (!schema) return body === undefined ? [] : [`${method} ${path} takes no body`];
  return judge(withoutNews(body), schema, `${method} ${template}`);
}
