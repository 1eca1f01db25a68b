/** Finds out how large a file may be in a place: the interaction says it, the server has it, or an earlier refusal shows it. */
import { z } from 'zod';
import { defaultUploadBytes } from '../limits.ts';
import type { CallStore } from '../render/custom-id.ts';
import type { LookUpGuild } from '../rest/guilds.ts';
import { uploadLimitTtlMs } from '../timings.ts';

/** Tenant of direct messages. No server's limit holds there. */
export const directMessages = '@me';

/**
 * A place for files. `tenant` is the server, or `directMessages`. `toldBytes` is the limit that the interaction named. It
 * holds while the interaction's own token sends the files (`byToken`). The bot itself has the server's limit.
 */
export type UploadPlace = { tenant: string; toldBytes?: number; byToken: boolean };

const storedLimit = z.object({ limit: z.number().positive() });

/** Bytes below which a refusal says more about one request than about its server. */
const minLearnedBytes = 256 * 1024;

const storeKey = (tenant: string) => `upload:${tenant}`;

/** Returns the limits. Refusals are in the store, so that a restart does not forget them. */
export function createUploadLimits({ lookUpGuild, ttlStore }: { lookUpGuild: LookUpGuild; ttlStore: CallStore }) {
  return {
    /** Returns the bytes that each file may have. Makes no request when any place takes the `largest` file. */
    async limitFor(place: UploadPlace, largest: number, signal: AbortSignal): Promise<number> {
      const { tenant, toldBytes, byToken } = place;
      const told = toldBytes ?? Number.POSITIVE_INFINITY;
      if (largest <= minLearnedBytes) return Math.min(told, defaultUploadBytes);
      const stored = storedLimit.safeParse(await ttlStore.get(storeKey(tenant)));
      const limit = Math.min(told, stored.data?.limit ?? Number.POSITIVE_INFINITY);
      if (byToken && toldBytes !== undefined) return limit;
      if (largest <= defaultUploadBytes || tenant === directMessages) return Math.min(limit, defaultUploadBytes);
      const guild = await lookUpGuild(tenant, signal);
      return Math.min(limit, guild?.limitBytes ?? toldBytes ?? defaultUploadBytes);
    },

    /** Stores what a refusal has shown: the server takes no file of more than `limitBytes`. */
    async learn(tenant: string, limitBytes: number): Promise<void> {
      if (limitBytes < minLearnedBytes) return;
      await ttlStore.put(storeKey(tenant), { limit: limitBytes }, uploadLimitTtlMs);
    },
  };
}

/** Limits of uploads by place. */
export type UploadLimits = ReturnType<typeof createUploadLimits>;
