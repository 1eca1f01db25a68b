/** Names and describes a kept output for the chat, after the words that asked for it. */
import type { Media } from '../../chat.ts';
import type { Output } from '../../db/schema/schema.ts';
import type { StoredMedia } from '../media-store.ts';

/** The facts of a finished job that fetch and name its outputs. */
export type FinishedJob = {
  id: number;
  platform: string;
  tenant: string;
  person: string;
  outputs: Output[];
  request: Record<string, unknown>;
  call: { options: Record<string, unknown> };
};

/** Longest description, in characters. Slack takes 1,000 and Discord 1,024. */
const maxAltCharacters = 1_000;

/** Longest part of the prompt in the name of a file, in characters. */
const maxNameCharacters = 40;

/** Returns a kept output as the chat shows it. */
export function toMedia(job: FinishedJob, row: StoredMedia): Media {
  const { id, kind, type, bytes, width, height } = row;
  const prompt = typeof job.request.prompt === 'string' ? job.request.prompt : '';
  return {
    id,
    kind,
    name: `${slugOf(prompt)}-${job.id}-${row.image ?? 1}.${extensionOf(type)}`,
    type,
    bytes,
    width,
    height,
    seconds: row.seconds ?? undefined,
    alt: prompt ? [...prompt].slice(0, maxAltCharacters).join('') : `A ${kind} made by PhotoGPT`,
    spoiler: job.call.options.spoiler === true,
    ...linkOf(job.outputs[(row.image ?? 1) - 1]),
  };
}

/** Returns the first words of a prompt, joined with dashes, or `photogpt` when it has none. */
function slugOf(prompt: string): string {
  const words = prompt.toLowerCase().match(/[a-z0-9]+/g);
  return words?.join('-').slice(0, maxNameCharacters).replace(/-$/, '') || 'photogpt';
}

const extensionOf = (type: string) => type.split('/')[1]?.replace('jpeg', 'jpg').replace('quicktime', 'mov') ?? 'bin';

/** Returns the link of a video that is too large for a chat. A picture needs none, because it can be made smaller. */
const linkOf = (output: Output | undefined) =>
  output?.kind === 'video' && output.file && URL.canParse(output.file) ? { link: output.file } : {};
