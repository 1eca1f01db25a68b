/** A picture given as an address: fetched like any other attachment, with every guard of `download.ts`. */
import { readFile, rm } from 'node:fs/promises';
import type { Attachment } from '../../chat.ts';
import { refuse, UserError } from '../../errors/catalogue.ts';
import { isDiskTrouble, type MediaFiles } from '../files.ts';
import { type Download, DownloadError } from './download.ts';

export const isLink = (text: string): boolean => /^https?:\/\/\S+$/i.test(text);

/** Makes an attachment of an address. Reading it throws `UserError` when it cannot be fetched. */
export function createLinks({ download, files, limit }: { download: Download; files: MediaFiles; limit: number }) {
  return function attachmentAt(url: string): Attachment {
    return {
      name: nameIn(url),
      async read(signal) {
        const draft = await files.draft().catch((error: unknown) => {
          throw isDiskTrouble(error) ? refuse('noRoom', undefined) : error;
        });
        try {
          await download(url, draft, limit, signal);
          return await readFile(draft);
        } catch (error) {
          if (isDiskTrouble(error)) throw refuse('noRoom', undefined);
          const kind = error instanceof DownloadError ? error.kind : 'trouble';
          if (error instanceof UserError || kind === 'too large') throw refuse('linkTooLarge', { url, max: limit });
          throw kind === 'forbidden' ? refuse('linkForbidden', { url }) : refuse('linkUnreadable', { url });
        } finally {
          await rm(draft, { force: true });
        }
      },
    };
  };
}

/** The last part of the path, as the name that people recognise. */
function nameIn(url: string): string {
  const path = URL.canParse(url) ? new URL(url).pathname : '';
  return path.split('/').at(-1) || 'the linked picture';
}
