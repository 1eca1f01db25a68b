/** Where a playground takes place and who is in it, unless it is told otherwise. */
import type { Person } from '../../chat.ts';

export type Channel = { id: string; name: string; topic: string };

export const defaultChannels: Channel[] = [
  { id: 'make-pictures', name: 'make-pictures', topic: 'Ask for a picture: type / and choose a command' },
  { id: 'video-lab', name: 'video-lab', topic: 'Things that move' },
  { id: 'gallery', name: 'gallery', topic: 'The best of them' },
];

export const defaultPeople: Person[] = [
  { id: 'ada', name: 'Ada', roles: [], moderator: false },
  { id: 'ben', name: 'Ben', roles: [], moderator: false },
  { id: 'cleo', name: 'Cleo', roles: ['moderators'], moderator: true },
];

/** The channel between a person and the bot alone. */
export const directChannel = (person: string) => `dm:${person}`;
