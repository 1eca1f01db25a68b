/**
 * References to messages of Slack: `{ platform: 'slack', channel: 'C1', id: '1700000001.000001', data: { tenant: 'T1' }
 * }`.
 */
import { z } from 'zod';
import type { MessageRef } from '../../../chat.ts';

/** A channel, and the first message of the thread in it, to which something is posted. */
export type Destination = { channel: string; thread?: string };

const refData = z.object({ tenant: z.string(), thread: z.string().optional(), files: z.array(z.string()).optional() });

/**
 * Returns a reference to a message. `ts` is its timestamp, by which Slack knows it. `files` are the ids of its files.
 */
export const refTo = (tenant: string, { channel, thread }: Destination, ts: string, files?: string[]): MessageRef => ({
  platform: 'slack',
  channel,
  id: ts,
  data: { tenant, ...(thread ? { thread } : {}), ...(files?.length ? { files } : {}) },
});

/** Returns the part of a reference that only this adapter reads. Throws if another platform made the reference. */
export const readRef = (ref: MessageRef) => refData.parse(ref.data);

/** Returns whether others read the channel too. The bot posts into no conversation of two but the person's own. */
export const isSeenByAll = ({ channel }: Pick<MessageRef, 'channel'>): boolean => !channel.startsWith('D');
