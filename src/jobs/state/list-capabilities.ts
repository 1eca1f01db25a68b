/** How PhotoGPT's job list behaves, as far as that is known. Kept in the row of the API key. */
import { z } from 'zod';

/**
 * Each is absent while unknown; what is done then, and where it turns out badly:
 *
 * - `pageSize`: jobs on a full page. Taken for 20 while unknown.
 * - `order`: taken for the newest first. Where pages follow no order, only the whole list is read, or single jobs.
 * - `window`: whether `start` and `end` are kept (documented), so that any part of the list can be asked for. If not,
 *   pages are read by remembered tokens.
 * - `tokens`: whether a page token gives the same place again later. If not, the list is read from its top each time.
 * - `echo`: whether a job's details repeat its prompt. If not, a lost answer is matched by time and price alone.
 */
export const capabilities = z.object({
  pageSize: z.number().positive().optional(),
  order: z.enum(['newest', 'oldest', 'none']).optional(),
  window: z.boolean().optional(),
  tokens: z.boolean().optional(),
  echo: z.boolean().optional(),
  /** When learning began, in epoch milliseconds: it begins anew every day. */
  since: z.number().optional(),
});
export type Capabilities = z.infer<typeof capabilities>;
