import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { escapeMarkdown, escapeOwnText, truncate } from '../../../../src/platforms/discord/render/escape.ts';
import { anyWords, hostileText } from '../hostile-text.ts';

describe('escapeMarkdown', () => {
  it('keeps every character of other people’s words, and none of their meaning', () => {
    fc.assert(
      fc.property(hostileText, (text) => {
        const escaped = escapeMarkdown(text);
        expect(escaped.replace(/\\([^0-9A-Za-z\s])/g, '$1')).toBe(text);
        expect(escaped.replace(/\\[^0-9A-Za-z\s]/g, 'x')).not.toMatch(/[*_~`|<>@[\]()]|^\s*(#|-|\+|\d+\.)/m);
      }),
    );
  });

  it('leaves our own bold and code as they are', () => {
    expect(escapeOwnText('You asked for **imagine**: `/show 41` “*x* @everyone”')).toBe(
      'You asked for **imagine**\\: `/show 41` “\\*x\\* \\@everyone”',
    );
  });

  it('cuts between characters', () => {
    fc.assert(
      fc.property(anyWords, fc.integer({ min: 1, max: 50 }), (text, length) => {
        const cut = truncate(text, length, length * 2 + 3);
        expect(cut.length).toBeLessThanOrEqual(Math.max(length, 1));
        expect(cut).not.toMatch(/[\uD800-\uDBFF](?![\uDC00-\uDFFF])/);
      }),
    );
  });
});
