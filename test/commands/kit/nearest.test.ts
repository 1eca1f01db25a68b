import { describe, expect, it } from 'vitest';
import { nearest } from '../../../src/commands/kit/nearest.ts';

const known = ['imagine', 'upscale', 'video', 'videos', 'show', 'help'];

describe('nearest', () => {
  it('finds words that begin with the typed one, the nearest first', () => {
    expect(nearest('imagin', known)).toEqual(['imagine']);
    expect(nearest('vide', known)).toEqual(['video', 'videos']);
  });

  it('finds words that are two edits away', () => {
    expect(nearest('hepl', known)).toEqual(['help']);
  });

  it('finds nothing for an empty word', () => {
    expect(nearest('', known)).toEqual([]);
  });

  it('finds nothing for a word that is far too long', () => {
    expect(nearest('x'.repeat(100_000), known)).toEqual([]);
  });

  it('finds three words at most', () => {
    expect(nearest('a', ['aa', 'ab', 'ac', 'ad'])).toHaveLength(3);
  });
});
