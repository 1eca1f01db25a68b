/** Tests of pictures: repeatable, of the requested size, about the prompt, for any prompt. */
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { presets } from '../../../src/sandbox/studio/look.ts';
import { drawPicture, type PictureRequest } from '../../../src/sandbox/studio/picture.ts';
import { readPrompt } from '../../../src/sandbox/studio/read.ts';
import { upscalePicture } from '../../../src/sandbox/studio/upscale.ts';
import { likeness } from './likeness.ts';

const small = { prompt: 'a lighthouse at dusk', seed: 7, width: 160, height: 120, format: 'png' } as const;
const draw = (change: Partial<PictureRequest> = {}) => drawPicture({ ...small, ...change });

/** A picture unlike anything the studio draws: four plain quarters. */
const quarters = sharp({ create: { width: 200, height: 200, channels: 3, background: '#d02020' } })
  .composite([
    { input: { create: { width: 100, height: 100, channels: 3, background: '#20c040' } }, left: 100, top: 0 },
    { input: { create: { width: 100, height: 100, channels: 3, background: '#2040d0' } }, left: 0, top: 100 },
    { input: { create: { width: 100, height: 100, channels: 3, background: '#f0f0f0' } }, left: 100, top: 100 },
  ])
  .png()
  .toBuffer();

describe('drawing', () => {
  it('gives the same bytes for the same prompt and seed', async () => {
    expect((await draw()).bytes).toEqual((await draw()).bytes);
  });

  it('gives another picture for another prompt, seed or preset', async () => {
    const all = await Promise.all([
      draw(),
      draw({ seed: 8 }),
      draw({ prompt: 'a fox in the snow' }),
      draw({ preset: 'noir' }),
      draw({ prompt: 'serendipity' }),
      draw({ prompt: 'nostalgia' }),
    ]);
    expect(new Set(all.map(({ bytes }) => Buffer.from(bytes).toString('base64'))).size).toBe(all.length);
  });

  it.each([
    [64, 64],
    [512, 64],
    [64, 640],
    [333, 201],
    [1200, 150],
  ])('is exactly %i × %i pixels on request', async (width, height) => {
    const picture = await draw({ width, height });
    expect(await sharp(picture.bytes).metadata()).toMatchObject({ width, height });
    expect(picture).toMatchObject({ width, height });
  });

  it.each(['png', 'jpeg', 'webp'] as const)('writes %s with its type', async (format) => {
    const picture = await draw({ format });
    expect(picture.type).toBe(`image/${format}`);
    expect((await sharp(picture.bytes).metadata()).format).toBe(format);
  });

  it.each([
    ['nothing', ''],
    ['spaces', ' \n\t '],
    ['markup', '</svg><script>alert(1)</script>&lt;![CDATA[ "\' --> <image href="file:///etc/passwd"/>'],
    ['ten thousand characters', 'fox '.repeat(2_500)],
    ['emoji', '🦊❄️👨‍👩‍👧‍👦🏳️‍🌈'],
    ['Arabic', 'منارة عند الغسق'],
    ['half a surrogate pair and control characters', '\ud800 \u0000\u0007 fox'],
    ['names every object has', '__proto__ constructor toString'],
  ])('draws any prompt: %s', async (_, prompt) => {
    const { channels } = await sharp((await draw({ prompt })).bytes).stats();
    expect(Math.max(...channels.map(({ stdev }) => stdev))).toBeGreaterThan(4);
  });

  it('draws night darker than noon', async () => {
    const brightness = async (prompt: string) => {
      const { channels } = await sharp((await draw({ prompt })).bytes).stats();
      return channels.reduce((sum, { mean }) => sum + mean, 0);
    };
    expect(await brightness('mountains at night')).toBeLessThan((await brightness('mountains at noon')) * 0.6);
  });

  it('draws noir without colour', async () => {
    const { bytes } = await draw({ preset: 'noir' });
    const { channels } = await sharp(bytes).stats();
    const means = channels.map(({ mean }) => mean);
    expect(Math.max(...means) - Math.min(...means)).toBeLessThan(2);
  });

  it('takes every preset and an unknown one', async () => {
    for (const preset of [...presets.map(({ tag }) => tag), 'unheard-of']) {
      expect(await draw({ preset, width: 64, height: 64 })).toMatchObject({ width: 64, height: 64 });
    }
    expect(presets.map(({ tag }) => tag)).toContain('editorial');
  });
});

describe('reading', () => {
  it('finds subject, place, time, weather and colour', () => {
    const brief = readPrompt('A RED fox, in the rain, in a forest at night!');
    expect(brief.subjects[0]?.words).toContain('fox');
    expect(brief).toMatchObject({ place: 'forest', time: 'night', weather: 'rain', colour: '#cf3a30' });
  });

  it('reads Chinese and emoji, and no words inside words', () => {
    expect(readPrompt('森林里的一只狐狸').subjects[0]?.words).toContain('fox');
    expect(readPrompt('🚀').subjects[0]?.words).toContain('rocket');
    expect(readPrompt('a scathing carpet').subjects).toEqual([]);
  });

  it('keeps subjects in the order of the prompt', () => {
    const [first, second] = readPrompt('a castle and a cat').subjects;
    expect([first?.words[0], second?.words[0]]).toEqual(['castle', 'cat']);
  });
});

describe('editing', () => {
  it('keeps the reference visible', async () => {
    const reference = await quarters;
    const { bytes } = await draw({ prompt: 'make it snow at dusk', references: [reference], width: 200, height: 200 });
    const unrelated = await draw({ prompt: 'make it snow at dusk', width: 200, height: 200 });
    expect(await likeness(bytes, reference)).toBeGreaterThan(0.75);
    expect(await likeness(unrelated.bytes, reference)).toBeLessThan(0.5);
  });

  it('shows several references side by side', async () => {
    const reference = await quarters;
    const other = (await draw({ prompt: 'a castle at noon' })).bytes;
    const { bytes } = await draw({ prompt: 'together', references: [reference, other], width: 400, height: 200 });
    const half = (left: number) => sharp(bytes).extract({ left, top: 0, width: 200, height: 200 }).png().toBuffer();
    expect(await likeness(await half(0), reference)).toBeGreaterThan(await likeness(await half(200), reference));
  });

  it('rejects a reference that is no picture', async () => {
    await expect(draw({ references: [new TextEncoder().encode('not a picture')] })).rejects.toThrow();
  });
});

describe('upscaling', () => {
  it('makes the picture larger and keeps its content', async () => {
    const { bytes } = await draw({ format: 'jpeg' });
    const larger = await upscalePicture(bytes, 4);
    expect(larger).toMatchObject({ width: 640, height: 480, type: 'image/jpeg' });
    expect(await likeness(larger.bytes, bytes)).toBeGreaterThan(0.99);
  });

  it('stops at 8192 pixels', async () => {
    const long = await draw({ width: 2400, height: 64 });
    expect(await upscalePicture(long.bytes, 4)).toMatchObject({ width: 8192, height: 218 });
  });
});
