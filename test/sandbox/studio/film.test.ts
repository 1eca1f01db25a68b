/** Tests of films: real H.264 that starts to play at once, and its HLS form. */
import { BufferSource, EncodedPacketSink, Input, MP4 } from 'mediabunny';
import sharp from 'sharp';
import { beforeAll, describe, expect, it } from 'vitest';
import { type Film, filmVideo } from '../../../src/sandbox/studio/film.ts';
import { hlsOf } from '../../../src/sandbox/studio/hls.ts';
import { drawPicture } from '../../../src/sandbox/studio/picture.ts';
import { likeness } from './likeness.ts';

const request = {
  prompt: 'a sailing boat at sunset in the rain',
  seed: 3,
  width: 1280,
  height: 720,
  seconds: 4,
  fps: 24,
};

/** Returns the types of an MP4's boxes, in order (ISO/IEC 14496-12, 4.2). */
function boxes(file: Uint8Array): string[] {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  const types: string[] = [];
  for (let offset = 0; offset < file.length; offset += view.getUint32(offset)) {
    types.push(new TextDecoder().decode(file.subarray(offset + 4, offset + 8)));
  }
  return types;
}

describe('a film', () => {
  let film: Film;
  beforeAll(async () => {
    film = await filmVideo(request);
  });

  it('has its index first, so that it plays before it has arrived', () => {
    const types = boxes(film.mp4);
    expect(types.indexOf('moov')).toBeGreaterThan(-1);
    expect(types.indexOf('moov')).toBeLessThan(types.indexOf('mdat'));
  });

  it('is H.264 in the requested ratio and length, with a key frame a second', async () => {
    using input = new Input({ source: new BufferSource(film.mp4), formats: [MP4] });
    const track = await input.getPrimaryVideoTrack();
    expect(track?.codec).toBe('avc');
    expect([track?.displayWidth, track?.displayHeight]).toEqual([film.width, film.height]);
    expect(film.width / film.height).toBeCloseTo(1280 / 720, 1);
    expect(await input.computeDuration()).toBeCloseTo(4, 1);
    expect(film.seconds).toBeCloseTo(4, 1);
    if (!track) return;
    const keys: number[] = [];
    for await (const packet of new EncodedPacketSink(track).packets()) {
      if (packet.type === 'key') keys.push(Math.round(packet.timestamp));
    }
    expect(keys).toEqual([0, 1, 2, 3]);
  });

  it('has its first frame as poster', async () => {
    expect(await sharp(film.poster).metadata()).toMatchObject({
      format: 'jpeg',
      width: film.width,
      height: film.height,
    });
    const picture = await drawPicture({ ...request, width: film.width, height: film.height, format: 'png' });
    expect(await likeness(film.poster, picture.bytes)).toBeGreaterThan(0.7);
  });

  it('becomes an HLS playlist whose segments add up to its length', async () => {
    const { playlist, segments } = await hlsOf(film.mp4);
    const lines = playlist.split('\n');
    expect(lines[0]).toBe('#EXTM3U');
    expect(playlist).toContain('#EXT-X-MAP:URI="init.mp4"');
    expect(playlist.trimEnd().endsWith('#EXT-X-ENDLIST')).toBe(true);
    const durations = lines
      .filter((line) => line.startsWith('#EXTINF:'))
      .map((line) => Number.parseFloat(line.slice(8)));
    expect(durations.reduce((sum, seconds) => sum + seconds, 0)).toBeCloseTo(4, 1);
    const named = lines.filter((line) => line && !line.startsWith('#'));
    expect([...segments.keys()].sort()).toEqual(['init.mp4', ...named].sort());
    expect(boxes(segments.get('init.mp4') ?? new Uint8Array())).toContain('moov');
    for (const name of named) expect(boxes(segments.get(name) ?? new Uint8Array())).toContain('moof');
  });
});

describe('filming', () => {
  it('starts from the given first frame', async () => {
    const first = (await drawPicture({ prompt: 'a castle', seed: 1, width: 320, height: 240, format: 'png' })).bytes;
    const last = (await drawPicture({ prompt: 'a robot', seed: 1, width: 320, height: 240, format: 'png' })).bytes;
    const film = await filmVideo({
      ...request,
      width: 320,
      height: 240,
      seconds: 1,
      firstFrame: first,
      lastFrame: last,
    });
    expect(await likeness(film.poster, first)).toBeGreaterThan(0.98);
  });

  it('ends with its signal', async () => {
    const signal = AbortSignal.abort(new Error('enough'));
    await expect(filmVideo({ ...request, signal })).rejects.toThrow();
  });

  it('rejects a first frame that is no picture, and a film without one', async () => {
    await expect(filmVideo({ ...request, firstFrame: new Uint8Array([1, 2, 3]) })).rejects.toThrow();
    await expect(hlsOf(new Uint8Array([0, 0, 0, 8, 102, 116, 121, 112]))).rejects.toThrow();
  });
});
