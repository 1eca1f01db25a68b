/** Fallbacks for what Discord does not take: a plain message instead of components, and smaller files. */
import type { Message } from '../../../chat.ts';
import type { Log } from '../../../log.ts';
import type { CallStore } from '../render/custom-id.ts';
import { fileNames, type MessageBody, renderMessage, renderPlainly } from '../render/message.ts';
import { DiscordError, meaningOf } from '../rest/discord-error.ts';
import type { Upload } from '../rest/multipart.ts';
import { chooseFiles, type Fit, type MessagePart, nextLimit, type Open } from './choose-files.ts';
import type { UploadLimits, UploadPlace } from './upload-limits.ts';

/** Attempt from which a 500 leads to a plain message. Too much text in components makes Discord answer 500. */
const plainAfter500FromAttempt = 3;

type Parts = { open: Open; fit: Fit; uploadLimits: UploadLimits; ttlStore: CallStore; log: Log };

/** An attempt of a delivery. `key` is the same for each of them, and `attempt` counts from 1. */
export type Attempt = { key: string; attempt: number };

/** Returns the two fallbacks. */
export function createFallbacks({ open, fit, uploadLimits, ttlStore, log }: Parts) {
  /** Hands the rich message to `send`, and the plain one when Discord refuses that. */
  async function withPlainFallback<T>(
    { message, uploads, links }: MessagePart,
    { key, attempt }: Attempt,
    send: (body: MessageBody, uploads: Upload[]) => Promise<T>,
  ): Promise<T> {
    try {
      const rich = await renderMessage(message, key, ttlStore, links);
      return await send(rich, uploads(fileNames(message.media ?? [])));
    } catch (error) {
      const isBroken = error instanceof DiscordError && error.status >= 500 && attempt >= plainAfter500FromAttempt;
      if (meaningOf(error) !== 'components' && !isBroken) throw error;
      log.warn({ err: error }, 'components refused, sending plain text');
      const plain = await renderPlainly(message, key, ttlStore, links);
      return await send(plain, uploads(fileNames(message.media ?? [], true)));
    }
  }

  /** Does `work` with files within the place's limit, and with smaller ones as often as Discord answers 413. */
  async function withSmallerFiles<T>(
    place: UploadPlace,
    message: Message,
    signal: AbortSignal,
    work: (parts: MessagePart[]) => Promise<T>,
  ): Promise<T> {
    const largest = Math.max(0, ...(message.media ?? []).map(({ bytes }) => bytes));
    let limit = await uploadLimits.limitFor(place, largest, signal);
    for (let wasRefused = false; ; wasRefused = true) {
      const parts = await chooseFiles(message, limit, { open, fit });
      try {
        const done = await work(parts);
        if (wasRefused) await uploadLimits.learn(place.tenant, limit);
        return done;
      } catch (error) {
        if (meaningOf(error) !== 'large' || limit === 0) throw error;
        limit = nextLimit(Math.max(...parts.map((part) => part.largest)));
        log.warn({ tenant: place.tenant, limit }, 'file size refused');
      }
    }
  }

  return { withPlainFallback, withSmallerFiles };
}

/** Fallbacks for what Discord does not take. */
export type Fallbacks = ReturnType<typeof createFallbacks>;
