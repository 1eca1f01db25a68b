/** `npm run sandbox`: the sandbox on its own, until SIGINT or SIGTERM. */
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { systemClock } from '../concurrency/clock.ts';
import { createLog } from '../log.ts';
import { faultWords } from './faults/fault-words.ts';
import { createSandbox } from './server.ts';

const usage = `Usage: npm run sandbox -- [--port 4010] [--host 127.0.0.1] [--speed 20] [--strict | --lenient] [--key sandbox-key]`;

const defaultKey = 'sandbox-key';
const credits = 100_000;

const shape = z.object({
  port: z.coerce.number('--port must be a number').int().min(0).max(65_535).default(4010),
  host: z.string().default('127.0.0.1'),
  'public-url': z.url('--public-url must be an address').optional(),
  speed: z.coerce.number('--speed must be a number').positive('--speed must be above 0').default(20),
  key: z.string().min(1).default(defaultKey),
  strict: z.boolean().default(false),
  lenient: z.boolean().default(false),
});

type Options = z.infer<typeof shape>;

/** Returns the options of the command line. Prints what is wrong, and returns undefined, when they cannot be used. */
function readOptions(): Options | undefined {
  const text = { type: 'string' } as const;
  const flag = { type: 'boolean' } as const;
  const known = { port: text, host: text, 'public-url': text, speed: text, key: text, strict: flag, lenient: flag };
  try {
    return shape.parse(parseArgs({ options: known }).values);
  } catch (error) {
    const why = error instanceof z.ZodError ? error.issues.map(({ message }) => message).join('; ') : String(error);
    process.stderr.write(`${why}\n${usage}\n`);
    return undefined;
  }
}

/** Starts the sandbox and prints its addresses. The process ends by itself once a signal has stopped it. */
async function run(options: Options): Promise<void> {
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
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void sandbox.stop());
}

const options = readOptions();
// No process.exit: it would cut off what was printed into a pipe.
if (options) await run(options);
else process.exitCode = 2;
