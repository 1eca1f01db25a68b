/** A picture given as an address: fetched like any other attachment, with every guard of `download.ts`. */
import { readFile, rm } from 'node:fs/promises';
import type { Attachment } from '../../chat.ts';
import { refuse, type UserError } from '../../errors/catalogue.ts';
import { isDiskTrouble, type MediaFiles } from '../files.ts';
import { type Download, DownloadError } from './download.ts';

/** Returns whether a text is an address, and not the id of a picture or the number of a job. */
export const isLink = (text: string): boolean => /^https?:\/\/\S+$/i.test(text);

/** Returns a function that makes an attachment of an address. Reading it throws `UserError` when it cannot be fetched. */
export function createLinks({ download, files, limit }: { download: Download; files: MediaFiles; limit: number }) {
  async function newDraft(): Promise<string> {
    return files.draft().catch((error: unknown) => {
      throw isDiskTrouble(error) ? refuse('noRoom', undefined) : error;
    });
  }

  /** Returns the sentence for a failed download. */
  function explainFailure(error: unknown, url: string): UserError {
    if (isDiskTrouble(error)) return refuse('noRoom', undefined);
    const kind = error instanceof DownloadError ? error.kind : 'trouble';
    if (kind === 'too large') return refuse('linkTooLarge', { url, max: limit });
    return kind === 'forbidden' ? refuse('linkForbidden', { url }) : refuse('linkUnreadable', { url });
  }

  return function attachmentAt(url: string): Attachment {
    return {
      name: nameIn(url),
      async read(signal) {
        const draft = await newDraft();
        try {
          await download(url, draft, limit, signal);
          return await readFile(draft);
        } catch (error) {
          throw explainFailure(error, url);
        } finally {
          await rm(draft, { force: true });
        }
      },
    };
  };
}

/** Returns the last part of the path, as the name that people recognise. */
function nameIn(url: string): string {
  const path = URL.canParse(url) ? new URL(url).pathname : '';
  return path.split('/').at(-1) || 'the linked picture';
}
