import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { createSeal } from '../../../../src/platforms/slack/install/seal.ts';
import { credentials } from '../../../security/no-secrets.ts';

describe('a sealed text', () => {
  const seal = createSeal(credentials.slackTokenKey);

  it('opens with its key and for its purpose, and otherwise not at all', () => {
    const sealed = seal.seal('xoxb-secret', 'row 1');
    expect(sealed).not.toContain('secret');
    expect(seal.open(sealed, 'row 1')).toBe('xoxb-secret');
    expect(() => seal.open(sealed, 'row 2')).toThrow();
    expect(() => createSeal(randomBytes(32).toString('base64')).open(sealed, 'row 1')).toThrow();
    expect(() => seal.open(`${sealed.slice(0, -2)}AA`, 'row 1')).toThrow();
  });

  it('is different each time', () => {
    expect(seal.seal('same', 'row')).not.toBe(seal.seal('same', 'row'));
  });

  it('wants a key of 32 bytes', () => {
    expect(() => createSeal('short')).toThrow('32 bytes');
  });
});
