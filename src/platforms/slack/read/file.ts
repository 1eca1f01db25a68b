/** A file in Slack as an attachment: downloaded with the bot's token, and checked for being what it says. */
import { z } from 'zod';
import type { Attachment } from '../../../chat.ts';
import { UndeliverableError } from '../../../errors/catalogue.ts';
import type { Credentials } from '../install/credentials.ts';
import { maxDownloadBytes } from '../limits.ts';
import type { Web } from '../send/web.ts';
import { fileSentences } from '../sentences.ts';
import type { SlackFile } from './interaction.ts';

const info = z.object({
  file: z.object({ url_private_download: z.url().optional(), url_private: z.url().optional() }),
});

type Parts = { web: Web; credentials: Credentials; fetch: typeof globalThis.fetch; apiUrl: string };

/** Returns a function that makes attachments. Reading rejects with a sentence when the bytes cannot be had. */
export function createFileReader({ web, credentials, fetch, apiUrl }: Parts) {
  /** The token goes to Slack and to nobody else, whatever a payload says. */
  const isSlack = ({ hostname, host, protocol }: URL) =>
    (protocol === 'https:' && /(^|\.)slack(-edge)?\.com$/.test(hostname)) || host === new URL(apiUrl).host;

  async function addressOf(tenant: string, file: SlackFile, signal: AbortSignal): Promise<URL> {
    const known = file.url_private_download ?? file.url_private;
    // Files from Slack Connect come without an address.
    const found = known ? undefined : (await web.call(tenant, 'files.info', { file: file.id }, info, { signal })).file;
    const address = known ?? found?.url_private_download ?? found?.url_private;
    if (!address || !isSlack(new URL(address))) throw new UndeliverableError(fileSentences.noAddress);
    return new URL(address);
  }

  return (tenant: string, file: SlackFile): Attachment => ({
    name: file.name ?? file.id,
    bytes: file.size ?? undefined,
    async read(signal) {
      const address = await addressOf(tenant, file, signal);
      const token = await credentials.token(tenant);
      const response = await fetch(address, {
        headers: { authorization: `Bearer ${token}` },
        redirect: 'error',
        signal,
      });
      // Without permission Slack answers 200 and a page for signing in.
      if (!response.ok || response.headers.get('content-type')?.startsWith('text/html') || !response.body)
        throw new UndeliverableError(fileSentences.notReadable);
      const pieces: Uint8Array[] = [];
      let length = 0;
      for await (const piece of response.body) {
        length += piece.byteLength;
        if (length > maxDownloadBytes) throw new UndeliverableError(fileSentences.tooLarge);
        pieces.push(piece);
      }
      return Buffer.concat(pieces);
    },
  });
}

/** What can be used as a reference. Of files from other workspaces Slack tells nothing before they are interaction for. */
export const isPicture = ({ mimetype, file_access: access }: SlackFile) =>
  mimetype ? mimetype.startsWith('image/') : access === 'check_file_info';
