/** Downloads a file of Slack with the bot's token, and checks that it is a file and not a page. */
import { z } from 'zod';
import type { Attachment } from '../../../chat.ts';
import { UndeliverableError } from '../../../errors/catalogue.ts';
import type { Credentials } from '../install/credentials.ts';
import { maxDownloadBytes } from '../limits.ts';
import { fileSentences } from '../sentences.ts';
import type { Web } from '../web/web.ts';
import type { SlackFile } from './slack-file.ts';

const fileInfo = z.object({
  file: z.object({ url_private_download: z.url().optional(), url_private: z.url().optional() }),
});

type Parts = { web: Web; credentials: Credentials; fetch: typeof globalThis.fetch; apiUrl: string };

/**
 * Returns a function that makes an attachment of a file. Its `read` rejects with an `UndeliverableError`, whose
 * sentence is for people, if Slack names no address of its own, shows no file, or the file has more than 50 MB.
 */
export function createFileReader({ web, credentials, fetch, apiUrl }: Parts) {
  /** Returns whether the address is Slack's. The token goes nowhere else, whatever a payload says. */
  const isSlack = ({ hostname, host, protocol }: URL) =>
    (protocol === 'https:' && /(^|\.)slack(-edge)?\.com$/.test(hostname)) || host === new URL(apiUrl).host;

  async function addressOf(tenant: string, file: SlackFile, signal: AbortSignal): Promise<URL> {
    const known = file.url_private_download ?? file.url_private;
    // Files from Slack Connect come without an address.
    const found = known
      ? undefined
      : (await web.call(tenant, 'files.info', { file: file.id }, fileInfo, { signal })).file;
    const address = known ?? found?.url_private_download ?? found?.url_private;
    if (!address || !isSlack(new URL(address))) throw new UndeliverableError(fileSentences.noAddress);
    return new URL(address);
  }

  async function download(tenant: string, file: SlackFile, signal: AbortSignal): Promise<Buffer> {
    const address = await addressOf(tenant, file, signal);
    const token = await credentials.token(tenant);
    const headers = { authorization: `Bearer ${token}` };
    const response = await fetch(address, { headers, redirect: 'error', signal });
    // Without permission, Slack answers 200 and a page for signing in.
    const isPage = response.headers.get('content-type')?.startsWith('text/html');
    if (!response.ok || isPage || !response.body) throw new UndeliverableError(fileSentences.notReadable);
    return readBytes(response.body);
  }

  return (tenant: string, file: SlackFile): Attachment => ({
    name: file.name ?? file.id,
    bytes: file.size ?? undefined,
    read: (signal) => download(tenant, file, signal),
  });
}

async function readBytes(body: ReadableStream<Uint8Array>): Promise<Buffer> {
  const pieces: Uint8Array[] = [];
  let length = 0;
  for await (const piece of body) {
    length += piece.byteLength;
    if (length > maxDownloadBytes) throw new UndeliverableError(fileSentences.tooLarge);
    pieces.push(piece);
  }
  return Buffer.concat(pieces);
}
