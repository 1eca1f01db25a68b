/** The error of one call to the API: the cause, and whether it is safe to make the call again. */

/**
 * The conclusion that the caller may draw.
 *
 * - `rejected`: the server said no and did nothing. It will reject the same request again.
 * - `busy`: the server cannot do it now (429, 409), or the request provably never left. Nothing was done, and trying
 *   later is safe.
 * - `in doubt`: the effect of a write cannot be known (timeout, reset, 5xx, unreadable 2xx). Never send it again
 *   blindly.
 * - `broken`: a read failed after its retries, or its answer was unreadable. Nothing was changed.
 */
export type Verdict = 'rejected' | 'busy' | 'in doubt' | 'broken';

/** The cause, as far as the status and the words of the answer tell. */
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
  retryAfterMs?: number;
};

/**
 * The only error the client throws. `message` may be shown to a person, `err` is for the log. `status` is the HTTP
 * status, if an answer came. `retryAfterMs` counts from now. There is no `cause`, because the errors of the
 * network layer may hold the request's headers, and with them the key.
 */
export class PhotoGPTError extends Error {
  override readonly name = 'PhotoGPTError';
  readonly operation: string;
  readonly verdict: Verdict;
  readonly reason: Reason;
  readonly err: string;
  readonly status: number | undefined;
  readonly retryAfterMs: number | undefined;

  constructor(details: Details) {
    super(details.message);
    this.operation = details.operation;
    this.verdict = details.verdict;
    this.reason = details.reason;
    this.err = details.err;
    this.status = details.status;
    this.retryAfterMs = details.retryAfterMs;
  }
}
