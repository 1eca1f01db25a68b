/** The shapes of faults: errors that the sandbox makes on purpose. */
import { z } from 'zod';

/** Faults of a job that was started. Times in seconds. */
const jobFault = z.strictObject({
  /** Multiplies its duration. */
  slow: z.number().positive().optional(),
  /** It never ends. */
  stuck: z.boolean().optional(),
  /** It ends as `failed` with this text. */
  fail: z.string().min(1).optional(),
  /** It succeeds without a single picture or video. */
  empty: z.boolean().optional(),
  /** Its answers have no optional fields. */
  sparse: z.boolean().optional(),
  /** Status words that are in no documentation. */
  oddWords: z.strictObject({ running: z.string(), success: z.string() }).optional(),
  /** It is created this much later. */
  later: z.number().positive().optional(),
});

const answer = z.strictObject({
  status: z.number().int().min(200).max(599),
  headers: z.record(z.string(), z.string()).default({}),
  body: z.string().default(''),
});

/** The schema of `Fault`. */
export const faultShape = z.strictObject({
  latency: z.number().min(0).max(600_000).optional(),
  answer: z.union([answer, z.enum(['drop', 'hang'])]).optional(),
  effect: z.boolean().default(false),
  job: jobFault.optional(),
});

/**
 * One fault. `answer` replaces the API's own with another answer, `drop` (cuts the connection) or `hang` (gives no
 * answer until the client gives up). With `effect`, the request is carried out nevertheless. `latency` is in
 * milliseconds.
 */
export type Fault = z.infer<typeof faultShape>;

/** The faults of one job. */
export type JobFault = z.infer<typeof jobFault>;
