/** `npm run sandbox`: the sandbox on its own, until it is told to stop. */
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { systemClock } from '../concurrency/clock.ts';
import { createLog } from '../log.ts';
import { faultWords } from './faults/faults.ts';
import { createSandbox } from './server.ts';

const usage = `Usage: npm run sandbox -- [--port 4010] [--host 127.0.0.1] [--speed 20] [--strict | --lenient] [--key sandbox-key]`;

const key = 'sandbox-key';
const credits = 100_000;

const shape = z.object({
  port: z.coerce.number('--port must be a number').int().min(0).max(65_535).default(4010),
  host: z.string().default('127.0.0.1'),
  'public-url': z.url('--public-url must be an address').optional(),
  speed: z.coerce.number('--speed must be a number').positive('--speed must be above 0').default(20),
  key: z.string().min(1).default(key),
  strict: z.boolean().default(false),
  lenient: z.boolean().default(false),
});

function readOptions() {
  const text = { type: 'string' } as const;
  const flag = { type: 'boolean' } as const;
  const known = { port: text, host: text, 'public-url': text, speed: text, key: text, strict: flag, lenient: flag };
  try {
    return shape.parse(parseArgs({ options: known }).values);
  } catch (error) {
    const why = error instanceof z.ZodError ? error.issues.map(({ message }) => message).join('; ') : String(error);
    process.stderr.write(`${why}\n${usage}\n`);
    process.exit(2);
  }
}

const options = readOptions();
const sandbox = createSandbox({
  clock: systemClock,
  mode: options.lenient && !options.strict ? 'lenient' : 'strict',
  keys: [{ key: options.key, credits }],
  speed: options.speed,
  host: options.host,
  port: options.port,
  publicUrl: options['public-url'],
  log: createLog('info', 2),
});

await sandbox.start();
const admin = sandbox.url.replace(/\/api$/, '/admin');
process.stdout.write(`PhotoGPT sandbox
  URL     ${sandbox.url}
  key     ${options.key}
  faults  put one of these words into a prompt: ${faultWords.map(({ word }) => word).join(' ')}
          or send rules to ${admin}/faults; what happened is at ${admin}/ledger
`);

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => {
    // Nothing is left to do after this, whether stopping went well or not.
    void sandbox.stop().finally(() => process.exit(0));
  });
}
