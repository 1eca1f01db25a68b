/** Makes one call without a browser, as a member of the playground would, and prints what came of it. */
import { createHash, randomUUID } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import type { Clock } from './concurrency/clock.ts';

const person = 'ada';
const channel = 'make-pictures';

const spoken = z.object({
  text: z.string(),
  tone: z.string(),
  quote: z.string().optional(),
  facts: z.array(z.object({ label: z.string(), value: z.string() })).default([]),
  media: z
    .array(
      z.object({
        id: z.string(),
        name: z.string(),
        type: z.string(),
        width: z.number(),
        height: z.number(),
        alt: z.string(),
      }),
    )
    .default([]),
  buttons: z.array(z.object({ label: z.string(), call: z.record(z.string(), z.unknown()) })).default([]),
});
const history = z.object({
  messages: z.array(z.object({ id: z.number(), private: z.boolean(), message: spoken.optional() })),
});
const accepted = z.object({
  form: z.object({ fields: z.array(z.object({ name: z.string(), required: z.boolean() })) }).optional(),
});

type OnceParts = {
  /** The call as a person types it: `/imagine a lighthouse`. */
  line: string;
  /** The playground's address. */
  url: string;
  /** The folder for the pictures and videos. */
  folder: string;
  /** The jobs that the call has started, as plain data. */
  jobs(): Promise<unknown[]>;
  timeoutMs: number;
  pollMs: number;
  clock: Clock;
  fetch: typeof globalThis.fetch;
};

/**
 * Makes the call and prints one line of JSON, `{ messages, jobs }`. Resolves with the exit code: 0, or 1 when the bot
 * says that it did not work. Rejects with a reason when there is no answer at all.
 */
export async function runOnce(parts: OnceParts): Promise<number> {
  await send(parts);
  const said = await answerTo(parts);
  const messages = await Promise.all(said.map((message) => download(message, parts)));
  process.stdout.write(`${JSON.stringify({ messages, jobs: await parts.jobs() })}\n`);
  const failure = said.find(({ tone }) => tone === 'bad');
  if (failure) process.stderr.write(`${failure.text}\n`);
  return failure ? 1 : 0;
}

/** Sends the call. Rejects when the bot asks for more options. */
async function send({ line, url, fetch }: OnceParts): Promise<void> {
  const body = new FormData();
  body.set('call', JSON.stringify({ person, channel, line, event: randomUUID() }));
  const answer = await fetch(`${url}/api/calls`, { method: 'POST', body, headers: { origin: url } });
  if (!answer.ok) throw new Error(await answer.text());
  const needs = accepted.parse(await answer.json()).form?.fields.filter(({ required }) => required);
  if (needs) throw new Error(`This command needs ${needs.map(({ name }) => name).join(', ')}.`);
}

type Said = z.infer<typeof spoken> & { private: boolean };

/** Waits for the messages of the answer, until none of them shows work in progress. */
async function answerTo({ url, timeoutMs, pollMs, clock, fetch }: OnceParts): Promise<Said[]> {
  const where = new URLSearchParams({ person, channel });
  const deadline = clock.now() + timeoutMs;
  for (;;) {
    const page = history.parse(await (await fetch(`${url}/api/history?${where}`)).json());
    const said = page.messages.flatMap(({ message, private: hidden }) =>
      message ? [{ ...message, private: hidden }] : [],
    );
    if (said.length > 0 && said.every(({ tone }) => tone !== 'working')) return said;
    if (clock.now() > deadline) throw new Error(`There was no result within ${timeoutMs / 1_000} seconds.`);
    await clock.sleep(pollMs);
  }
}

/** Downloads the files of a message into the folder, and returns the message with their paths, lengths and digests. */
async function download(message: Said, { url, folder, fetch }: OnceParts) {
  if (message.media.length > 0) await mkdir(folder, { recursive: true });
  const media = await Promise.all(
    message.media.map(async ({ id, ...facts }) => {
      const answer = await fetch(`${url}/media/${id}`);
      if (!answer.ok) throw new Error(`${facts.name} cannot be had: ${await answer.text()}`);
      const bytes = new Uint8Array(await answer.arrayBuffer());
      const path = join(folder, facts.name);
      await writeFile(path, bytes);
      return { ...facts, path, bytes: bytes.length, sha256: createHash('sha256').update(bytes).digest('hex') };
    }),
  );
  return { ...message, media };
}
