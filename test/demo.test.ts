import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { availableParallelism, loadavg, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import sharp from 'sharp';
import { describe, expect, it, onTestFinished } from 'vitest';
import { z } from 'zod';

const run = promisify(execFile);

const said = z.strictObject({
  messages: z.array(
    z.strictObject({
      text: z.string(),
      tone: z.string(),
      private: z.boolean(),
      quote: z.string().optional(),
      facts: z.array(z.strictObject({ label: z.string(), value: z.string() })),
      media: z.array(
        z.strictObject({
          name: z.string(),
          type: z.string(),
          width: z.number(),
          height: z.number(),
          alt: z.string(),
          path: z.string(),
          bytes: z.number(),
          sha256: z.string(),
        }),
      ),
      buttons: z.array(z.strictObject({ label: z.string(), call: z.record(z.string(), z.unknown()) })),
    }),
  ),
  jobs: z.array(z.strictObject({ id: z.number(), state: z.string(), operation: z.string(), model: z.string() })),
});

/**
 * Returns how many times longer a process takes on busy cores, and 1 on idle ones. The promise of 20 seconds is for a
 * machine that does nothing else, and the suite itself keeps two cores busy.
 */
const crowding = () => Math.max(1, (loadavg()[0] ?? 0) / availableParallelism());

/** Runs the demo for one call, in a temporary folder of its own. */
async function once(line: string, ...flags: string[]) {
  const temporary = await mkdtemp(join(tmpdir(), 'photogpt-bot-test-'));
  onTestFinished(() => rm(temporary, { recursive: true, force: true }));
  const started = performance.now();
  const args = ['--import', 'tsx', 'src/demo.ts', '--once', line, ...flags];
  const outcome = await run(process.execPath, args, {
    env: { ...process.env, TMPDIR: temporary },
    timeout: 60_000,
  }).then(
    ({ stdout, stderr }) => ({ code: 0, stdout, stderr }),
    ({ code, stdout, stderr }: { code: number; stdout: string; stderr: string }) => ({ code, stdout, stderr }),
  );
  const left = (await readdir(temporary)).filter((name) => name.startsWith('photogpt-bot-'));
  return { ...outcome, seconds: (performance.now() - started) / 1000, left };
}

describe('npm run demo -- --once', () => {
  it('prints real pictures as one line of JSON within 20 seconds', {
    timeout: 120_000,
  }, async () => {
    const { code, stdout, stderr, seconds } = await once('/imagine a lighthouse at dusk ratio:16:9 count:2');
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout.trimEnd().split('\n')).toHaveLength(1);
    const { messages, jobs } = said.parse(JSON.parse(stdout));
    expect(jobs).toEqual([
      { id: 1, state: expect.stringMatching(/ready|closed/), operation: 'image', model: 'nanobanana-2' },
    ]);
    const [message] = messages;
    expect(messages).toHaveLength(1);
    expect(message).toMatchObject({ tone: 'good', quote: 'a lighthouse at dusk', private: false });
    expect(message?.buttons.map(({ label }) => label)).toEqual(
      expect.arrayContaining(['Upscale 1', 'Vary 2', 'Again', 'Delete']),
    );
    expect(message?.media).toHaveLength(2);
    for (const { path, bytes, sha256, width, height, type } of message?.media ?? []) {
      const content = await readFile(path);
      expect(content.length).toBe(bytes);
      expect(createHash('sha256').update(content).digest('hex')).toBe(sha256);
      const facts = await sharp(content).metadata();
      expect([facts.width, facts.height, `image/${facts.format}`]).toEqual([width, height, type]);
      expect(width / height).toBeCloseTo(16 / 9, 1);
      const { entropy } = await sharp(content).stats();
      expect(entropy).toBeGreaterThan(3);
    }
    const [folder] = message?.media.map(({ path }) => dirname(path)) ?? [];
    expect((await readdir(dirname(folder ?? ''))).sort()).toEqual(['results']);
    expect(new Set(message?.media.map(({ sha256 }) => sha256)).size).toBe(2);
    expect(seconds).toBeLessThan(20 * crowding());
  });

  // Each case is a whole process, so there are few.
  it.each([
    [
      '/imagine a cat !refuse',
      /^PhotoGPT did not accept this: The prompt was rejected by the safety system\. Nothing was/,
      true,
    ],
    ['/imagine ratio:16:9', /^This command needs prompt\.\n$/, false],
  ])(
    'ends with 1 and the reason for “%s”, and leaves nothing behind',
    { timeout: 60_000 },
    async (line, reason, answers) => {
      const { code, stdout, stderr, left } = await once(line, '--speed', '30');
      expect(stderr).toMatch(reason);
      expect(stderr).not.toMatch(/\bat .*:\d+:\d+/);
      expect(code).toBe(1);
      expect(stdout !== '').toBe(answers);
      expect(left).toEqual([]);
    },
  );

  it('refuses a flag that does not fit with a sentence', { timeout: 60_000 }, async () => {
    const reason = '--speed is a number above 0, not 0.\n';
    expect(await once('/help', '--speed', '0')).toMatchObject({ code: 1, stdout: '', stderr: reason, left: [] });
  });
});
