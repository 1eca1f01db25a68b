/** How large a file may be in a place: what the interaction says, what the server has, and what was refused there before. */
import { z } from 'zod';
import { leastUpload } from '../limits.ts';
import type { TtlStore } from '../render/custom-id.ts';
import type { LookAtGuild } from './guilds.ts';

/**
 * Where files go. `tenant` is the server, `@me` for direct messages. `told` is what the interaction said, in bytes.
 * With `byToken` the interaction's own token sends them, and what was told holds; the bot itself has the server's limit.
 */
export type UploadPlace = { tenant: string; told?: number; byToken: boolean };

const learned = z.object({ limit: z.number().positive() });
/** Boosts come and go, so a refusal is believed for a week. Milliseconds. */
const keptFor = 7 * 86_400_000;
/** A refusal of less than this says more about one request than about its server. Bytes. */
const leastLearned = 256 * 1024;

const key = (tenant: string) => `upload:${tenant}`;

/** What was refused is kept with the drafts, so that a restart does not forget it. */
export function createUploadLimits({ look, ttlStore }: { look: LookAtGuild; ttlStore: TtlStore }) {
  return {
    /** Bytes for each file, where the largest one has `largest`. Nobody is asked about files that any place takes. */
    async limitFor({ tenant, told, byToken }: UploadPlace, largest: number, signal: AbortSignal): Promise<number> {
      const said = told ?? Number.POSITIVE_INFINITY;
      if (largest <= leastLearned) return Math.min(said, leastUpload);
      const refused = learned.safeParse(await ttlStore.get(key(tenant))).data?.limit ?? Number.POSITIVE_INFINITY;
      const most = Math.min(said, refused);
      if (byToken && told !== undefined) return most;
      if (largest <= leastUpload || tenant === '@me') return Math.min(most, leastUpload);
      return Math.min(most, (await look(tenant, signal))?.limit ?? told ?? leastUpload);
    },

    /** Keeps what a refusal has taught: no file of more than `limit` bytes is taken there. */
    async learn(tenant: string, limit: number): Promise<void> {
      if (limit >= leastLearned) await ttlStore.put(key(tenant), { limit }, keptFor);
    },
  };
}

export type UploadLimits = ReturnType<typeof createUploadLimits>;
