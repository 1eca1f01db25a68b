/** What an answer, or the lack of one, means: the verdict, the reason and the words for a person. */

import type { Reason, Verdict } from '../error.ts';
import type { Envelope } from './answer.ts';

type Effect = 'read' | 'write';

/** What a person is told when the server said nothing readable. */
const plain: Record<Reason, string> = {
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

/** The documented codes, and those a front server may add: 402, 403, 413 and 422 are not documented by the API. */
const byStatus: Record<number, Reason> = {
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

/** There is no machine-readable error code, so the words decide between reasons that share a status. */
const spent =
  /\b(insufficient|not enough|out of|no( more)?|exceeded|run out of)\s+(\w+\s+)?(credit|balance|fund)s?\b|\bcredits? (exhausted|exceeded|limit)/i;
const unsafe = /\b(safety|unsafe|policy|policies|moderat\w+|nsfw|prohibited|blocked|sensitive content)\b/i;
const absent = /\bnot found\b|\bdoes ?n[o']t exist\b/i;

/** Nothing was done in these cases, and the same request may succeed later: 408 means it never arrived whole. */
const later = [408, 409, 425, 429];

function reasonOf(status: number, told: string): Reason {
  if (spent.test(told)) return 'credits';
  const known = byStatus[status];
  if (status >= 500) return 'server';
  if ((known === undefined || status === 403) && unsafe.test(told)) return 'safety';
  if (status < 300 && absent.test(told)) return 'missing';
  return known ?? 'input';
}

/**
 * The meaning of an answer that is an error: any status but 2xx, or NOK in a 2xx. Words count only inside an envelope: a
 * page put there by a front server speaks of "blocked" and "policy" for reasons of its own.
 */
export function judgeAnswer(effect: Effect, status: number, envelope: Envelope | undefined) {
  const told = [envelope?.message, envelope?.err, envelope?.reason].filter(Boolean).join(' ');
  const reason = reasonOf(status, told);
  const message = envelope?.message || envelope?.reason || plain[reason];
  return { verdict: verdictOf(effect, status, reason), reason, message };
}

function verdictOf(effect: Effect, status: number, reason: Reason): Verdict {
  // A server that names the missing credits has decided, whatever its status says.
  if (reason === 'credits') return 'refused';
  if (later.includes(status)) return 'busy';
  if (status >= 500) return effect === 'write' ? 'in doubt' : 'broken';
  return 'refused';
}

/** The connection was never made, so nothing can have been received. */
const unsent = [
  'UND_ERR_CONNECT_TIMEOUT',
  'ERR_TLS_CERT_ALTNAME_INVALID',
  'CERT_HAS_EXPIRED',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
];

const field = (thing: unknown, name: string): unknown =>
  typeof thing === 'object' && thing !== null ? Reflect.get(thing, name) : undefined;

/** Whether every error in the chain's end happened while looking up the name or dialling. */
function neverSent(error: unknown): boolean {
  const several = field(error, 'errors');
  if (Array.isArray(several) && several.length > 0) return several.every(neverSent);
  const code = field(error, 'code');
  if (typeof code === 'string' && unsent.includes(code)) return true;
  const call = field(error, 'syscall');
  if (call === 'connect' || call === 'getaddrinfo') return true;
  const cause = field(error, 'cause');
  return cause !== undefined && neverSent(cause);
}

/** The meaning of an exchange that ended without an answer. `stopped` is set when a timeout or the caller ended it. */
export function judgeSilence(effect: Effect, error: unknown, stopped: 'timeout' | 'caller' | undefined) {
  const reason: Reason = stopped === 'timeout' ? 'timeout' : 'network';
  const lost: Verdict = effect === 'write' ? 'in doubt' : 'broken';
  const verdict: Verdict = !stopped && neverSent(error) ? 'busy' : lost;
  const message = stopped === 'caller' ? 'the request was stopped' : plain[reason];
  return { verdict, reason, message };
}

/** The meaning of a 2xx that makes no sense: a write may well have been done. */
export function judgeNonsense(effect: Effect) {
  const verdict: Verdict = effect === 'write' ? 'in doubt' : 'broken';
  return { verdict, reason: 'unreadable' as const, message: plain.unreadable };
}
