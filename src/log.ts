/** The operator's log: one JSON object a line, or readable lines when somebody is watching. No secret gets through. */
import { type DestinationStream, destination, type Logger, pino } from 'pino';

export type Log = Logger;

/** Keys whose values never reach the log, wherever they stand. */
const secret = ['token', 'apiKey', 'authorization', 'secret', 'headers.authorization'];
const redact = { paths: secret.flatMap((key) => [key, `*.${key}`]), censor: '[secret]' };

/** What an error may say of itself: the driver's and the clients' own words for it, never what was asked for. */
const telling = [
  'code',
  'status',
  'operation',
  'verdict',
  'reason',
  'err',
  'kind',
  'errno',
  'syscall',
  'constraint_name',
];
const deepest = 4;

/**
 * Drizzle puts every value of a failed statement into its message, and the driver hangs them on its errors: prompts,
 * and what platforms gave us to answer with. The statement itself tells enough.
 */
function told(error: unknown, depth = 0): unknown {
  if (!(error instanceof Error)) return typeof error === 'object' ? '[not an error]' : error;
  const message = error.message.replace(/\nparams: [\s\S]*/, '');
  const facts = Object.fromEntries(telling.flatMap((key) => (key in error ? [[key, Reflect.get(error, key)]] : [])));
  const cause = error.cause === undefined || depth >= deepest ? undefined : told(error.cause, depth + 1);
  return { type: error.name, message, stack: error.stack?.replace(error.message, message), ...facts, cause };
}

/** Credentials by how they look, for those that nobody told us of: what platforms hand out while the bot runs. */
const looks: [pattern: RegExp, instead: string][] = [
  [/\bxox[a-z](?:\.xox[a-z])?-[\w-]{8,}/g, '[secret]'],
  [/\bxapp-[\w-]{8,}/g, '[secret]'],
  [/\baW50ZXJhY3Rpb246[\w=-]{8,}/g, '[secret]'],
  [/\b(Bearer|Bot) [\w.~+/=-]{8,}/g, '$1 [secret]'],
  [/(:\/\/[^\s:/@"]*:)[^\s/@"]+@/g, '$1[secret]@'],
  [/(hooks\.slack\.com\/\w+)\/[\w/-]+/g, '$1/[secret]'],
];
/** Shorter ones are words. */
const shortest = 6;

const quoted = (text: string) => JSON.stringify(text).slice(1, -1);
/** A secret as it is, in JSON, in JSON that is in JSON, and in an address. */
const spellings = (value: string) => [value, quoted(value), quoted(quoted(value)), encodeURIComponent(value)];

function options(level: string, secrets: readonly string[]) {
  const known = [...new Set(secrets.filter(({ length }) => length >= shortest).flatMap(spellings))];
  // What holds another one goes first.
  known.sort((a, b) => b.length - a.length);
  const streamWrite = (line: string) => {
    const clean = known.reduce((text, value) => text.replaceAll(value, '[secret]'), line);
    return looks.reduce((text, [pattern, instead]) => text.replace(pattern, instead), clean);
  };
  return { level, redact, serializers: { err: told }, hooks: { streamWrite } };
}

/**
 * A logger at `level` (pino's names), to standard output, or to `fd` 2 where standard output carries an answer. None of
 * `secrets` appears in it. Readable lines are chosen by looking at the terminal, not at `NODE_ENV`: an operator who pipes
 * the log into a file wants JSON whatever the environment is called.
 */
export function createLog(level: string, fd: 1 | 2 = 1, secrets: readonly string[] = []): Log {
  if (!(fd === 1 ? process.stdout : process.stderr).isTTY) return pino(options(level, secrets), destination(fd));
  const pretty = { destination: fd, ignore: 'pid,hostname', translateTime: 'HH:MM:ss' };
  return pino({ ...options(level, secrets), transport: { target: 'pino-pretty', options: pretty } });
}

/** A logger whose lines go to `stream`: for tests that read what was logged. */
export function logTo(stream: DestinationStream, level = 'debug', secrets: readonly string[] = []): Log {
  return pino(options(level, secrets), stream);
}
