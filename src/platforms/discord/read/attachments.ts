/** Files and pictures that somebody brings along, as attachments that are fetched when the bot wants them. */
import { z } from 'zod';
import type { Attachment } from '../../../chat.ts';
import { refuse } from '../../../errors/catalogue.ts';
import type { SentAttachment, SentMessage } from './interaction.ts';

/** A file that Discord holds: enough to fetch it, and to keep it in a draft. `bytes` is absent where nobody said. */
export const heldFile = z.object({ name: z.string(), url: z.string(), bytes: z.number().optional() });
export type HeldFile = z.output<typeof heldFile>;

/** More than any picture that is of use; the declared size is checked by whoever keeps it. Bytes. */
const mostBytes = 64 * 1024 * 1024;
const timeout = 20_000;

export const heldOf = ({ filename, url, size }: SentAttachment): HeldFile => ({ name: filename, url, bytes: size });

/** As `chat.ts` wants it. `read` throws a `UserError` when Discord does not give the bytes. */
export function attachmentOf(file: HeldFile, fetch: typeof globalThis.fetch): Attachment {
  return {
    name: file.name,
    bytes: file.bytes,
    async read(signal) {
      const limit = Math.min(mostBytes, file.bytes ?? mostBytes);
      try {
        const answer = await fetch(file.url, { signal: AbortSignal.any([signal, AbortSignal.timeout(timeout)]) });
        if (!answer.ok || !answer.body) throw new Error(`status ${answer.status}`);
        const chunks: Uint8Array[] = [];
        let size = 0;
        for await (const chunk of answer.body as unknown as AsyncIterable<Uint8Array>) {
          size += chunk.length;
          if (size > limit) throw new Error('longer than announced');
          chunks.push(chunk);
        }
        return Buffer.concat(chunks);
      } catch {
        signal.throwIfAborted();
        throw refuse('pictureUnreadable', { name: file.name });
      }
    },
  };
}

const isPicture = (type: string | null | undefined, name: string) =>
  type ? type.startsWith('image/') : /\.(png|jpe?g|webp|gif|avif)(\?|$)/i.test(name);

const media = z.object({
  url: z.string(),
  proxy_url: z.string().nullish(),
  content_type: z.string().nullish(),
  attachment_id: z.string().nullish(),
});
const mostDepth = 6;

/** Every `media` object in a tree of components: galleries, thumbnails, whatever comes to hold one. */
function mediaIn(tree: unknown, depth = 0): z.output<typeof media>[] {
  if (depth > mostDepth || typeof tree !== 'object' || tree === null) return [];
  return Object.entries(tree).flatMap(([key, value]) => {
    const found = key === 'media' ? media.safeParse(value) : undefined;
    return found?.success ? [found.data] : mediaIn(value, depth + 1);
  });
}

/** The pictures of a message, none twice. What is elsewhere is fetched through Discord, never from its own address. */
export function picturesIn(message: SentMessage): HeldFile[] {
  const attached = message.attachments
    .filter(({ content_type: type, filename }) => isPicture(type, filename))
    .map(heldOf);
  const inComponents = mediaIn(message.components).flatMap(
    ({ url, proxy_url: proxy, content_type: type, attachment_id: id }) => {
      const safe = id ? url : proxy;
      return safe && isPicture(type, url) ? [{ name: nameIn(url), url: safe }] : [];
    },
  );
  const embedded = message.embeds.flatMap(({ image, thumbnail }) =>
    [image, thumbnail].flatMap((one) => (one?.proxy_url ? [{ name: nameIn(one.url), url: one.proxy_url }] : [])),
  );
  const seen = new Set<string>();
  return [...attached, ...inComponents, ...embedded].filter(({ url }) => {
    const path = url.split('?')[0] ?? url;
    if (seen.has(path)) return false;
    seen.add(path);
    return true;
  });
}

const nameIn = (url: string) => url.split(/[?#]/)[0]?.split('/').at(-1)?.slice(0, 100) || 'picture';
