/** Decides which files go into which message: those that fit, smaller ones for those that do not, and what is left out. */
import type { Readable } from 'node:stream';
import type { Media, Message } from '../../../chat.ts';
import { UndeliverableError } from '../../../errors/catalogue.ts';
import { limits, requestBytes, requestOverhead, smallestStep, uploadSteps } from '../limits.ts';
import type { Upload } from './multipart.ts';

/** The bytes of a kept picture or video; undefined when they are gone. */
export type Open = (id: string) => Promise<Readable | undefined>;
/** The same picture in at most so many bytes. Rejects with `Refused` where that cannot be done. */
export type Fit = (
  media: Media,
  want: { bytes?: number; types?: string[] },
) => Promise<{ media: Media; open(): Promise<Readable> }>;

type Chosen = { media: Media; open(): Promise<Readable> };
/** Something that is too large to be posted, where Discord itself can fetch it from and show it. */
export type Linked = { url: string; kind: Media['kind']; alt: string; spoiler: boolean };
/** One message of an answer, with its files. */
export type Part = {
  message: Message;
  uploads: (names: readonly string[]) => Upload[];
  largest: number;
  links: Linked[];
};

/** `limit` is in bytes for each file. The first part holds everything but the files that go into further messages. */
export async function chooseFiles(
  message: Message,
  limit: number,
  { open, fit: shrink }: { open: Open; fit: Fit },
): Promise<Part[]> {
  const chosen: Chosen[] = [];
  const left: Media[] = [];
  for (const media of message.media ?? []) {
    if (media.bytes <= limit) {
      chosen.push({ media, open: () => opened(media, open) });
      continue;
    }
    try {
      const smaller = limit > 0 ? await shrink(media, { bytes: limit }) : undefined;
      if (smaller && smaller.media.bytes <= limit) chosen.push(smaller);
      else left.push(media);
    } catch (error) {
      if (!(error instanceof UndeliverableError)) throw error;
      left.push(media);
    }
  }
  const text = [message.text, ...left.map((media) => tooLarge(media, limit, message.job))].join('\n');
  return bundles(chosen, limit).map((bundle, index, all) => ({
    message:
      index === 0
        ? { ...message, text, media: bundle.map(({ media }) => media) }
        : {
            text: `… and more (${index + 1} of ${all.length})`,
            tone: message.tone,
            media: bundle.map(({ media }) => media),
          },
    uploads: (names) =>
      bundle.map(({ media, open: openIt }, at) => ({
        ...{ name: names[at] ?? media.name, type: media.type, bytes: media.bytes, alt: media.alt },
        open: openIt,
      })),
    largest: Math.max(0, ...bundle.map(({ media }) => media.bytes)),
    links: index === 0 ? left.flatMap(linked) : [],
  }));
}

const linked = ({ link, kind, alt, spoiler }: Media): Linked[] => (link ? [{ url: link, kind, alt, spoiler }] : []);

async function opened(media: Media, open: Open): Promise<Readable> {
  const stream = await open(media.id);
  if (!stream) throw new Error(`the file of ${media.name} is not on the disk`);
  return stream;
}

const megabytes = (bytes: number) => `${(bytes / 1e6).toFixed(1)} MB`;

function tooLarge({ kind, bytes, link }: Media, limit: number, job: number | undefined): string {
  const what = `The ${kind === 'video' ? 'video' : 'picture'} has ${megabytes(bytes)}`;
  const instead = link ? ' What you see here is PhotoGPT’s own copy, for as long as that is there.' : '';
  const where = job === undefined ? '' : ` Use \`/show ${job}\` in a place that allows more.`;
  return limit > 0
    ? `${what}; at most ${megabytes(limit)} can be posted here.${instead}${where}`
    : `${what} and could not be posted here.${instead}${where}`;
}

/** Files in their order, as many to a message as its count and its request allow; one bundle at least. */
function bundles(chosen: readonly Chosen[], limit: number): Chosen[][] {
  const most = Math.max(requestBytes, limit + requestOverhead) - requestOverhead;
  const all: Chosen[][] = [[]];
  let size = 0;
  for (const one of chosen) {
    const current = all.at(-1) ?? [];
    if (current.length > 0 && (current.length === limits.filesInMessage || size + one.media.bytes > most)) {
      all.push([one]);
      size = one.media.bytes;
    } else {
      current.push(one);
      size += one.media.bytes;
    }
  }
  return all;
}

/** What to try when a file of `largest` bytes was too large; 0 when nothing smaller makes sense. */
export function nextLimit(largest: number): number {
  const half = Math.floor(largest / 2);
  return uploadSteps.find((step) => step < largest) ?? (half >= smallestStep ? half : 0);
}
