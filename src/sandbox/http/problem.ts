/** The error for a request that the API answers with NOK. */

/**
 * A NOK. `message` is for people, `err` for logs. `status` is the HTTP status. There are two texts because the API has
 * two (error codes page).
 */
export class Problem extends Error {
  override readonly name = 'Problem';
  readonly status: number;
  readonly err: string;

  constructor(status: number, message: string, err: string) {
    super(message);
    this.status = status;
    this.err = err;
  }
}

/** Returns the body of an error answer. */
export function errorBody(message: string, err: string) {
  return { status: 'NOK', message, err, result: null };
}
