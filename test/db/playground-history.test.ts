import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { createPlaygroundHistory } from '../../src/db/playground-history.ts';
import { playgroundMessages } from '../../src/db/schema/playground-schema.ts';
import { openTestDatabase } from './engine.ts';

const database = await openTestDatabase();
afterAll(() => database.close());
const history = createPlaygroundHistory(database);
beforeEach(async () => {
  await database.orm.delete(playgroundMessages);
});

const ada = { id: 'ada', name: 'Ada', roles: [], moderator: false };
const working = { text: 'Thinking…', tone: 'working' } as const;
const read = (more: { person?: string; thread?: number; before?: number; limit?: number } = {}) =>
  history.read({ person: 'ada', channel: 'a', limit: 50, ...more });
async function say(text: string, more: { thread?: number; onlyFor?: string; key?: string; channel?: string } = {}) {
  const [entry] = (await history.add([{ channel: 'a', author: ada, text, ...more }])) ?? [];
  return entry ?? expect.fail('nothing was added');
}

describe('the history of the playground', () => {
  it('returns the messages of one channel, oldest first', async () => {
    const first = await say('one');
    await say('elsewhere', { channel: 'b' });
    await say('two');
    expect(await read()).toMatchObject([
      { id: first.id, text: 'one', author: ada, replies: 0, message: undefined, thread: undefined },
      { text: 'two' },
    ]);
    expect(Math.abs(first.at - Date.now())).toBeLessThan(60_000);
  });

  it('returns the last entries, and those before an entry', async () => {
    for (const text of ['one', 'two', 'three', 'four']) await say(text);
    const last = await read({ limit: 2 });
    expect(last.map(({ text }) => text)).toEqual(['three', 'four']);
    expect((await read({ limit: 2, before: last[0]?.id })).map(({ text }) => text)).toEqual(['one', 'two']);
  });

  it('adds all entries or none', async () => {
    await say('first', { key: 'k' });
    const again = history.add([
      { channel: 'a', text: 'again', key: 'k' },
      { channel: 'a', text: '', message: working },
    ]);
    expect(await again).toBeUndefined();
    expect(await read()).toHaveLength(1);
    expect(await history.findKey('k')).toMatchObject({ text: 'first' });
  });

  it('adds once when two come at the same time', async () => {
    const add = () => history.add([{ channel: 'a', text: 'x', key: 'k' }]);
    const added = await Promise.all([add(), add(), add()]);
    expect(added.filter((each) => each !== undefined)).toHaveLength(1);
  });

  it('shows an entry for one person to that person only', async () => {
    await say('secret', { onlyFor: 'ben' });
    expect(await read()).toEqual([]);
    expect(await read({ person: 'ben' })).toMatchObject([{ text: 'secret', onlyFor: 'ben' }]);
  });

  it('changes an entry that has no key, or has the same one', async () => {
    const { id } = await say('', {});
    expect(await history.change(id, { message: working })).toMatchObject({ message: working });
    const result = { text: 'Result', tone: 'good' } as const;
    expect(await history.change(id, { message: result, key: 'k' })).toMatchObject({ key: 'k' });
    expect(await history.change(id, { message: working })).toBeUndefined();
    expect(await history.change(id, { message: working, key: 'other' })).toBeUndefined();
    expect(await history.change(id, { message: result, key: 'k' })).toMatchObject({ message: result });
    expect(await history.find(id)).toMatchObject({ message: result });
    expect(await history.change(id + 1000, { message: working })).toBeUndefined();
  });

  it('begins a thread with the entry it answers, and counts public replies', async () => {
    const root = await say('root');
    await say('reply', { thread: root.id });
    await say('hidden', { thread: root.id, onlyFor: 'ben' });
    expect(await read()).toMatchObject([{ text: 'root', replies: 1 }]);
    expect((await read({ thread: root.id })).map(({ text }) => text)).toEqual(['root', 'reply']);
    expect(await history.find(root.id)).toMatchObject({ replies: 1 });
    expect(await history.change(root.id, { message: working })).toMatchObject({ replies: 1 });
  });

  it('lists threads by their latest reply', async () => {
    const one = await say('one');
    const two = await say('two');
    await say('x', { thread: two.id });
    await say('y', { thread: one.id });
    const foreign = await say('hidden root', { onlyFor: 'ben' });
    await say('z', { thread: foreign.id });
    expect((await history.threads('ada', 10)).map(({ text }) => text)).toEqual(['one', 'two']);
    expect(await history.threads('ada', 1)).toHaveLength(1);
  });

  it('hides an entry from others later, even one with a key', async () => {
    const { id } = await say('line', { key: 'k' });
    expect(await history.hide(id, 'ada')).toMatchObject({ onlyFor: 'ada' });
    expect(await read({ person: 'ben' })).toEqual([]);
  });

  it('removes a thread with the entry it answers', async () => {
    const root = await say('root');
    const reply = await say('reply', { thread: root.id });
    await history.remove(root.id);
    expect(await history.find(root.id)).toBeUndefined();
    expect(await history.find(reply.id)).toBeUndefined();
  });

  it('finds a picture by its id in the message that showed it', async () => {
    const shape = {
      kind: 'image',
      name: 'a.png',
      type: 'image/png',
      bytes: 9,
      width: 3,
      height: 3,
      alt: '',
      spoiler: false,
    } as const;
    const media = [
      { ...shape, id: 'first' },
      { ...shape, id: `it's "second"` },
    ];
    await history.add([{ channel: 'a', text: '', message: { text: 'Look', tone: 'good', media } }]);
    expect(await history.media(`it's "second"`)).toEqual(media[1]);
    expect(await history.media('third')).toBeUndefined();
  });

  it('replaces announcements of answers that will not come', async () => {
    await history.add([
      { channel: 'a', text: '', message: working },
      { channel: 'a', text: '', message: { ...working, job: 41 } },
      { channel: 'a', text: 'a line' },
      { channel: 'a', text: '', message: { text: 'Done', tone: 'good' } },
    ]);
    await history.settle({ text: 'Cut off', tone: 'bad' });
    expect((await read()).map(({ message }) => message?.text)).toEqual(['Cut off', 'Thinking…', undefined, 'Done']);
  });
});
