/** The orders of a replica, as JSON in its first argument. */
import { z } from 'zod';

/**
 * `began` and `speed` make its clock (see `fast-clock.ts`). `folder` is its disk. Without `database`, an address, its
 * database is embedded in that folder.
 */
const shape = z.object({
  began: z.number(),
  speed: z.number(),
  folder: z.string(),
  database: z.string().optional(),
  photogpt: z.object({ key: z.string(), url: z.string() }),
  discord: z.object({ token: z.string(), apiUrl: z.string() }).optional(),
  slack: z.object({ botToken: z.string(), appToken: z.string(), apiUrl: z.string() }).optional(),
});

/** See above. */
export type ReplicaOrders = z.output<typeof shape>;

/** Reads the argument. Throws when it is not valid. */
export const readOrders = (text: string): ReplicaOrders => shape.parse(JSON.parse(text));
