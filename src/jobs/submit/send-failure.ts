/** Reads from an error of a request whether PhotoGPT did nothing, and whether the job is over. */
import { type Failure, UserError } from '../../errors/catalogue.ts';
import { PhotoGPTError } from '../../photogpt/error.ts';

/**
 * Returns how the job fails when PhotoGPT, or the reference itself, says no for good. Returns undefined when a later try
 * makes sense.
 */
export function failureOf(error: unknown): Failure | undefined {
  if (error instanceof UserError) return error.failure;
  if (!(error instanceof PhotoGPTError) || error.verdict !== 'rejected') return undefined;
  if (error.reason === 'credits') return { code: 'outOfCredits', details: undefined };
  if (error.reason === 'access') return { code: 'keyRefused', details: undefined };
  return { code: 'refused', details: { reason: error.message } };
}

/** Returns whether PhotoGPT said that it did nothing. After any other error the request may have taken effect. */
export const isWithoutEffect = (error: unknown): boolean =>
  error instanceof PhotoGPTError && (error.verdict === 'rejected' || error.verdict === 'busy');
