/** The sandbox in a process of its own, under a fast clock. It answers questions of its parent about its ledger. */
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { ruleShape } from '../../../src/sandbox/faults/fault-rules.ts';
import { createSandbox } from '../../../src/sandbox/server.ts';
import { createFastClock } from '../../journeys/fast-clock.ts';

const text = { type: 'string', default: '' } as const;
const { values: given } = parseArgs({ options: { began: text, speed: text, keys: text, jobs: text } });
const clock = createFastClock(Number(given.began), Number(given.speed));

const sandbox = createSandbox({
  clock,
  keys: given.keys.split(',').map((key) => ({ key, credits: 1e9 })),
  guesses: { smallestSide: 64, largestSide: 96, framesPerSecond: 2 },
  speed: Number(given.jobs),
});
await sandbox.start();

const question = z.object({
  number: z.number(),
  rule: ruleShape.optional(),
  operation: z.string().optional(),
  key: z.string(),
});

process.on('message', (message) => {
  const { number, rule, operation, key } = question.parse(message);
  if (rule) sandbox.faults.add(rule);
  if (operation) {
    const asked = sandbox.ledger.recent().filter((one) => one.operation === operation && one.key === key);
    process.send?.({ number, answer: asked.length });
    return;
  }
  const jobs = sandbox.ledger.jobs().filter((job) => job.key === key);
  const answer = jobs.map(({ jobId, kind, prompt, failure }) => ({ jobId, kind, prompt, failure }));
  process.send?.({ number, answer });
});
// The parent is gone, so the sandbox has no use.
process.on('disconnect', () => void sandbox.stop().finally(() => process.exit(0)));
process.stdout.write(`url ${sandbox.url}\n`);
