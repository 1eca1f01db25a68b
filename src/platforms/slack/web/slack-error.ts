/** The meaning of an error of Slack's client: its code, whether the call had an effect, and whether to try again. */
import { WebAPIPlatformError, WebAPIRateLimitedError } from '@slack/web-api';
import { UndeliverableError } from '../../../errors/catalogue.ts';
import { undeliverableReasons } from '../sentences.ts';

/** Codes of Slack after which the call may have had its effect. */
const unsureCodes = new Set(['internal_error', 'fatal_error', 'service_unavailable', 'request_timeout']);

/** Returns Slack's code, such as `not_in_channel`. Undefined if the error is not an answer of Slack's. */
export function codeOf(error: unknown): string | undefined {
  return error instanceof WebAPIPlatformError ? String(error.data.error) : undefined;
}

/**
 * Returns whether the call certainly had no effect: Slack said no, or not now. After all else, such as a timeout or a
 * 503, it may have had one.
 */
export function hadNoEffect(error: unknown): boolean {
  if (error instanceof WebAPIRateLimitedError) return true;
  const code = codeOf(error);
  return code !== undefined && !unsureCodes.has(code);
}

/** Returns an `UndeliverableError` with its reason if another try in this place is useless. Else returns the error. */
export function asUndeliverable(error: unknown): unknown {
  const reason = undeliverableReasons[codeOf(error) ?? ''];
  return reason ? new UndeliverableError(reason) : error;
}
