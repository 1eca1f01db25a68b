/** Judges an answer, or the lack of one: the verdict, the reason and the words for a person. */
import type { Reason, Verdict } from '../error.ts';
import type { Envelope } from './answer.ts';

type Effect = 'read' | 'write';

/** The words for a person when the answer has none. */
const defaultMessages: Record<Reason, string> = {
  credits: 'the account has run out of credits',
  access: 'the key was not accepted',
  safety: 'the request was refused for safety reasons',
  input: 'the request was not accepted',
  missing: 'it does not exist, or belongs to somebody else',
  conflict: 'something else is going on with it at the moment',
  rate: 'too many requests at the moment',
  server: 'the server had a problem',
  network: 'the server could not be reached',
  timeout: 'the server took too long to answer',
  unreadable: 'the answer could not be read',
};

/**
 * The documented status codes, and those that a front server may add. The API does not document 402, 403, 413 and 422.
 */
const reasonByStatus: Record<number, Reason> = {
  401: 'access',
  402: 'credits',
  403: 'access',
  404: 'missing',
  405: 'missing',
  408: 'timeout',
  409: 'conflict',
  410: 'missing',
  425: 'rate',
  429: 'rate',
};

/**
 * Words about missing credits. The API has no machine-readable error code, so words decide between reasons of one
 * status.
 */
const outOfCredits =
  /\b(insufficient|not enough|out of|no( more)?|exceeded|run out of)\s+(\w+\s+)?(credit|balance|fund)s?\b|\bcredits? (exhausted|exceeded|limit)/i;
/** Words about safety. */
const unsafe = /\b(safety|unsafe|policy|policies|moderat\w+|nsfw|prohibited|blocked|sensitive content)\b/i;
/** Words about a missing resource. */
const absent = /\bnot found\b|\bdoes ?n[o']t exist\b/i;

/** Status codes after which nothing was done, and which may pass. 408 means that the request never arrived whole. */
const passingStatuses = [408, 409, 425, 429];

function reasonOf(status: number, words: string): Reason {
  if (outOfCredits.test(words)) return 'credits';
  const known = reasonByStatus[status];
  if (status >= 500) return 'server';
  if ((known === undefined || status === 403) && unsafe.test(words)) return 'safety';
  if (status < 300 && absent.test(words)) return 'missing';
  return known ?? 'input';
}

/**
 * Judges an answer that is an error: any status but 2xx, or NOK in a 2xx. Words count only inside an envelope, because
 * the page of a front server speaks of "blocked" and "policy" for reasons of its own.
 */
export function judgeAnswer(effect: Effect, status: number, envelope: Envelope | undefined) {
  const words = [envelope?.message, envelope?.err, envelope?.reason].filter(Boolean).join(' ');
  const reason = reasonOf(status, words);
  const message = envelope?.message || envelope?.reason || defaultMessages[reason];
  return { verdict: verdictOf(effect, status, reason), reason, message };
}

function verdictOf(effect: Effect, status: number, reason: Reason): Verdict {
  // A server that names the missing credits has decided, even with another status.
  if (reason === 'credits') return 'rejected';
  if (passingStatuses.includes(status)) return 'busy';
  if (status >= 500) return effect === 'write' ? 'in doubt' : 'broken';
  return 'rejected';
}

/** Error codes of connections that were never made, so that the server can have received nothing. */
const unconnectedCodes = [
  'UND_ERR_CONNECT_TIMEOUT',
  'ERR_TLS_CERT_ALTNAME_INVALID',
  'CERT_HAS_EXPIRED',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
];

const field = (thing: unknown, name: string): unknown =>
  typeof thing === 'object' && thing !== null ? Reflect.get(thing, name) : undefined;

/** Whether every error at the end of the chain came from looking up the name or from connecting. */
function neverSent(error: unknown): boolean {
  const several = field(error, 'errors');
  if (Array.isArray(several) && several.length > 0) return several.every(neverSent);
  const code = field(error, 'code');
  if (typeof code === 'string' && unconnectedCodes.includes(code)) return true;
  const call = field(error, 'syscall');
  if (call === 'connect' || call === 'getaddrinfo') return true;
  const cause = field(error, 'cause');
  return cause !== undefined && neverSent(cause);
}

/** Judges an exchange that ended without an answer. `stopped` is set when a time limit or the caller ended it. */
export function judgeSilence(effect: Effect, error: unknown, stopped: 'timeout' | 'caller' | undefined) {
  const reason: Reason = stopped === 'timeout' ? 'timeout' : 'network';
  const unknownEffect: Verdict = effect === 'write' ? 'in doubt' : 'broken';
  const verdict: Verdict = !stopped && neverSent(error) ? 'busy' : unknownEffect;
  const message = stopped === 'caller' ? 'the request was stopped' : defaultMessages[reason];
  return { verdict, reason, message };
}

/** Judges a 2xx that makes no sense. A write is in doubt then, because the server may well have done it. */
export function judgeNonsense(effect: Effect) {
  const verdict: Verdict = effect === 'write' ? 'in doubt' : 'broken';
  return { verdict, reason: 'unreadable' as const, message: defaultMessages.unreadable };
}
