/** The types that commands, jobs and platforms share: origins, calls, messages, and the contract of a platform. */

/** The name of each platform. Rows keep these names. */
export type PlatformName = 'discord' | 'slack' | 'playground';

/** A value that survives `JSON.parse(JSON.stringify(x))`. */
export type Json = string | number | boolean | null | Json[] | { [key: string]: Json };

/**
 * A person in a chat. `roles` are the platform's ids of roles or user groups. The platform decides who is a
 * `moderator`.
 */
export type Person = { id: string; name: string; roles: string[]; moderator: boolean };

/** A place for messages: a channel, one of its threads, or a direct message to the person who asked. */
export type Place = { kind: 'channel'; channel: string; thread?: string } | { kind: 'direct' };

/**
 * The origin of a call: the person, the place, and the platform's means to answer. Plain JSON, which a job keeps.
 *
 * - `event` is the platform's id of the interaction, trigger or view. One event makes at most one job.
 * - `tenant` is the guild or workspace.
 * - `adult` is the channel's age restriction.
 * - `uploadLimit` is in bytes per file, if the platform told it.
 * - `ack` is the message that acknowledges the call, if it exists before the call is run. The result takes its place,
 *   even if the process dies in between.
 * - `reply` belongs to the adapter. No other part reads it.
 */
export type Origin = {
  platform: PlatformName;
  event: string;
  tenant: string;
  place: Place;
  person: Person;
  locale: string;
  private: boolean;
  adult?: boolean;
  uploadLimit?: number;
  ack?: MessageRef;
  reply?: Json;
};

/** A file that came with a call, not yet checked. `read` rejects when the bytes cannot be had. */
export type Attachment = { name: string; bytes?: number; read(signal: AbortSignal): Promise<Uint8Array> };

/** The value of an option in a call that a job keeps or a button holds. */
export type Value = string | number | boolean | string[];

/**
 * A command and some of its options: everything that a person can do. Plain JSON. With `form`, the platform shows the
 * command's form with these options filled in, even if none is missing.
 */
export type Call = { command: string; options: Record<string, Value>; form?: boolean };

/** A call as it arrives. Its options may still be files. */
export type IncomingCall = {
  command: string;
  options: Record<string, Value | Attachment | (Attachment | string)[]>;
  form?: boolean;
};

/**
 * A picture or video on our own disk, ready to be sent.
 *
 * - `id` opens it (`Bot.open`).
 * - `name` is safe as a file name.
 * - `bytes` is its exact length.
 * - `seconds` is set for videos.
 * - `alt` is the text for screen readers.
 * - `link` is PhotoGPT's public address of the file, for as long as PhotoGPT keeps it. It is for places that cannot
 *   take the bytes.
 */
export type Media = {
  id: string;
  kind: 'image' | 'video';
  name: string;
  type: string;
  bytes: number;
  width: number;
  height: number;
  seconds?: number;
  alt: string;
  spoiler: boolean;
  link?: string;
};

/** A button that makes its call. It holds nothing else, so it works for as long as its message exists. */
export type Button = { label: string; call: Call; style?: 'primary' | 'plain' | 'danger' };

/** The progress of work. `elapsed` and `usual` are in seconds. `usual` is absent while it is not known. */
export type Progress = {
  stage: 'queued' | 'running' | 'preparing' | 'posting' | 'done' | 'failed';
  elapsed: number;
  usual?: number;
};

/**
 * A message of the bot.
 *
 * - `text` is ours: plain sentences with `**bold**` and `` `code` ``, nothing else.
 * - `quote` and the values of `facts` are another person's words. Platforms show them literally, never as formatting or
 *   mentions.
 * - `private`: only the person who asked sees it.
 * - `mention` notifies that person.
 * - `link` points at another message.
 */
export type Message = {
  text: string;
  tone: 'plain' | 'working' | 'good' | 'bad';
  quote?: string;
  facts?: { label: string; value: string }[];
  by?: Person;
  media?: Media[];
  buttons?: Button[];
  progress?: Progress;
  private?: boolean;
  mention?: Person;
  link?: MessageRef;
  /** The job of this message. The platform tells the bot where it showed the message, and the result replaces it. */
  job?: number;
};

/** The position of a message. `id` and `channel` are the platform's. Only the adapter reads `data`. */
export type MessageRef = { platform: PlatformName; channel: string; id: string; data?: Json };

/**
 * The memory of one delivery, so that a second try can look before it repeats.
 *
 * - `key` is unique to the delivery and equal for all its tries: 22 URL-safe characters.
 * - `attempt` counts the tries from 1.
 * - `replaces` is the message that the result takes the place of.
 * - `notes` are the notes of earlier tries.
 * - `note` saves notes. The adapter calls it *before* a step that it cannot undo. It rejects when this try has lost its
 *   lease, and the adapter must then stop.
 */
export type Receipt = {
  key: string;
  attempt: number;
  replaces?: MessageRef;
  notes: Record<string, Json>;
  note(notes: Record<string, Json>): Promise<void>;
};

/** A keyed store that all processes share. Adapters keep forms, long buttons, locks and events that were seen in it. */
export type TtlStore = {
  /** Returns the content of a key. Undefined without an entry, and once its time is over. */
  get(key: string): Promise<Json | undefined>;
  /** Writes an entry for `ttlMs` milliseconds, in place of an earlier one. */
  put(key: string, content: Json, ttlMs: number): Promise<void>;
  /** Returns true for the first caller with this key, in any process, and false for the others until its time is over. */
  claim(key: string, ttlMs: number): Promise<boolean>;
  /** Returns the entries whose keys begin with `prefix`, at most 200. */
  list(prefix: string): Promise<{ key: string; content: Json }[]>;
};

/**
 * The facts of one platform that policy, identities and progress need. They are handed in, so none knows a platform by
 * name.
 */
export type PlatformFacts = {
  /** Returns the id inside a mention as the platform writes it. Undefined when `text` is no mention of this kind. */
  readMention(text: string, kind: 'person' | 'role' | 'channel'): string | undefined;
  /** Returns whether `text` has the form of an id here. */
  isId(text: string): boolean;
  /** Shortest time between two edits of one message that shows progress. */
  progressIntervalMs: number;
};

/** The contract of a platform. Every member is required. `B` is the bot as the platform sees it. */
export type Platform<B> = {
  name: PlatformName;
  facts: PlatformFacts;
  /** Connects, and hands every call to the bot from then on. Rejects with a sentence for the operator. */
  start(bot: B): Promise<void>;
  /**
   * Posts a result, a failure or a ping once: a second call with the same receipt ends in one message. Throws
   * `UndeliverableError` when another try here is useless. Other errors lead to another try later.
   */
  post(to: Origin, message: Message, receipt: Receipt, signal: AbortSignal): Promise<MessageRef>;
  /** Changes a message that shows progress. A failure does no harm. */
  edit(ref: MessageRef, message: Message, signal: AbortSignal): Promise<void>;
  /** Takes no more calls, waits for those under way, and disconnects. */
  stop(): Promise<void>;
};
