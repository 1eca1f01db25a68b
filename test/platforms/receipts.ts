/** Receipts of deliveries, as the pipeline hands them to a platform. */
import type { Json, MessageRef, Receipt } from '../../src/chat.ts';

/** Characters of a delivery's key. */
const keyLength = 22;

/** Returns a function that gives a receipt for each attempt of one delivery. The attempts share its notes. */
export function delivery(key: string, replaces?: MessageRef): () => Receipt {
  const notes: Record<string, Json> = {};
  let attempt = 0;
  return () => {
    attempt += 1;
    const note = async (more: Record<string, Json>) => void Object.assign(notes, more);
    return { key: key.padEnd(keyLength, '0'), attempt, replaces, notes: { ...notes }, note };
  };
}
