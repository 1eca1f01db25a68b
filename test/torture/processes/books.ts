/**
 * Reads what one seed left behind: the messages in the chats, everything ever said there, and the paid jobs.
 */
import { createHash } from 'node:crypto';
import { systemClock } from '../../../src/concurrency/clock.ts';
import { createPhotoGPT } from '../../../src/photogpt/client.ts';
import { allComponents } from '../../platforms/discord/check-body.ts';
import type { Fake as Discord } from '../../platforms/discord/fake-discord.ts';
import type { Fake as Slack } from '../../platforms/slack/fake-slack.ts';

/** A message as it stands now. `reader` is the only person who sees it, if there is one. `files` are digests. */
export type Seen = {
  id: string;
  channel: string;
  reader?: string;
  text: string;
  buttons: string[];
  files: string[];
  /** The prompt of the interaction that it answers, if the platform knows it. */
  answers?: string;
};

/** A job at PhotoGPT. `files` are the digests of its outputs. */
export type Paid = { jobId: string; prompt: string; files: string[] };

const digest = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

/** Returns the messages on Discord. `prompts` maps the token of an interaction to its prompt. */
export function readDiscord({ world }: Discord, prompts: ReadonlyMap<string, string>): Seen[] {
  return world.messages.map(({ id, channel_id: channel, onlyFor, content, components, attachments, token }) => ({
    id,
    channel,
    reader: onlyFor ?? world.channels.get(channel)?.recipient,
    text: content + JSON.stringify(components),
    buttons: allComponents(components).flatMap(({ type, label }) => (type === 2 ? [String(label)] : [])),
    files: attachments.map(({ bytes }) => digest(bytes)),
    answers: token === undefined ? undefined : prompts.get(token),
  }));
}

function labelsIn(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(labelsIn);
  if (typeof value !== 'object' || value === null) return [];
  const { type, text } = value as { type?: unknown; text?: { text?: unknown } };
  return type === 'button' ? [String(text?.text)] : Object.values(value).flatMap(labelsIn);
}

/** Returns the messages on Slack. */
export function readSlack({ workspace }: Slack): Seen[] {
  return workspace.posts.map(({ ts, channel, onlyFor, text, blocks, files }) => {
    const place = workspace.conversations.get(channel);
    const alone = place?.kind === 'direct' ? [...place.members].find((one) => workspace.people.has(one)) : undefined;
    return {
      id: ts,
      channel,
      reader: onlyFor ?? alone,
      text: text + JSON.stringify(blocks),
      buttons: labelsIn(blocks),
      files: files.map((id) => digest(workspace.uploads.get(id)?.bytes ?? Buffer.alloc(0))),
    };
  });
}

/** Returns everything that was ever said in the chats with effect, as text. */
export const everSaid = (discord: Discord, slack: Slack | undefined): string =>
  [
    ...discord.world.ledger.filter(({ status, method }) => status === 200 && method !== 'GET').map(({ body }) => body),
    ...(slack?.ledger ?? []).filter(({ answer }) => answer === 'ok').map(({ args }) => args),
  ]
    .map((body) => JSON.stringify(body) ?? '')
    .join('\n');

/** Returns a function that fetches the outputs of a job and returns their digests. Empty for a job without a result. */
export function createPictureBook(photogpt: { key: string; url: string }) {
  const { key, url } = photogpt;
  const api = createPhotoGPT({ key, baseUrl: url, fetch, clock: systemClock, random: () => 0.5 });
  const known = new Map<string, string[]>();

  async function look(jobId: string): Promise<string[]> {
    const { images, videos } = await api.getJob({ id: jobId });
    const films = await Promise.all(
      videos.map(async ({ id }) => {
        const file = await api.getVideoDownload({ videoID: id }).catch(() => undefined);
        return file?.status === 'ready' ? file.url : undefined;
      }),
    );
    const urls = [...images.map((image) => image.url), ...films].flatMap((address) => address ?? []);
    return Promise.all(urls.map(async (address) => digest(Buffer.from(await (await fetch(address)).arrayBuffer()))));
  }

  return async function filesOf(jobId: string): Promise<string[]> {
    const files = known.get(jobId) ?? (await look(jobId));
    if (files.length > 0) known.set(jobId, files);
    return files;
  };
}
