/** A call in the 100 characters that Discord keeps for a button, or the key under which a longer one is kept. */
import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { Call, Json } from '../../../chat.ts';
import { limits } from '../limits.ts';

/** Keeps JSON that does not fit into a button or belongs to a form; gone after `ttlMs` milliseconds. */
export type TtlStore = {
  get(key: string): Promise<Json | undefined>;
  put(key: string, json: Json, ttlMs: number): Promise<void>;
};

/** Ten years: a button works for as long as its message exists, and nobody says when that ends. Milliseconds. */
const keptFor = 3_650 * 86_400_000;

export const options = z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.array(z.string())]));
const call = z.object({ command: z.string(), options, form: z.boolean().optional() });

/** `mark` tells a message's delivery, so that a second try finds what the first one left; `index` makes it unique. */
export async function customIdOf(given: Call, mark: string, index: number, ttlStore: TtlStore): Promise<string> {
  const json = JSON.stringify(given.options);
  const id = `${mark}.${index.toString(36)}:${given.form ? 'f' : 'r'}:${given.command}:${json}`;
  if (id.length <= limits.customId) return id;
  const kept: Call = { command: given.command, options: given.options, form: given.form };
  const key = createHash('sha256').update(JSON.stringify(kept)).digest('base64url').slice(0, 22);
  await ttlStore.put(`call:${key}`, JSON.parse(JSON.stringify(kept)) as Json, keptFor);
  return `${mark}.${index.toString(36)}:k:${key}`;
}

/** The call of a button; undefined for one that is not ours or was forgotten. */
export async function callOf(id: string, ttlStore: TtlStore): Promise<Call | undefined> {
  const [, kind, first = '', rest = ''] = /^[^:]*:([frk]):([^:]*)(?::(.*))?$/s.exec(id) ?? [];
  if (kind === 'k') return call.safeParse(await ttlStore.get(`call:${first}`)).data;
  if (!kind) return undefined;
  const given = options.safeParse(jsonOf(rest));
  return given.success ? { command: first, options: given.data, form: kind === 'f' || undefined } : undefined;
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
