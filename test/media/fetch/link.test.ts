import { readFile } from 'node:fs/promises';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { createDownload } from '../../../src/media/fetch/download.ts';
import { createLinks, isLink } from '../../../src/media/fetch/link.ts';
import { createMediaStore } from '../../../src/media/media-store.ts';
import { createIngest, maxUploadBytes } from '../../../src/media/uploads/ingest.ts';
import { useDatabase } from '../../jobs/movable-database.ts';
import { origin } from '../../jobs/world.ts';
import { openFakeFileServer } from '../fake-file-server.ts';
import { noise, openFiles } from '../kept-files.ts';

const database = useDatabase();
const signal = AbortSignal.timeout(20_000);

async function open({ loopback = true, limit = maxUploadBytes } = {}) {
  const { files, all } = await openFiles();
  const { download, close } = createDownload({ loopback });
  const ingest = createIngest({ store: createMediaStore(database({ now: Date.now })), files });
  const attachmentAt = createLinks({ download, files, limit });
  return { ingestLink: (url: string) => ingest(attachmentAt(url), origin(), signal), files, all, close };
}

describe('a link that a person typed', () => {
  it('is told apart from the number of a job and the id of a picture', () => {
    const words = [
      'https://a.example/x.png',
      'http://a.example',
      '41/2',
      'A'.repeat(22),
      'ftp://a.example/x',
      'https://',
    ];
    expect(words.filter(isLink)).toEqual(['https://a.example/x.png', 'http://a.example']);
  });

  it('is fetched, checked and kept like any other picture', async () => {
    const content = await noise(48, 32, 'png');
    const fake = await openFakeFileServer((_, response) => response.end(content));
    const { ingestLink, files, all, close } = await open();
    const { width, height } = await sharp(files.path(await ingestLink(`${fake.url}/cat.png`))).metadata();
    expect([width, height]).toEqual([48, 32]);
    expect(await all()).toHaveLength(1);
    await close();
  });

  it('brings an iPhone’s picture as well', async () => {
    const content = await readFile(new URL('../uploads/sample.heic', import.meta.url));
    const fake = await openFakeFileServer((_, response) => response.end(content));
    const { ingestLink, files, close } = await open();
    const { width, height, format } = await sharp(files.path(await ingestLink(`${fake.url}/IMG_1.HEIC`))).metadata();
    expect([width, height, format]).toEqual([160, 120, 'jpeg']);
    await close();
  });

  it('gets a sentence for each failure, and leaves no file behind', async () => {
    const fake = await openFakeFileServer((request, response) => {
      if (request.url === '/inside') response.writeHead(302, { location: 'http://10.0.0.1/' }).end();
      else if (request.url === '/page') response.end('<html>not a picture</html>');
      else if (request.url === '/large') response.end(Buffer.alloc(5_000));
      else response.writeHead(404).end();
    });
    const { ingestLink, all, close } = await open({ limit: 4_000 });
    await expect(ingestLink(`${fake.url}/gone.png`)).rejects.toThrow('Nothing could be fetched from');
    await expect(ingestLink(`${fake.url}/inside`)).rejects.toThrow('does not lead to the public internet');
    await expect(ingestLink(`${fake.url}/large`)).rejects.toThrow('is too large');
    await expect(ingestLink(`${fake.url}/page`)).rejects.toThrow('is not a picture that can be used');
    await close();
    const careful = await open({ loopback: false });
    const visits = fake.visits();
    await expect(careful.ingestLink(`${fake.url}/cat.png`)).rejects.toThrow('does not lead to the public internet');
    expect(fake.visits()).toBe(visits);
    expect([await all(), await careful.all()]).toEqual([[], []]);
    await careful.close();
  });
});
