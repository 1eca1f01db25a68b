/**
 * Calls as the values of buttons. A value is the call as JSON, such as `{"command":"upscale","options":{"job":41}}`. A
 * call that is too long for a button is stored, and the value is its key with a `#`.
 */
import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { Call, TtlStore } from '../../../chat.ts';
import { maxButtonValueLength } from '../limits.ts';
import { buttonLifetimeMs } from '../timings.ts';

/** The shape of a call that comes back from a button: older versions and other apps made some that still exist. */
export const callSchema = z.object({
  command: z.string().min(1),
  options: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.array(z.string())])),
  form: z.boolean().optional(),
});

/** Returns the value of a button that makes the call. Stores the call if it is too long. */
export async function writeValue(call: Call, ttlStore: TtlStore): Promise<string> {
  const json = JSON.stringify(call);
  if (json.length <= maxButtonValueLength) return json;
  const key = createHash('sha256').update(json).digest('base64url').slice(0, 32);
  await ttlStore.put(`call/${key}`, JSON.parse(json), buttonLifetimeMs);
  return `#${key}`;
}

/** Returns the call behind the value of a button. Undefined if it is gone, or was never one of ours. */
export async function readValue(value: string, ttlStore: TtlStore): Promise<Call | undefined> {
  const content = value.startsWith('#') ? await ttlStore.get(`call/${value.slice(1)}`) : parseJson(value);
  return callSchema.safeParse(content).data;
}

function parseJson(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}
