/** Texts that people may write, for tests of properties. */
import fc from 'fast-check';

/** Words of any script, with emoji and combining characters. */
export const anyWords = fc.string({ unit: 'grapheme', maxLength: 3_000 });

/** Words, or nothing but characters that mean something to Discord. */
export const hostileText = fc.oneof(
  anyWords,
  fc.string({
    unit: fc.constantFrom('*', '_', '`', '@', '<', '>', '\n', '#', '-', '1', '.', ')', '|', '\\', ' ', 'é'),
  }),
);
