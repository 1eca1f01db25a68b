/** The words that commands, jobs and platforms share: who asked, what for, and what is said back. Types only. */

/** The chats this bot lives in. */
export type PlatformName = 'discord' | 'slack' | 'playground';

/** Anything that survives `JSON.parse(JSON.stringify(x))`. */
export type Json = string | number | boolean | null | Json[] | { [key: string]: Json };

/** Somebody in a chat. `roles` are the platform's own role or user-group ids; `moderator` is what the platform says of them. */
export type Person = { id: string; name: string; roles: string[]; moderator: boolean };

/** Where something can be posted: a channel, one of its threads, or a direct message to the person who asked. */
export type Place = { kind: 'channel'; channel: string; thread?: string } | { kind: 'direct' };

/**
 * Who made a call, where, and what the platform needs to answer it. Plain JSON: a job keeps it for as long as it lives.
 *
 * `event` is the platform's own id of what happened (interaction, trigger, view …): one event makes at most one job.
 * `tenant` is the guild or workspace. `reply` belongs to the adapter alone; nobody else looks inside.
 * `ack` is the message that acknowledges the call, where it exists before the call is run: the result takes its place,
 * even if the process dies in between. `uploadLimit` is in bytes per file, where the platform told it. `adult` is the
 * channel's age restriction.
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

/** A file somebody attached to a call, before it was looked at. `read` rejects when the bytes cannot be had. */
export type Attachment = { name: string; bytes?: number; read(signal: AbortSignal): Promise<Uint8Array> };

/** What an option holds in a call that is kept or put on a button. */
export type Value = string | number | boolean | string[];

/**
 * A command and some of its options: everything a person can do. Kept calls are plain JSON.
 * With `form`, the command's form is shown, filled in with the options, even if none is missing.
 */
export type Call = { command: string; options: Record<string, Value>; form?: boolean };

/** A call as it arrives: options may still be files. */
export type IncomingCall = {
  command: string;
  options: Record<string, Value | Attachment | (Attachment | string)[]>;
  form?: boolean;
};

/**
 * A picture or video on our own disk, ready to be sent. `id` opens it (`Bot.open`); `bytes` is its exact length,
 * `name` is safe as a file name, `alt` is what a screen reader says. `seconds` is set for videos. `link` is where
 * PhotoGPT has the same file for anybody to open, for as long as it keeps it: for places that cannot take the bytes.
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

/** Pressing it makes the call. A button never holds anything else, so it works for as long as its message exists. */
export type Button = { label: string; call: Call; style?: 'primary' | 'plain' | 'danger' };

/** How far a piece of work is. `elapsed` and `usual` are in seconds; `usual` is absent while nothing is known. */
export type Progress = {
  stage: 'queued' | 'running' | 'preparing' | 'posting' | 'done' | 'failed';
  elapsed: number;
  usual?: number;
};

/**
 * Something the bot says. `text` is ours: plain sentences with `**bold**` and `` `code` ``, nothing else.
 * `quote` and the values of `facts` are somebody else's words: shown literally, never as formatting or mentions.
 * `private` means for the person who asked only. `mention` notifies that person. `link` points at another message.
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
  /** The job this message stands for: the platform tells the bot where it was shown, and the result replaces it. */
  job?: number;
};

/** Where a message stands. `id` and `channel` are the platform's; `data` is what its adapter needs besides. */
export type MessageRef = { platform: PlatformName; channel: string; id: string; data?: Json };

/**
 * What an adapter remembers of one delivery, so that a second try can look before it repeats.
 *
 * `key` is the same for every try and unique to the delivery (22 URL-safe characters). `replaces` is the message that the
 * result takes the place of. `attempt` counts from 1. `notes` are what earlier tries left; `note` saves one *before*
 * something that cannot be undone, and rejects when this try has lost its lease: the adapter must then stop.
 */
export type Receipt = {
  key: string;
  attempt: number;
  replaces?: MessageRef;
  notes: Record<string, Json>;
  note(notes: Record<string, Json>): Promise<void>;
};

/**
 * What one platform does in its own way and the rest of the bot has to know. Policy, identities and progress are handed
 * these facts, so that none of them knows a platform by name.
 */
export type PlatformFacts = {
  /** Returns the id inside a mention as the platform writes it. Undefined when `text` is no mention of this kind. */
  readMention(text: string, kind: 'person' | 'role' | 'channel'): string | undefined;
  /** Returns whether `text` has the form of an id here. */
  isId(text: string): boolean;
  /** Shortest time between two edits of one message that shows progress. */
  progressIntervalMs: number;
};

/** A chat, as the rest of the bot sees it. Nothing here is optional, and `B` is all that a platform gets of us. */
export type Platform<B> = {
  name: PlatformName;
  facts: PlatformFacts;
  /** Connects, and hands every call to the bot from then on. Rejects when it cannot, with a sentence for the operator. */
  start(bot: B): Promise<void>;
  /**
   * Says something once: a result, a failure, a ping. Repeating it with the same receipt ends in one message.
   * Throws `Refused` when trying again here is useless; anything else is tried again later.
   */
  post(to: Origin, message: Message, receipt: Receipt, signal: AbortSignal): Promise<MessageRef>;
  /** Changes a message that shows progress. Best effort: rejecting costs nothing. */
  edit(ref: MessageRef, message: Message, signal: AbortSignal): Promise<void>;
  /** Stops taking calls, lets those under way end, and disconnects. */
  stop(): Promise<void>;
};
