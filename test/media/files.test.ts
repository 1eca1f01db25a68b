import { writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createMediaFiles, isMediaId } from '../../src/media/files.ts';
import { openFiles } from './kept-files.ts';

const escapes = [
  '../secret',
  '..',
  '.',
  '',
  '/etc/passwd',
  'a/../../b',
  '%2e%2e%2f',
  'A'.repeat(21),
  'A'.repeat(23),
  `${'A'.repeat(21)}/`,
  `${'A'.repeat(20)}..`,
  `${'A'.repeat(21)}\0`,
  `${'A'.repeat(22)}\n`,
];

describe('the media folder', () => {
  it.each(escapes)('has no path for “%s”', async (id) => {
    const { files } = await openFiles();
    expect(isMediaId(id)).toBe(false);
    expect(() => files.path(id)).toThrow('not the id of a kept file');
    expect(() => files.open(id)).toThrow('not the id of a kept file');
    await expect(files.size(id)).rejects.toThrow('not the id of a kept file');
  });

  it('keeps every file below itself, under an id that cannot be guessed', async () => {
    const { files, folder } = await openFiles();
    const ids = Array.from({ length: 500 }, files.newId);
    expect(new Set(ids).size).toBe(500);
    for (const id of ids) {
      expect(isMediaId(id)).toBe(true);
      expect(relative(folder, files.path(id))).toMatch(/^[\w-]{2}[\\/][\w-]{22}$/);
    }
  });

  it('moves a draft to its place, and sweeps drafts that stay', async () => {
    const { files, all } = await openFiles();
    const done = await files.draft();
    const left = await files.draft();
    const id = files.newId();
    await writeFile(done, 'picture');
    await writeFile(left, 'half a pic');
    await files.settle(done, id);
    expect(await files.size(id)).toBe(7);
    await files.sweep();
    expect(await all()).toEqual([id]);
    await files.remove(id);
    await files.remove(id);
    expect(await files.size(id)).toBeUndefined();
  });

  it('finds out by a file whether it takes writes, and removes that file', async () => {
    const { files, folder, all } = await openFiles();
    expect(await files.takesWrites()).toBe(true);
    expect(await all()).toEqual([]);
    const id = files.newId();
    await writeFile(join(folder, id), '');
    expect(await createMediaFiles(join(folder, id)).takesWrites()).toBe(false);
  });
});
