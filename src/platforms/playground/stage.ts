/** The default channels and people of a playground. */
import type { Person } from '../../chat.ts';

/** A channel. */
export type Channel = { id: string; name: string; topic: string };

/** The channels. */
export const defaultChannels: Channel[] = [
  { id: 'make-pictures', name: 'make-pictures', topic: 'Ask for a picture: type / and choose a command' },
  { id: 'video-lab', name: 'video-lab', topic: 'Things that move' },
  { id: 'gallery', name: 'gallery', topic: 'The best of them' },
];

/** The people. */
export const defaultPeople: Person[] = [
  { id: 'ada', name: 'Ada', roles: [], moderator: false },
  { id: 'ben', name: 'Ben', roles: [], moderator: false },
  { id: 'cleo', name: 'Cleo', roles: ['moderators'], moderator: true },
];

/** Returns the channel of a person's direct messages with the bot. */
export const directChannel = (person: string) => `dm:${person}`;
