/** Judges requests by Discord's own OpenAPI document, where `DISCORD_OPENAPI` names its file. */
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

/** Returns all properties that the schema allows, with those of the schemas that it is made of. */
function propertiesOf(schema: Schema): Record<string, Schema> {
  const own = follow(schema);
  const parts = (own.allOf ?? []).map(propertiesOf);
  return Object.assign({}, ...parts, own.properties ?? {});
}

/** A value at a place of the request, and the schema that it has to fit. `declared` are properties of outer schemas. */
type Judged = { value: unknown; schema: Schema; at: string; declared: Record<string, Schema> };

/** Returns what is wrong with the value. Strict: a property that no schema declares is an error. */
function judge(value: unknown, given: Schema, at: string, outer: Record<string, Schema> = {}): string[] {
  const schema = follow(given);
  const types = schema.type === undefined ? [] : [schema.type].flat();
  if (types.length > 0 && !typeOf(value).some((type) => types.includes(type)))
    return [`${at}: is not ${types.join(' or ')}`];
  const judged: Judged = { value, schema, at, declared: { ...outer, ...propertiesOf(schema) } };
  return [
    ...judgeScalar(value, schema).map((problem) => `${at}: ${problem}`),
    ...judgeArray(judged),
    ...judgeParts(judged),
    ...judgeBranches(judged, 'oneOf', 'one'),
    ...judgeBranches(judged, 'anyOf', 'some'),
    ...judgeObject(judged, types.includes('object')),
  ];
}

function judgeScalar(value: unknown, schema: Schema): string[] {
  const problems: string[] = [];
  if (schema.enum && !schema.enum.includes(value)) problems.push(`is none of ${schema.enum.join(', ')}`);
  if (schema.const !== undefined && schema.const !== value) problems.push(`is not ${schema.const}`);
  if (typeof value === 'string') problems.push(...judgeString(value, schema));
  if (typeof value === 'number' && !isWithin(value, schema.minimum, schema.maximum)) problems.push('is out of range');
  return problems;
}

function judgeString(value: string, { minLength, maxLength, pattern }: Schema): string[] {
  const { length } = [...value];
  return [
    ...(isWithin(length, minLength, maxLength) ? [] : [`has ${length} characters`]),
    ...(!pattern || new RegExp(pattern).test(value) ? [] : [`does not fit ${pattern}`]),
  ];
}

const isWithin = (number: number, min = Number.NEGATIVE_INFINITY, max = Number.POSITIVE_INFINITY) =>
  number >= min && number <= max;

function judgeArray({ value, schema: { minItems, maxItems, items }, at }: Judged): string[] {
  if (!Array.isArray(value)) return [];
  const length = isWithin(value.length, minItems, maxItems) ? [] : [`${at}: has ${value.length} items`];
  return [...length, ...(items ? value.flatMap((item, index) => judge(item, items, `${at}[${index}]`)) : [])];
}

/** Judges by every schema that this one is made of. */
function judgeParts({ value, schema, at, declared }: Judged): string[] {
  return (schema.allOf ?? []).flatMap((part) => judge(value, part, at, declared));
}

/** Judges by alternatives. The one with the fewest complaints was meant. */
function judgeBranches({ value, schema, at }: Judged, word: 'oneOf' | 'anyOf', need: string): string[] {
  const results = schema[word]?.map((branch) => judge(value, branch, at)) ?? [];
  if (!schema[word] || results.some((list) => list.length === 0)) return [];
  const fewest = results.sort((a, b) => a.length - b.length)[0];
  return [`${at}: fits no ${need}: ${fewest?.join(' | ')}`];
}

function judgeObject({ value, schema, at, declared }: Judged, isDeclaredObject: boolean): string[] {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return [];
  if (!schema.properties && !isDeclaredObject) return [];
  const missing = (schema.required ?? []).filter((name) => !(name in value)).map((name) => `${at}: lacks ${name}`);
  const properties = Object.entries(value).flatMap(([name, item]) => {
    const own = schema.properties?.[name];
    if (own) return judge(item, own, `${at}.${name}`);
    if (typeof schema.additionalProperties === 'object')
      return judge(item, schema.additionalProperties, `${at}.${name}`);
    return name in declared ? [] : [`${at}: does not know ${name}`];
  });
  return [...missing, ...properties];
}

/** Removes `file_types`, which is newer than the document that Discord publishes. */
const withoutNews = (value: unknown): unknown =>
  JSON.parse(JSON.stringify(value ?? null), (key, item) => (key === 'file_types' ? undefined : item));

/** Returns what Discord's document says against a request. Empty where there is no document. */
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
  const queryProblems = judgeQuery(operation, query, `${method} ${path}`);
  if (queryProblems.length > 0) return queryProblems;
  const content = operation.requestBody?.content;
  const schema = content?.[isMultipart ? 'multipart/form-data' : 'application/json']?.schema;
  if (!schema) return body === undefined ? [] : [`${method} ${path} takes no body`];
  return judge(withoutNews(body), schema, `${method} ${template}`);
}

function judgeQuery({ parameters = [] }: Operation, query: URLSearchParams, at: string): string[] {
  const known = parameters.filter((one) => one.in === 'query');
  return [...query].flatMap(([name, value]) => {
    const schema = known.find((one) => one.name === name)?.schema;
    const parsed = value === 'true' ? true : value === 'false' ? false : value;
    return schema ? judge(parsed, schema, `${at}?${name}`) : [`${at} does not know ?${name}`];
  });
}
