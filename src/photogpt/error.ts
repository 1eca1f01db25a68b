/** What went wrong with one call to the API, and whether it is safe to make it again. */

/**
 * What the caller may conclude:
 *
 * - `refused`: the server said no and did nothing; the same request will be refused again.
 * - `busy`: not now (429, 409), or the request provably never left; nothing was done and trying later is safe.
 * - `in doubt`: a write whose effect cannot be known (timeout, reset, 5xx, unreadable 2xx); never send it again blindly.
 * - `broken`: a read that failed after its retries or came back unreadable; nothing was changed.
 */
export type Verdict = 'refused' | 'busy' | 'in doubt' | 'broken';

/** Why, as far as the status and the words of the answer tell. */
export type Reason =
  | 'credits'
  | 'access'
  | 'safety'
  | 'input'
  | 'missing'
  | 'conflict'
  | 'rate'
  | 'server'
  | 'network'
  | 'timeout'
  | 'unreadable';

type Details = {
  operation: string;
  verdict: Verdict;
  reason: Reason;
  message: string;
  err: string;
  status?: number;
  retryAfter?: number;
};

/**
 * The only error the client throws. `message` may be shown to a person; `err` is for the log. `status` is the HTTP
 * status where there was one, `retryAfter` is in milliseconds from now. There is no `cause`: what the network layer
 * throws may hold the request's headers, and with them the key.
 */
export class PhotoGPTError extends Error {
  override readonly name = 'PhotoGPTError';
  readonly operation: string;
  readonly verdict: Verdict;
  readonly reason: Reason;
  readonly err: string;
  readonly status: number | undefined;
  readonly retryAfter: number | undefined;

  constructor(details: Details) {
    super(details.message);
    this.operation = details.operation;
    this.verdict = details.verdict;
    this.reason = details.reason;
    this.err = details.err;
    this.status = details.status;
    this.retryAfter = details.retryAfter;
  }
}
