/** Files of people are judged by their content, and their names never become paths. */
import { readdir, readFile } from 'node:fs/promises';
import { basename, join, relative } from 'node:path';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { createMediaStore } from '../../src/media/media-store.ts';
import { createIngest } from '../../src/media/uploads/ingest.ts';
import { fileNames } from '../../src/platforms/discord/render/message.ts';
import { useDatabase } from '../jobs/movable-database.ts';
import { origin } from '../jobs/world.ts';
import { noise, openFiles } from '../media/kept-files.ts';

const database = useDatabase();
const signal = AbortSignal.timeout(30_000);

const names = [
  '../../../etc/passwd',
  '..\\..\\windows\\win.ini',
  '/etc/cron.d/x',
  'C:\\x.png',
  '.',
  '..',
  '',
  ' ',
  'CON',
  'NUL.png',
  'x.png:stream',
  'a\0b.png',
  'a\nb.png',
  '\u202egnp.exe',
  '%2e%2e%2fx.png',
  '~/.ssh/id',
  '-rf',
  '$(id).png',
  `${'a'.repeat(5_000)}.png`,
  '🙂'.repeat(200),
];

async function open() {
  const { files, folder, all } = await openFiles();
  const ingest = createIngest({ store: createMediaStore(database({ now: Date.now })), files });
  return {
    folder,
    files,
    all,
    ingestFile: (name: string, content: Uint8Array) => ingest({ name, read: async () => content }, origin(), signal),
  };
}

describe('the name of a file', () => {
  it('never becomes part of a path', async () => {
    const { ingestFile, files, folder, all } = await open();
    const picture = await noise(16, 16, 'png');
    for (const name of names) {
      const id = await ingestFile(name, picture);
      expect(relative(folder, files.path(id)), name).toMatch(/^[\w-]{2}[\\/][\w-]{22}$/);
    }
    expect(await all()).toHaveLength(names.length);
    const around = await readdir(join(folder, '..'));
    expect(around.filter((each) => each !== basename(folder))).toEqual(
      expect.not.arrayContaining(['passwd', 'x', 'b.png']),
    );
  });

  it('in a sentence is short, on one line, and formats nothing', async () => {
    const { ingestFile } = await open();
    for (const name of names) {
      const sentence = await ingestFile(`${name}**\`@everyone`, Buffer.from('no picture')).catch(
        (error: Error) => error.message,
      );
      expect(sentence.length).toBeLessThan(250);
      expect(sentence).not.toMatch(/[\n\r\0*`\u202e]/);
    }
  });

  it('sent to a chat has safe characters only, and is never used twice', () => {
    const media = [...names, ...names].map((name) => ({ name, spoiler: false }));
    const sent = fileNames(media as never);
    for (const name of sent) expect(name).toMatch(/^[\w.-]+$/);
    expect(new Set(sent).size).toBe(sent.length);
  });
});

describe('the content of a file', () => {
  it.each([
    ['a page', 'x.png', Buffer.from('<!doctype html><script>alert(1)</script>')],
    ['a drawing with a script', 'x.png', Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>')],
    ['a program', 'x.jpg', Buffer.concat([Buffer.from('7f454c46', 'hex'), Buffer.alloc(200)])],
    ['an archive', 'x.webp', Buffer.from('504b0304140000000000', 'hex')],
    ['a beginning and nothing behind it', 'x.png', Buffer.from('89504e470d0a1a0a', 'hex')],
    ['nothing', 'x.png', Buffer.alloc(0)],
  ])('decides, not the name: %s is not kept', async (_, name, content) => {
    const { ingestFile, all } = await open();
    await expect(ingestFile(name, content)).rejects.toThrow(/is not a picture|could not be read/);
    expect(await all()).toEqual([]);
  });

  it('is encoded anew, so that nothing hides beside a picture', async () => {
    const { ingestFile, files } = await open();
    const picture = await sharp(await noise(32, 32, 'png'))
      .jpeg()
      .withExif({ IFD0: { Artist: '<script>secret</script>' } })
      .toBuffer();
    const id = await ingestFile(
      'two-faced.jpg',
      Buffer.concat([picture, Buffer.from('PK\x03\x04<script>alert(1)</script>')]),
    );
    const kept = (await readFile(files.path(id))).toString('latin1');
    expect(kept).not.toMatch(/script|secret/);
  });
});
