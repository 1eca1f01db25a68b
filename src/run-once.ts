/** One call without a browser: makes it as a member of the playground would, waits for its end, tells what came of it. */
import { createHash, randomUUID } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import type { Clock } from './concurrency/clock.ts';

const member = 'ada';
const channel = 'make-pictures';
/** A whole picture takes seconds in the sandbox; after this something is wrong. Milliseconds. */
const patience = 180_000;

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
const taken = z.object({
  form: z.object({ fields: z.array(z.object({ name: z.string(), required: z.boolean() })) }).optional(),
});

type OnceParts = {
  /** What a person types: `/imagine a lighthouse`. */
  line: string;
  /** The playground's address. */
  url: string;
  /** Where pictures and videos are put. */
  folder: string;
  /** The work that was started, as plain data. */
  jobs(): Promise<unknown[]>;
  clock: Clock;
  fetch: typeof globalThis.fetch;
};

/**
 * Prints one line of JSON, `{ messages, jobs }`, and gives the exit code: 0, or 1 when the bot said that it did not
 * work. Rejects with a reason when there was no answer at all.
 */
export async function runOnce({ line, url, folder, jobs, clock, fetch }: OnceParts): Promise<number> {
  const where = new URLSearchParams({ person: member, channel });
  const form = new FormData();
  form.set('call', JSON.stringify({ person: member, channel, line, event: randomUUID() }));
  const answer = await fetch(`${url}/api/calls`, { method: 'POST', body: form, headers: { origin: url } });
  if (!answer.ok) throw new Error(await answer.text());
  const needs = taken.parse(await answer.json()).form?.fields.filter(({ required }) => required);
  if (needs) throw new Error(`This command needs ${needs.map(({ name }) => name).join(', ')}.`);

  const until = clock.now() + patience;
  for (;;) {
    const page = history.parse(await (await fetch(`${url}/api/history?${where}`)).json());
    const said = page.messages.flatMap(({ message, private: hidden }) =>
      message ? [{ ...message, private: hidden }] : [],
    );
    if (said.length > 0 && said.every(({ tone }) => tone !== 'working')) {
      const messages = await Promise.all(said.map((message) => collected(message, url, folder, fetch)));
      process.stdout.write(`${JSON.stringify({ messages, jobs: await jobs() })}\n`);
      const bad = said.find(({ tone }) => tone === 'bad');
      if (bad) process.stderr.write(`${bad.text}\n`);
      return bad ? 1 : 0;
    }
    if (clock.now() > until) throw new Error(`There was no result within ${patience / 1000} seconds.`);
    await clock.sleep(100);
  }
}

/** The message with its files on this disk, each with its length and its digest. */
async function collected(message: z.infer<typeof spoken>, url: string, folder: string, fetch: typeof globalThis.fetch) {
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
