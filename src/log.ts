/** The operator's log: one JSON object a line, or readable lines on a terminal. It removes all secrets. */
import { type DestinationStream, destination, type Logger, pino } from 'pino';

/** The log that every part is given. */
export type Log = Logger;

/** Keys whose values never reach the log, at the top of a line or one level below. */
const secret = ['token', 'apiKey', 'authorization', 'secret', 'headers.authorization'];
const redact = { paths: secret.flatMap((key) => [key, `*.${key}`]), censor: '[secret]' };

/** Properties of errors that the log may show: words of drivers and clients, never what a person asked for. */
const shownProperties = [
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
const maxCauses = 4;

/**
 * Returns the loggable part of an error. Drizzle puts every value of a failed statement into its message, and the
 * driver adds them to its errors. These are prompts and the tokens that platforms give for answers. The statement alone
 * stays.
 */
function serializeError(error: unknown, depth = 0): unknown {
  if (!(error instanceof Error)) return typeof error === 'object' ? '[not an error]' : error;
  const message = error.message.replace(/\nparams: [\s\S]*/, '');
  const facts = Object.fromEntries(
    shownProperties.flatMap((key) => (key in error ? [[key, Reflect.get(error, key)]] : [])),
  );
  const cause = error.cause === undefined || depth >= maxCauses ? undefined : serializeError(error.cause, depth + 1);
  return { type: error.name, message, stack: error.stack?.replace(error.message, message), ...facts, cause };
}

/** Patterns of credentials that platforms hand out while the bot runs, which no setting lists. */
const credentialPatterns: [pattern: RegExp, instead: string][] = [
  [/\bxox[a-z](?:\.xox[a-z])?-[\w-]{8,}/g, '[secret]'],
  [/\bxapp-[\w-]{8,}/g, '[secret]'],
  [/\baW50ZXJhY3Rpb246[\w=-]{8,}/g, '[secret]'],
  [/\b(Bearer|Bot) [\w.~+/=-]{8,}/g, '$1 [secret]'],
  [/(:\/\/[^\s:/@"]*:)[^\s/@"]+@/g, '$1[secret]@'],
  [/(hooks\.slack\.com\/\w+)\/[\w/-]+/g, '$1/[secret]'],
];

/** Shortest value that the log removes. Shorter ones are words. */
const minSecretCharacters = 6;

/** Returns the text as it stands inside of a JSON string. */
const quoted = (text: string) => JSON.stringify(text).slice(1, -1);
/** Returns a secret as it is, in JSON, in JSON that is in JSON, and in an address. */
const spellings = (value: string) => [value, quoted(value), quoted(quoted(value)), encodeURIComponent(value)];

function options(level: string, secrets: readonly string[]) {
  const known = [...new Set(secrets.filter(({ length }) => length >= minSecretCharacters).flatMap(spellings))];
  // A secret that holds another one goes first.
  known.sort((a, b) => b.length - a.length);
  const streamWrite = (line: string) => {
    const clean = known.reduce((text, value) => text.replaceAll(value, '[secret]'), line);
    return credentialPatterns.reduce((text, [pattern, instead]) => text.replace(pattern, instead), clean);
  };
  return { level, redact, serializers: { err: serializeError }, hooks: { streamWrite } };
}

/**
 * Returns a log at `level` (pino's names), to standard output, or to `fd` 2 when standard output carries an answer.
 * None of `secrets` appears in it. On a terminal it writes readable lines. `NODE_ENV` has no say: an operator who pipes
 * the log into a file needs JSON in every environment.
 */
export function createLog(level: string, fd: 1 | 2 = 1, secrets: readonly string[] = []): Log {
  if (!(fd === 1 ? process.stdout : process.stderr).isTTY) return pino(options(level, secrets), destination(fd));
  const pretty = { destination: fd, ignore: 'pid,hostname', translateTime: 'HH:MM:ss' };
  return pino({ ...options(level, secrets), transport: { target: 'pino-pretty', options: pretty } });
}

/** Returns a log that writes to `stream`, for tests that read its lines. */
export function logTo(stream: DestinationStream, level = 'debug', secrets: readonly string[] = []): Log {
  return pino(options(level, secrets), stream);
}
