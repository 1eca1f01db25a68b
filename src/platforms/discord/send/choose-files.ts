/** Decides which files go into which message: those that fit, smaller ones for those that do not, and links for the rest. */
import type { Readable } from 'node:stream';
import type { Media, Message } from '../../../chat.ts';
import { UndeliverableError } from '../../../errors/catalogue.ts';
import {
  maxFilesPerMessage,
  maxRequestBytes,
  minUploadStepBytes,
  requestOverheadBytes,
  uploadStepsBytes,
} from '../limits.ts';
import type { Upload } from '../rest/multipart.ts';
import { furtherMessageText, tooLargeText } from '../sentences.ts';

/** Opens a stored picture or video by its id. Resolves with undefined when the file is gone. */
export type Open = (id: string) => Promise<Readable | undefined>;

/** Makes a picture that has at most `bytes`. Rejects with `UndeliverableError` where that cannot be done. */
export type Fit = (
  media: Media,
  want: { bytes?: number; types?: string[] },
) => Promise<{ media: Media; open(): Promise<Readable> }>;

type ChosenFile = { media: Media; open(): Promise<Readable> };

/** A file that is too large to be posted. Discord fetches it from `url` itself and shows it. */
export type LinkedFile = { url: string; kind: Media['kind']; alt: string; spoiler: boolean };

/** One message of an answer, with its files. `largest` is the size of its largest file in bytes. */
export type MessagePart = {
  message: Message;
  uploads: (names: readonly string[]) => Upload[];
  largest: number;
  links: LinkedFile[];
};

/**
 * Returns the messages of an answer, in their order. No file has more than `limitBytes`. The first message has the text
 * and the buttons, and the others have the files that do not fit into it.
 */
export async function chooseFiles(
  message: Message,
  limitBytes: number,
  files: { open: Open; fit: Fit },
): Promise<MessagePart[]> {
  const chosen: ChosenFile[] = [];
  const tooLarge: Media[] = [];
  for (const media of message.media ?? []) {
    const file = await fileWithin(media, limitBytes, files);
    if (file) chosen.push(file);
    else tooLarge.push(media);
  }
  const sentences = tooLarge.map(({ kind, bytes, link }) =>
    tooLargeText({ kind, bytes, limitBytes, hasLink: Boolean(link), job: message.job }),
  );
  const text = [message.text, ...sentences].join('\n');
  return groupFiles(chosen, limitBytes).map((group, index, all) => {
    const media = group.map((file) => file.media);
    return {
      message:
        index === 0
          ? { ...message, text, media }
          : { text: furtherMessageText(index + 1, all.length), tone: message.tone, media },
      uploads: (names) => group.map((file, at) => uploadOf(file, names[at])),
      largest: Math.max(0, ...media.map(({ bytes }) => bytes)),
      links: index === 0 ? tooLarge.flatMap(linkOf) : [],
    };
  });
}

/** Returns the file as it is, or made smaller. Undefined when it cannot have `limitBytes` or less. */
async function fileWithin(
  media: Media,
  limitBytes: number,
  { open, fit: shrink }: { open: Open; fit: Fit },
): Promise<ChosenFile | undefined> {
  if (media.bytes <= limitBytes) return { media, open: () => openStored(media, open) };
  if (limitBytes <= 0) return undefined;
  try {
    const smaller = await shrink(media, { bytes: limitBytes });
    return smaller.media.bytes <= limitBytes ? smaller : undefined;
  } catch (error) {
    if (!(error instanceof UndeliverableError)) throw error;
    return undefined;
  }
}

async function openStored(media: Media, open: Open): Promise<Readable> {
  const stream = await open(media.id);
  if (!stream) throw new Error(`the file of ${media.name} is not on the disk`);
  return stream;
}

const uploadOf = ({ media, open }: ChosenFile, name: string | undefined): Upload => ({
  name: name ?? media.name,
  type: media.type,
  bytes: media.bytes,
  alt: media.alt,
  open,
});

const linkOf = ({ link, kind, alt, spoiler }: Media): LinkedFile[] => (link ? [{ url: link, kind, alt, spoiler }] : []);

/** Returns the files in their order, as many to a message as its count and its request allow. One group at least. */
function groupFiles(files: readonly ChosenFile[], limitBytes: number): ChosenFile[][] {
  const maxGroupBytes = Math.max(maxRequestBytes, limitBytes + requestOverheadBytes) - requestOverheadBytes;
  const groups: ChosenFile[][] = [[]];
  let size = 0;
  for (const file of files) {
    const current = groups.at(-1) ?? [];
    const isFull = current.length === maxFilesPerMessage || size + file.media.bytes > maxGroupBytes;
    if (current.length > 0 && isFull) {
      groups.push([file]);
      size = file.media.bytes;
    } else {
      current.push(file);
      size += file.media.bytes;
    }
  }
  return groups;
}

/** Returns the limit to try after Discord refused a file of `refusedBytes`. 0 when nothing smaller makes sense. */
export function nextLimit(refusedBytes: number): number {
  const half = Math.floor(refusedBytes / 2);
  return uploadStepsBytes.find((step) => step < refusedBytes) ?? (half >= minUploadStepBytes ? half : 0);
}
