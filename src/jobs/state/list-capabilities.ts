/** The type of what is known of PhotoGPT's job list. The row of the API key stores it. */
import { z } from 'zod';

/**
 * How PhotoGPT's list behaves. Each field is absent while unknown.
 *
 * - `pageSize`: jobs on a full page. Polling assumes 20 while it is unknown.
 * - `order`: the order of pages. Polling assumes the newest first. Without an order it reads the whole list, or single jobs.
 * - `window`: whether the list keeps to `start` and `end` (documented), so that any part of it can be read. Without them
 *   polling reads pages by remembered tokens.
 * - `tokens`: whether a page token leads to the same place again later. If not, polling reads the list from its top.
 * - `echo`: whether a job's details repeat its prompt. If not, reconciling matches a lost answer by time and price alone.
 */
export const capabilities = z.object({
  pageSize: z.number().positive().optional(),
  order: z.enum(['newest', 'oldest', 'none']).optional(),
  window: z.boolean().optional(),
  tokens: z.boolean().optional(),
  echo: z.boolean().optional(),
  /** When learning began, in epoch milliseconds. It begins anew every day. */
  since: z.number().optional(),
});

/** How PhotoGPT's list behaves, as read from a row. */
export type Capabilities = z.infer<typeof capabilities>;
