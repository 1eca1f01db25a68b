/** Files that Discord holds: attachments and pictures of messages, fetched when the bot reads them. */
import { z } from 'zod';
import type { Attachment } from '../../../chat.ts';
import { refuse } from '../../../errors/catalogue.ts';
import { attachmentTimeoutMs } from '../timings.ts';
import type { SentAttachment, SentMessage } from './interaction.ts';

/** Schema of a `RemoteFile`, because forms store some. */
export const remoteFile = z.object({ name: z.string(), url: z.string(), bytes: z.number().optional() });

/** A file by the address at which Discord holds it. `bytes` is its declared size, absent where Discord gives none. */
export type RemoteFile = z.output<typeof remoteFile>;

/** Bytes of the largest file that is read: more than any useful picture. The media part checks its own, lower limits. */
const maxAttachmentBytes = 64 * 1024 * 1024;
const maxNameLength = 100;

/** Returns the file of an attachment option, an upload or a message. */
export const remoteFileOf = ({ filename, url, size }: SentAttachment): RemoteFile => ({
  name: filename,
  url,
  bytes: size,
});

/** Returns the file as `chat.ts` has it. Its `read` throws a `UserError` when Discord does not give the bytes. */
export function attachmentOf(file: RemoteFile, fetch: typeof globalThis.fetch): Attachment {
  return {
    name: file.name,
    bytes: file.bytes,
    async read(signal) {
      const limit = Math.min(maxAttachmentBytes, file.bytes ?? maxAttachmentBytes);
      try {
        const timeout = AbortSignal.timeout(attachmentTimeoutMs);
        const answer = await fetch(file.url, { signal: AbortSignal.any([signal, timeout]) });
        if (!answer.ok || !answer.body) throw new Error(`status ${answer.status}`);
        return await readAtMost(limit, answer.body as unknown as AsyncIterable<Uint8Array>);
      } catch {
        signal.throwIfAborted();
        throw refuse('pictureUnreadable', { name: file.name });
      }
    },
  };
}

/** Returns all bytes of `body`. Throws when there are more than `maxBytes`. */
async function readAtMost(maxBytes: number, body: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of body) {
    size += chunk.length;
    if (size > maxBytes) throw new Error('longer than announced');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

const isPicture = (type: string | null | undefined, name: string) =>
  type ? type.startsWith('image/') : /\.(png|jpe?g|webp|gif|avif)(\?|$)/i.test(name);

const componentMedia = z.object({
  url: z.string(),
  proxy_url: z.string().nullish(),
  content_type: z.string().nullish(),
  attachment_id: z.string().nullish(),
});

/** Levels of nested components that are searched. */
const maxDepth = 6;

/** Returns every `media` object in a tree of components, such as those of galleries and thumbnails. */
function mediaIn(tree: unknown, depth = 0): z.output<typeof componentMedia>[] {
  if (depth > maxDepth || typeof tree !== 'object' || tree === null) return [];
  return Object.entries(tree).flatMap(([key, value]) => {
    const found = key === 'media' ? componentMedia.safeParse(value) : undefined;
    return found?.success ? [found.data] : mediaIn(value, depth + 1);
  });
}

/**
 * Returns the pictures of a message, each once. A picture from elsewhere has the address of Discord's proxy, so that we
 * fetch nothing from an address that a person chose.
 */
export function picturesIn(message: SentMessage): RemoteFile[] {
  const attached = message.attachments
    .filter(({ content_type: type, filename }) => isPicture(type, filename))
    .map(remoteFileOf);
  const inComponents = mediaIn(message.components).flatMap(
    ({ url, proxy_url: proxy, content_type: type, attachment_id: id }) => {
      const safe = id ? url : proxy;
      return safe && isPicture(type, url) ? [{ name: nameIn(url), url: safe }] : [];
    },
  );
  const embedded = message.embeds.flatMap(({ image, thumbnail }) =>
    [image, thumbnail].flatMap((one) => (one?.proxy_url ? [{ name: nameIn(one.url), url: one.proxy_url }] : [])),
  );
  return withoutDoubles([...attached, ...inComponents, ...embedded]);
}

/** Compares addresses without their query: Discord signs the same file anew for each mention of it. */
function withoutDoubles(files: readonly RemoteFile[]): RemoteFile[] {
  const seen = new Set<string>();
  return files.filter(({ url }) => {
    const path = url.split('?')[0] ?? url;
    if (seen.has(path)) return false;
    seen.add(path);
    return true;
  });
}

const nameIn = (url: string) => url.split(/[?#]/)[0]?.split('/').at(-1)?.slice(0, maxNameLength) || 'picture';
