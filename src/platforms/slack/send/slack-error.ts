/** What an error of Slack's client means: its code, and whether the call can have had its effect all the same. */
import { WebAPIPlatformError, WebAPIRateLimitedError } from '@slack/web-api';
import { UndeliverableError } from '../../../errors/catalogue.ts';
import { undeliverableReasons } from '../sentences.ts';

/** Slack's own code, such as `not_in_channel`; undefined if it is not Slack that said no. */
export function codeOf(error: unknown): string | undefined {
  return error instanceof WebAPIPlatformError ? String(error.data.error) : undefined;
}

/** Slack said no, or not now: nothing happened. After anything else, such as a timeout or a 503, it may have. */
export function isUndone(error: unknown): boolean {
  return (
    error instanceof WebAPIRateLimitedError || (codeOf(error) !== undefined && !unsureCodes.has(codeOf(error) ?? ''))
  );
}

/** Answers in Slack's own form that nevertheless say nothing about the effect. */
const unsureCodes = new Set(['internal_error', 'fatal_error', 'service_unavailable', 'request_timeout']);

/** The same error, or `Refused` with a sentence when another try here is useless. */
export function refusedOr(error: unknown): unknown {
  const sentence = undeliverableReasons[codeOf(error) ?? ''];
  return sentence ? new UndeliverableError(sentence) : error;
}
