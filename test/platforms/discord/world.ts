/** State of the fake Discord: channels, messages, interactions, files, commands, and a ledger of all requests. */
import type { Clock } from '../../../src/concurrency/clock.ts';

/** A file that the fake holds. */
export type File = { id: string; filename: string; bytes: Buffer; content_type: string; description?: string };

/** A message in a channel. */
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
  /** The only person who sees it, where it is ephemeral. */
  onlyFor?: string;
  /** Token of the interaction that made it. */
  token?: string;
};

/** A channel, a thread, or a post of a forum. */
export type Channel = {
  id: string;
  /** Type by Discord's numbers: 0 text, 1 direct, 3 group, 5 announcement, 10 to 12 threads, 15 forum. */
  type: number;
  guild_id?: string;
  parent_id?: string;
  owner_id?: string;
  name?: string;
  nsfw?: boolean;
  archived?: boolean;
  locked?: boolean;
  /** The person who reads along in a direct message. */
  recipient?: string;
  /** Permissions of the bot here. Undefined means all of them. */
  permissions?: string;
  /** Only interactions reach the channel, because the bot is not in it. */
  isClosed?: boolean;
  needsTag?: boolean;
};

/** An interaction that waits for its answer or was answered. `madeAt` and `askedAt` are in milliseconds. */
export type Opened = {
  id: string;
  token: string;
  person: string;
  channel: string;
  madeAt: number;
  /** Time of the clock that only goes forward. */
  askedAt: number;
  answer?: { type: number; data?: Record<string, unknown>; message?: string };
  followUps: number;
  /** The application is installed for the person only. */
  isGuest?: boolean;
  /** The server does not let the person's own applications speak in public. */
  isSilenced?: boolean;
  /** Milliseconds until the first answer arrived. */
  took?: number;
};

/** A request to the fake, with the status that answered it. */
type LedgerEntry = { method: string; path: string; status: number; body: unknown; files: string[] };

/** Id of the bot and of its application. */
export const application = '100000000000000001';
/** Id of the server in which most tests play. */
export const guild = '200000000000000001';

const discordEpochMs = 1_420_070_400_000n;
const interactionTokenMs = 15 * 60_000;

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

/** Returns an empty world. Its functions throw `Problem` as Discord would. */
export function createWorld(clock: Pick<Clock, 'now'>) {
  const channels = new Map<string, Channel>();
  const messages: Posted[] = [];
  const deletedNonces = new Set<string>();
  const opened = new Map<string, Opened>();
  const ledger: LedgerEntry[] = [];
  const files = new Map<string, File>();
  const commands = new Map<string, Record<string, unknown> & { id: string }>();
  let count = 0;

  const snowflake = () => {
    count += 1;
    return String(((BigInt(clock.now()) - discordEpochMs) << 22n) + BigInt(count));
  };

  function channel(id: string): Channel {
    const found = channels.get(id);
    if (!found) throw new Problem(404, 10003, 'Unknown Channel');
    if (found.isClosed) throw new Problem(403, 50001, 'Missing Access');
    return found;
  }

  /** Returns the channel. Throws unless the bot may write in it with its own token. */
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
    if (clock.now() - found.madeAt > interactionTokenMs) throw new Problem(401, 50027, 'Invalid Webhook Token');
    return found;
  }

  return {
    channels,
    messages,
    opened,
    ledger,
    files,
    commands,
    deletedNonces,
    snowflake,
    channel,
    writable,
    message,
    byToken,
    bot: { id: application, username: 'photogpt', bot: true },
    /** Returns the direct messages with a person. Opens them where they do not exist yet. */
    direct(person: string): Channel {
      const known = [...channels.values()].find(({ recipient }) => recipient === person);
      const made = known ?? { id: snowflake(), type: 1, recipient: person };
      channels.set(made.id, made);
      return made;
    },
    /** Deletes a message. Its nonce stays known, as it does at Discord. */
    remove(id: string): void {
      const at = messages.findIndex((one) => one.id === id);
      const [gone] = at < 0 ? [] : messages.splice(at, 1);
      if (gone?.nonce) deletedNonces.add(`${gone.channel_id}/${gone.nonce}`);
    },
  };
}

/** State of the fake Discord. */
export type World = ReturnType<typeof createWorld>;
