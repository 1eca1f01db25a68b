import { describe, expect, it } from 'vitest';
import { settings } from '../../src/ops/settings.ts';

describe('the list of settings', () => {
  it('has each name once', () => {
    expect(new Set(settings.map(({ name }) => name)).size).toBe(settings.length);
  });

  it('names the address or the command that gives each credential', () => {
    for (const setting of settings) if ('secret' in setting) expect(setting.source).toMatch(/https:\/\/|^openssl /);
  });
});
