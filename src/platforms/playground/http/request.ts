/** Schemas and readers of the page's requests. Other requests are answered with one sentence. */
import type { Context } from 'hono';
import { HTTPException } from 'hono/http-exception';
import { z } from 'zod';
import type { IncomingCall, Value } from '../../../chat.ts';
import type { Sheet } from '../../../commands/kit/sheet.ts';
import { attachmentOf } from '../calls.ts';
import { parseLine } from '../line.ts';

const id = z.coerce.number().int().positive().max(Number.MAX_SAFE_INTEGER);
const name = z.string().min(1).max(100);

/** The person and the place of every request. */
const spot = z.object({
  person: name,
  channel: name,
  thread: id.optional(),
  locale: z.string().max(35).default('en'),
});
const event = z.string().regex(/^[\w-]{8,64}$/);
/** A typed line or value. It may be longer than any option, so that the bot itself explains what is too long. */
const line = z.string().max(20_000);
const value = z.union([line, z.number(), z.boolean(), z.array(z.string().max(200)).max(50)]);

const command = z.object({ command: name, options: z.record(name, value), form: z.boolean().optional() });
const call = spot.extend({ event }).and(z.union([z.object({ line }), command]));

/** The body of a chat message. */
export const chatLine = spot.extend({ event, text: z.string().trim().min(1).max(4000) });
/** The body of a request for hints: a line and its caret. */
export const typing = spot.extend({ line, caret: z.number().int().nonnegative() });
/** The body of a request for suggestions. */
export const question = spot.extend({ command: name, option: name, typed: z.string().max(200) });
/** The query of a request about a person. */
export const reader = z.object({ person: name });
/** The query of a part of the history. */
export const stretch = spot.extend({ before: id.optional() });

/** Returns `input` as `schema` reads it. Throws an HTTPException 400 when it does not fit. */
export function parse<S extends z.ZodType>(schema: S, input: unknown): z.infer<S> {
  const result = schema.safeParse(input);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  const where = issue?.path.join('.') ?? '';
  throw new HTTPException(400, { message: `That request could not be read${where ? `: ${where} does not fit` : ''}.` });
}

/** Returns the JSON body of a request. Throws an HTTPException 400 when it does not fit. */
export async function readJson<S extends z.ZodType>(c: Context, schema: S): Promise<z.infer<S>> {
  const body: unknown = await c.req.json().catch(() => undefined);
  return parse(schema, body);
}

/**
 * Returns the call of a form. `call` holds it as JSON, and each file has the name of its option. Throws an
 * HTTPException 400.
 */
export async function readCall(c: Context, sheets: readonly Sheet[]) {
  const form = await c.req.formData().catch(() => undefined);
  const { event, ...rest } = parse(call, jsonIn(form?.get('call')));
  const asked = 'line' in rest ? parseLine(rest.line, sheets) : rest;
  if (!asked) throw new HTTPException(400, { message: 'A command starts with a slash, for example /help.' });
  const options = new Map<string, IncomingCall['options'][string]>(Object.entries(asked.options));
  for (const [option, file] of form?.entries() ?? []) {
    if (typeof file === 'string') continue;
    options.set(option, [...listed(options.get(option)), attachmentOf(file)]);
  }
  const incoming: IncomingCall = { command: asked.command, options: Object.fromEntries(options), form: asked.form };
  return { call: incoming, event, where: rest };
}

function listed(value: IncomingCall['options'][string] | undefined) {
  if (Array.isArray(value)) return value;
  return typeof value === 'string' && value ? [value] : [];
}

function jsonIn(text: unknown): Value | undefined {
  try {
    return typeof text === 'string' ? JSON.parse(text) : undefined;
  } catch {
    return undefined;
  }
}
