/** A workspace of Slack in memory: people, conversations, messages and files, as the Web API changes them. */
import { createHash } from 'node:crypto';

/** A message. `onlyFor` is the person who sees an ephemeral one. */
export type Post = {
  ts: string;
  channel: string;
  thread?: string;
  text: string;
  blocks: unknown[];
  files: string[];
  onlyFor?: string;
};

/** A channel, or a direct message. */
export type Conversation = {
  id: string;
  kind: 'public' | 'private' | 'direct';
  members: Set<string>;
  archived?: boolean;
  noFiles?: boolean;
  /** Joining is not allowed. */
  isClosed?: boolean;
  /** Shared with another company, whose administrators take no files. */
  isShared?: boolean;
};

/** A file, from its upload ticket to its end. */
export type Upload = {
  id: string;
  name: string;
  alt: string;
  length: number;
  bytes?: Buffer;
  state: 'waiting' | 'completed' | 'deleted';
  shares: { channel: string; ts: string }[];
  /** The number of calls of `files.info` that still see no share. */
  hiddenFor: number;
};

/** The id of the bot's user. */
export const bot = 'UBOT';
/** The id of the workspace. */
export const team = 'T1';

/** Returns a workspace with ada and ben, `C1` with the bot in it, and other kinds of channels. */
export function createWorkspace() {
  const conversations = new Map<string, Conversation>();
  const posts: Post[] = [];
  const uploads = new Map<string, Upload>();
  const people = new Map([
    ['UADA', { name: 'ada', admin: false }],
    ['UBEN', { name: 'ben', admin: true }],
  ]);
  /** User groups, and the rules about files of the whole workspace. */
  const groups: { id: string; users: string[] }[] = [];
  const rules: { noFiles?: 'file_uploads_disabled' | 'storage_limit_reached'; showsNoFiles?: boolean } = {};
  let clock = 0;

  const add = (id: string, kind: Conversation['kind'], members: string[], more: Partial<Conversation> = {}) =>
    conversations.set(id, { id, kind, members: new Set(members), ...more });
  add('C1', 'public', ['UADA', 'UBEN', bot]);
  add('COPEN', 'public', ['UADA', 'UBEN']);
  add('COLD', 'public', ['UADA', 'UBEN', bot], { archived: true });
  add('CSECRET', 'private', ['UADA', 'UBEN']);
  add('CNOFILES', 'public', ['UADA', bot], { noFiles: true });
  add('CCLOSED', 'public', ['UADA', 'UBEN'], { isClosed: true });
  add('CSHARED', 'public', ['UADA', 'UBEN', bot], { isShared: true });
  add('GTRIO', 'private', ['UADA', 'UBEN', bot]);
  add('GPAIR', 'private', ['UADA', 'UBEN']);
  add('DTWO', 'direct', ['UADA', 'UBEN']);

  const stamp = () => {
    clock += 1;
    return `17000000${String(clock).padStart(2, '0')}.${String(clock).padStart(6, '0')}`;
  };

  function post(channel: string, said: Partial<Post>): Post {
    const message = { ts: stamp(), channel, text: '', blocks: [], files: [], ...said };
    posts.push(message);
    return message;
  }

  function direct(person: string): Conversation {
    const id = `D${person}`;
    if (!conversations.has(id)) add(id, 'direct', [person, bot]);
    return conversations.get(id) ?? { id, kind: 'direct', members: new Set() };
  }

  function upload(name: string, length: number, alt: string): Upload {
    const id = `F${String(uploads.size + 1).padStart(3, '0')}`;
    const made: Upload = {
      id,
      name,
      alt,
      length,
      state: 'waiting',
      shares: [],
      hiddenFor: rules.showsNoFiles ? Number.POSITIVE_INFINITY : 0,
    };
    uploads.set(id, made);
    return made;
  }

  return { conversations, posts, uploads, people, groups, rules, post, direct, upload };
}

/** The state of the fake Slack workspace. */
export type Workspace = ReturnType<typeof createWorkspace>;

/** Returns the SHA-256 of a file as hexadecimal text. */
export const digest = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex');

/** Returns the words of a message as people read them, and the people whom it mentions. */
export function readPost({ text, blocks }: Post): { text: string; mentions: string[] } {
  const mentions: string[] = [];
  const words = (value: unknown): string => {
    if (Array.isArray(value)) return value.map(words).join('');
    if (typeof value !== 'object' || value === null) return '';
    const thing = value as Record<string, unknown>;
    if (thing.type === 'user') mentions.push(String(thing.user_id));
    if (typeof thing.text === 'string') return thing.text;
    const ends = String(thing.type).startsWith('rich_text_') ? '\n' : '';
    return words(thing.text) + words(thing.elements) + ends;
  };
  const drawn = words(blocks);
  if (blocks.length) return { text: drawn, mentions };
  const plain = text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&');
  return { text: plain, mentions: [...text.matchAll(/<@(\w+)>/g)].map(([, id]) => String(id)) };
}
