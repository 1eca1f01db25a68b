/** What Discord knows in the tests: channels, messages, interactions, and everything that was asked of it. */
import type { Clock } from '../../../src/concurrency/clock.ts';

export type File = { id: string; filename: string; bytes: Buffer; content_type: string; description?: string };

export type Posted = {
  id: string;
  channel_id: string;
  author: { id: string; username: string; bot: boolean };
  content: string;
  flags: number;
  components: unknown[];
  attachments: File[];
  mentions: string[];
  nonce?: string;
  /** Only this person sees it. */
  onlyFor?: string;
  /** The token of the interaction that made it. */
  token?: string;
};

export type Channel = {
  id: string;
  /** 0 text, 1 direct, 3 group, 5 announcement, 10 to 12 threads, 15 forum. */
  type: number;
  guild_id?: string;
  parent_id?: string;
  owner_id?: string;
  name?: string;
  nsfw?: boolean;
  archived?: boolean;
  locked?: boolean;
  /** Who reads along in a direct message. */
  recipient?: string;
  /** What the bot may do here; null is everything. */
  permissions?: string;
  /** The bot is not in here: only interactions reach it. */
  isClosed?: boolean;
  needsTag?: boolean;
};

export type Opened = {
  id: string;
  token: string;
  person: string;
  channel: string;
  madeAt: number;
  /** By the clock that only goes forward, in milliseconds. */
  askedAt: number;
  answer?: { type: number; data?: Record<string, unknown>; message?: string };
  followUps: number;
  /** The application is installed for the person only. */
  isGuest?: boolean;
  /** The server does not let such a person's applications speak in public. */
  isSilenced?: boolean;
  /** Milliseconds until the first answer arrived. */
  took?: number;
};

type Asked = { method: string; path: string; status: number; body: unknown; files: string[] };

export const application = '100000000000000001';
export const guild = '200000000000000001';

const epoch = 1_420_070_400_000n;
const tokenLife = 15 * 60_000;

/** An error as Discord words it. */
export class Problem extends Error {
  readonly status: number;
  readonly code: number;

  constructor(status: number, code: number, message: string) {
    super(message);
    this.status = status;
    this.code = code;
  }
}

export function createWorld(clock: Pick<Clock, 'now'>) {
  const channels = new Map<string, Channel>();
  const messages: Posted[] = [];
  const deletedNonces = new Set<string>();
  const opened = new Map<string, Opened>();
  const ledger: Asked[] = [];
  const files = new Map<string, File>();
  const commands = new Map<string, Record<string, unknown> & { id: string }>();
  let count = 0;

  const snowflake = () => {
    count += 1;
    return String(((BigInt(clock.now()) - epoch) << 22n) + BigInt(count));
  };

  function channel(id: string): Channel {
    const found = channels.get(id);
    if (!found) throw new Problem(404, 10003, 'Unknown Channel');
    if (found.isClosed) throw new Problem(403, 50001, 'Missing Access');
    return found;
  }

  /** The channel, if the bot may write in it with its own token. */
  function writable(id: string): Channel {
    const found = channel(id);
    if (found.permissions !== undefined && !(BigInt(found.permissions) & (1n << (found.parent_id ? 38n : 11n)))) {
      throw new Problem(403, 50013, 'Missing Permissions');
    }
    if (found.locked) throw new Problem(403, 160005, 'Thread is locked');
    if (found.type === 15)
      throw new Problem(400, 40058, 'Cannot message this channel until after initial message is sent');
    return found;
  }

  function message(channelId: string, id: string): Posted {
    const found = messages.find((one) => one.id === id && one.channel_id === channelId);
    if (!found) throw new Problem(404, 10008, 'Unknown Message');
    return found;
  }

  function byToken(token: string): Opened {
    const found = [...opened.values()].find((one) => one.token === token);
    if (!found) throw new Problem(404, 10015, 'Unknown Webhook');
    if (clock.now() - found.madeAt > tokenLife) throw new Problem(401, 50027, 'Invalid Webhook Token');
    return found;
  }

  return {
    ...{ channels, messages, opened, ledger, files, commands, deletedNonces },
    ...{ snowflake, channel, writable, message, byToken },
    bot: { id: application, username: 'photogpt', bot: true },
    direct(person: string): Channel {
      const known = [...channels.values()].find(({ recipient }) => recipient === person);
      const made = known ?? { id: snowflake(), type: 1, recipient: person };
      channels.set(made.id, made);
      return made;
    },
    remove(id: string): void {
      const at = messages.findIndex((one) => one.id === id);
      const [gone] = at < 0 ? [] : messages.splice(at, 1);
      if (gone?.nonce) deletedNonces.add(`${gone.channel_id}/${gone.nonce}`);
    },
  };
}

export type World = ReturnType<typeof createWorld>;
