/** Makes one attempt at one operation: sends its request, and returns the decoded result or throws a judged error. */
import { z } from 'zod';
import { PhotoGPTError, type Reason, type Verdict } from '../error.ts';
import type { Operation } from '../operations.ts';
import { bodyText, excerpt, readEnvelope, retryAfterMs, serverTime, TooLong } from './answer.ts';
import { within } from './deadline.ts';
import { requestFor, type Wire } from './request.ts';
import type { Incoming, Send } from './send.ts';
import { judgeAnswer, judgeNonsense, judgeSilence } from './verdict.ts';

/** One attempt, for metrics: the status of its answer, and its duration. `status` is undefined when no answer came. */
export type ResponseEvent = { operation: string; status: number | undefined; milliseconds: number };

type Options = {
  wire: Wire;
  send: Send;
  now: () => number;
  /** Caps the time limit of every operation. */
  maxTimeoutMs: number;
  onResponse: ((event: ResponseEvent) => void) | undefined;
};

type Judged = { verdict: Verdict; reason: Reason; message: string };
type Seen = { status?: number; retryAfterMs?: number };

const stoppedEarly: Judged = { verdict: 'busy', reason: 'network', message: 'the request was stopped' };
const badInput: Judged = { verdict: 'rejected', reason: 'input', message: 'the request was not accepted' };

/** Returns the function that makes one attempt. That function throws `PhotoGPTError` only. */
export function createExchange({ wire, send, now, maxTimeoutMs, onResponse }: Options) {
  /**
   * The key as it is, in JSON and in a URL. A server may echo its header, and errors of the network layer may quote it.
   */
  const spellings = [...new Set([wire.key, wire.key.replaceAll('/', '\\/'), encodeURIComponent(wire.key)])];
  const scrub = (text: string) => spellings.reduce((clean, secret) => clean.replaceAll(secret, '[key]'), text);

  const failure = (operation: string, judged: Judged, err: string, seen: Seen = {}) =>
    new PhotoGPTError({ ...seen, ...judged, operation, message: scrub(judged.message), err: scrub(err) });

  /**
   * Returns the decoded result of an answer whose headers have arrived. Throws `PhotoGPTError`, or the network's error.
   */
  async function decode<Answer extends z.ZodType>(
    name: string,
    { effect, answer }: { effect: 'read' | 'write'; answer: Answer },
    response: Incoming,
  ): Promise<z.output<Answer>> {
    const { status, headers } = response;
    const text = scrub(await bodyText(response));
    const envelope = readEnvelope(text, status);
    if (!response.ok || envelope?.status?.toUpperCase() === 'NOK') {
      const err = [
        `HTTP ${status}`,
        headers.get('location'),
        envelope?.err,
        envelope?.reason,
        envelope ? '' : excerpt(text),
      ];
      const seen = { status, retryAfterMs: retryAfterMs(headers, now()) };
      throw failure(name, judgeAnswer(effect, status, envelope), err.filter(Boolean).join(': '), seen);
    }
    const read = answer.safeParse(envelope && Object.assign(envelope, { serverTime: serverTime(headers) }));
    if (envelope && read.success) return read.data;
    const wrong = read.error ? z.prettifyError(read.error) : 'not a JSON object';
    throw failure(name, judgeNonsense(effect), `HTTP ${status}: ${wrong}: ${excerpt(text)}`, { status });
  }

  /** Returns the request for an input. Throws `PhotoGPTError` when the input fits no request. */
  function buildRequest<Input extends object>(name: string, operation: Operation<Input, z.ZodType>, input: Input) {
    try {
      return requestFor(operation, input, operation.send?.(input) ?? {}, wire);
    } catch (error) {
      throw failure(name, badInput, inOneLine(error));
    }
  }

  return async function exchange<Input extends object, Answer extends z.ZodType>(
    name: string,
    operation: Operation<Input, Answer>,
    input: Input,
    caller: AbortSignal | undefined,
  ): Promise<z.output<Answer>> {
    const { effect } = operation;
    if (caller?.aborted) throw failure(name, stoppedEarly, 'aborted before sending');
    const request = buildRequest(name, operation, input);
    const timeoutMs = Math.min(operation.timeoutMs, maxTimeoutMs);
    const startedAt = now();
    return within(timeoutMs, caller, async (deadline) => {
      let status: number | undefined;
      try {
        const response = await send(request.url, request.outgoing, deadline);
        status = response.status;
        return await decode(name, operation, response);
      } catch (error) {
        if (error instanceof PhotoGPTError) throw error;
        if (error instanceof TooLong) throw failure(name, judgeNonsense(effect), error.message, { status });
        const stopped = deadline.stopped();
        throw failure(name, judgeSilence(effect, error, stopped), describe(error, stopped, timeoutMs), { status });
      } finally {
        onResponse?.({ operation: name, status, milliseconds: now() - startedAt });
      }
    });
  };
}

/** Returns the text for the log about an exchange that ended without an answer. */
const describe = (error: unknown, stopped: 'timeout' | 'caller' | undefined, timeoutMs: number) =>
  stopped === 'timeout' ? `no whole answer within ${timeoutMs} ms` : inOneLine(error);

/** Returns an error as one line, its causes included, because fetch hides the telling one inside. */
function inOneLine(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const code = 'code' in error ? `${error.code} ` : '';
  return `${code}${error.message}${error.cause ? ` (${inOneLine(error.cause)})` : ''}`;
}
