/** Calls as the values of buttons: as they are where they fit, kept on our side where they do not. */
import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { Call, Json } from '../../../chat.ts';
import { drawn } from '../limits.ts';

/**
 * A keyed store in the database. `put` replaces; a value is gone after `milliseconds`. `claim` is true for the first who
 * asks for a key, in any process, and false for everybody after that until the time is over.
 */
export type TtlStore = {
  get(key: string): Promise<Json | undefined>;
  put(key: string, value: Json, milliseconds: number): Promise<void>;
  claim(key: string, milliseconds: number): Promise<boolean>;
  /** What is kept under keys that begin like this: at most 200. */
  list(prefix: string): Promise<{ key: string; content: Json }[]>;
};

/** Ten years, in milliseconds: a button works for as long as its message exists, and nobody says when that ends. */
const buttonsLast = 3_650 * 24 * 3_600_000;

/** What comes back is checked: buttons of older versions, and of other apps, exist for ever. */
export const callSchema = z.object({
  command: z.string().min(1),
  options: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.array(z.string())])),
  form: z.boolean().optional(),
});

/** The value of a button that makes `call`: JSON, or a key that starts with `#`. */
export async function writeValue(call: Call, ttlStore: TtlStore): Promise<string> {
  const json = JSON.stringify(call);
  if (json.length <= drawn.buttonValue) return json;
  const key = createHash('sha256').update(json).digest('base64url').slice(0, 32);
  await ttlStore.put(`call/${key}`, JSON.parse(json), buttonsLast);
  return `#${key}`;
}

/** The call behind a value; undefined when it is gone or was never ours. */
export async function readValue(value: string, ttlStore: TtlStore): Promise<Call | undefined> {
  const kept = value.startsWith('#') ? await ttlStore.get(`call/${value.slice(1)}`) : parsed(value);
  return callSchema.safeParse(kept).data;
}

function parsed(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}
