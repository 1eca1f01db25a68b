import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { decodeHeic } from '../../../src/media/uploads/heic.ts';

const sample = new URL('./sample.heic', import.meta.url);
const forever = new AbortController().signal;

describe('a HEIC picture', () => {
  it('decodes to its pixels', async () => {
    const { width, height, pixels } = await decodeHeic(new Uint8Array(await readFile(sample)), 1e6, forever);
    expect([width, height]).toEqual([160, 120]);
    const at = (x: number, y: number) => [...(pixels?.subarray((y * 160 + x) * 4, (y * 160 + x) * 4 + 3) ?? [])];
    // A yellow disc at the upper left on a blue ground. The codec is lossy.
    const near = (colour: number[], wanted: number[]) =>
      colour.every((value, i) => Math.abs(value - (wanted[i] ?? 0)) < 12);
    expect(near(at(40, 40), [255, 204, 51])).toBe(true);
    expect(near(at(150, 110), [32, 80, 138])).toBe(true);
  });

  it('is not unpacked when it declares too many pixels', async () => {
    const bytes = new Uint8Array(await readFile(sample));
    expect(await decodeHeic(bytes, 10_000, forever)).toEqual({ width: 160, height: 120 });
  });

  it('is refused when it is broken', async () => {
    const bytes = new Uint8Array(await readFile(sample)).slice(0, 700);
    await expect(decodeHeic(bytes, 1e6, forever)).rejects.toThrow();
    await expect(decodeHeic(new Uint8Array(64), 1e6, forever)).rejects.toThrow();
  });
});
