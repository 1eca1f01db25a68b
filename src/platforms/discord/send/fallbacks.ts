/** Gives a message the look and its files the size that Discord takes, the best first. */
import type { Message } from '../../../chat.ts';
import type { Log } from '../../../log.ts';
import type { TtlStore } from '../render/custom-id.ts';
import { type Body, fileNames, renderMessage, renderPlainly } from '../render/message.ts';
import { chooseFiles, type Fit, nextLimit, type Open, type Part } from './choose-files.ts';
import { DiscordError, meaningOf } from './discord-error.ts';
import type { Upload } from './multipart.ts';
import type { UploadLimits, UploadPlace } from './upload-limits.ts';

/** From this try on, a message that Discord answers with 500 is said plainly: too much text in components does that. */
const plainFrom = 3;

type Parts = { open: Open; fit: Fit; uploadLimits: UploadLimits; ttlStore: TtlStore; log: Log };

export function createFitting({ open, fit, uploadLimits, ttlStore, log }: Parts) {
  /** Hands the full look to `send`, and the plain one where Discord does not take it. */
  async function inSomeLook<T>(
    { message, uploads, links }: Part,
    { key, attempt }: { key: string; attempt: number },
    send: (body: Body, uploads: Upload[]) => Promise<T>,
  ): Promise<T> {
    try {
      const rich = await renderMessage(message, key, ttlStore, links);
      return await send(rich, uploads(fileNames(message.media ?? [])));
    } catch (error) {
      const isBroken = error instanceof DiscordError && error.status >= 500 && attempt >= plainFrom;
      if (meaningOf(error) !== 'components' && !isBroken) throw error;
      log.warn({ err: error }, 'Discord does not take the components; saying it plainly');
      const plain = await renderPlainly(message, key, ttlStore, links);
      return await send(plain, uploads(fileNames(message.media ?? [], true)));
    }
  }

  /** Does `work` with files of at most the place's limit, and with smaller ones as often as Discord says 413. */
  async function inSomeSize<T>(
    to: UploadPlace,
    message: Message,
    signal: AbortSignal,
    work: (parts: Part[]) => Promise<T>,
  ): Promise<T> {
    const largest = Math.max(0, ...(message.media ?? []).map(({ bytes }) => bytes));
    let limit = await uploadLimits.limitFor(to, largest, signal);
    for (let isRefused = false; ; isRefused = true) {
      const parts = await chooseFiles(message, limit, { open, fit });
      try {
        const done = await work(parts);
        if (isRefused) await uploadLimits.learn(to.tenant, limit);
        return done;
      } catch (error) {
        if (meaningOf(error) !== 'large' || limit === 0) throw error;
        limit = nextLimit(Math.max(...parts.map((part) => part.largest)));
        log.warn({ tenant: to.tenant, limit }, 'Discord refused the size of a file');
      }
    }
  }

  return { inSomeLook, inSomeSize };
}
