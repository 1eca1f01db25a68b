/**
 * Calls in the ids of buttons, which hold 100 characters. A longer call is stored, and the id holds its key.
 *
 *     Ab3dEf9h.0:r:upscale:{"job":41,"image":1}   runs the call
 *     Ab3dEf9h.0:f:imagine:{"prompt":"a fox"}     opens the call's form
 *     Ab3dEf9h.0:k:Xy…                            is a stored call
 */
import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { Call, Json, TtlStore } from '../../../chat.ts';
import { maxCustomIdLength } from '../limits.ts';
import { buttonTtlMs } from '../timings.ts';

/** Store for JSON that does not fit into a button or belongs to a form. */
export type CallStore = Pick<TtlStore, 'get' | 'put'>;

/** Schema of a call's options. */
export const callOptions = z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.array(z.string())]));

const storedCall = z.object({ command: z.string(), options: callOptions, form: z.boolean().optional() });

/** Characters of a stored call's key: 132 bits of a hash. */
const storeKeyLength = 22;

/**
 * Returns the id of a button. `prefix` marks the message's delivery, so that a second attempt finds the first one's message.
 * `index` makes the id unique in its message.
 */
export async function customIdOf(call: Call, prefix: string, index: number, ttlStore: CallStore): Promise<string> {
  const start = `${prefix}.${index.toString(36)}`;
  const id = `${start}:${call.form ? 'f' : 'r'}:${call.command}:${JSON.stringify(call.options)}`;
  if (id.length <= maxCustomIdLength) return id;
  const stored = JSON.stringify({ command: call.command, options: call.options, form: call.form });
  const key = createHash('sha256').update(stored).digest('base64url').slice(0, storeKeyLength);
  await ttlStore.put(`call:${key}`, JSON.parse(stored) as Json, buttonTtlMs);
  return `${start}:k:${key}`;
}

/** Returns the call of a button. Undefined for an id that is not ours, or whose stored call is gone. */
export async function callOf(id: string, ttlStore: CallStore): Promise<Call | undefined> {
  const [, kind, first = '', rest = ''] = /^[^:]*:([frk]):([^:]*)(?::(.*))?$/s.exec(id) ?? [];
  if (kind === 'k') return storedCall.safeParse(await ttlStore.get(`call:${first}`)).data;
  if (!kind) return undefined;
  const options = callOptions.safeParse(jsonOf(rest));
  return options.success ? { command: first, options: options.data, form: kind === 'f' || undefined } : undefined;
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
