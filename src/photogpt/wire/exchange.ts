/** One attempt at one operation: a request goes out, and a decoded result or a judged error comes back. */
import { z } from 'zod';
import { PhotoGPTError, type Reason, type Verdict } from '../error.ts';
import type { Operation } from '../operations.ts';
import { bodyText, excerpt, readEnvelope, retryAfter, serverTime, TooLong } from './answer.ts';
import { within } from './deadline.ts';
import { requestFor, type Wire } from './request.ts';
import type { Incoming, Send } from './send.ts';
import { judgeAnswer, judgeNonsense, judgeSilence } from './verdict.ts';

/** One answer, or one attempt that got none (`status` undefined then); `milliseconds` it took. For metrics. */
export type ResponseEvent = { operation: string; status: number | undefined; milliseconds: number };

type Options = {
  wire: Wire;
  send: Send;
  now: () => number;
  timeout: number;
  onResponse: ((event: ResponseEvent) => void) | undefined;
};

type Judged = { verdict: Verdict; reason: Reason; message: string };
type Seen = { status?: number; retryAfter?: number };

const stoppedEarly: Judged = { verdict: 'busy', reason: 'network', message: 'the request was stopped' };
const badInput: Judged = { verdict: 'refused', reason: 'input', message: 'the request was not accepted' };

/** Makes the function that makes the attempt; it throws `PhotoGPTError` and nothing else. */
export function createExchange({ wire, send, now, timeout, onResponse }: Options) {
  /** A server may echo the header back, and what the network layer throws may quote it: as it is, in JSON or in a URL. */
  const spellings = [...new Set([wire.key, wire.key.replaceAll('/', '\\/'), encodeURIComponent(wire.key)])];
  const scrub = (text: string) => spellings.reduce((clean, secret) => clean.replaceAll(secret, '[key]'), text);

  const failure = (operation: string, judged: Judged, err: string, seen: Seen = {}) =>
    new PhotoGPTError({ ...seen, ...judged, operation, message: scrub(judged.message), err: scrub(err) });

  /** What the answer says, once its headers are here. */
  async function understood<Answer extends z.ZodType>(
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
      const seen = { status, retryAfter: retryAfter(headers, now()) };
      throw failure(name, judgeAnswer(effect, status, envelope), err.filter(Boolean).join(': '), seen);
    }
    const read = answer.safeParse(envelope && Object.assign(envelope, { serverTime: serverTime(headers) }));
    if (envelope && read.success) return read.data;
    const wrong = read.error ? z.prettifyError(read.error) : 'not a JSON object';
    throw failure(name, judgeNonsense(effect), `HTTP ${status}: ${wrong}: ${excerpt(text)}`, { status });
  }

  return async function exchange<Input extends object, Answer extends z.ZodType>(
    name: string,
    operation: Operation<Input, Answer>,
    input: Input,
    caller: AbortSignal | undefined,
  ): Promise<z.output<Answer>> {
    const { effect } = operation;
    if (caller?.aborted) throw failure(name, stoppedEarly, 'aborted before sending');
    let request: ReturnType<typeof requestFor>;
    try {
      request = requestFor(operation, input, operation.send?.(input) ?? {}, wire);
    } catch (error) {
      throw failure(name, badInput, inOneLine(error));
    }
    const limit = Math.min(operation.timeout, timeout);
    const started = now();
    return within(limit, caller, async (deadline) => {
      let status: number | undefined;
      try {
        const response = await send(request.url, request.outgoing, deadline);
        status = response.status;
        return await understood(name, operation, response);
      } catch (error) {
        if (error instanceof PhotoGPTError) throw error;
        if (error instanceof TooLong) throw failure(name, judgeNonsense(effect), error.message, { status });
        const stopped = deadline.stopped();
        const err = stopped === 'timeout' ? `no whole answer within ${limit} ms` : inOneLine(error);
        throw failure(name, judgeSilence(effect, error, stopped), err, { status });
      } finally {
        onResponse?.({ operation: name, status, milliseconds: now() - started });
      }
    });
  };
}

/** A thrown thing in one line, its causes included: fetch hides the telling one inside. */
function inOneLine(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const code = 'code' in error ? `${error.code} ` : '';
  return `${code}${error.message}${error.cause ? ` (${inOneLine(error.cause)})` : ''}`;
}
