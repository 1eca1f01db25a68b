/** Calls as the values of buttons: as they are where they fit, kept on our side where they do not. */
import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { Call } from '../../../chat.ts';
import { maxButtonValueLength } from '../limits.ts';
import { buttonLifetimeMs } from '../timings.ts';
import type { TtlStore } from '../ttl-store.ts';

/** What comes back is checked: buttons of older versions, and of other apps, exist for ever. */
export const callSchema = z.object({
  command: z.string().min(1),
  options: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.array(z.string())])),
  form: z.boolean().optional(),
});

/** The value of a button that makes `call`: JSON, or a key that starts with `#`. */
export async function writeValue(call: Call, ttlStore: TtlStore): Promise<string> {
  const json = JSON.stringify(call);
  if (json.length <= maxButtonValueLength) return json;
  const key = createHash('sha256').update(json).digest('base64url').slice(0, 32);
  await ttlStore.put(`call/${key}`, JSON.parse(json), buttonLifetimeMs);
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
