import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { commands } from '../../../../src/commands/index.ts';
import { sheetOf } from '../../../../src/commands/kit/sheet.ts';
import { manifestToYaml, renderManifest } from '../../../../src/platforms/slack/install/manifest.ts';
import { manifestScopes } from '../../../../src/platforms/slack/install/manifest-scopes.ts';

const sheets = commands.map(sheetOf);
const actions = commands.flatMap(({ name, onPicture: on }) =>
  on ? [{ label: on.label, command: name, option: on.option }] : [],
);

describe.each([
  { name: 'for Socket Mode', options: {} },
  { name: 'for HTTP', options: { http: 'https://bot.example.com', prefix: 'pg-' } },
  { name: 'for many workspaces', options: { http: 'https://bot.example.com', oauth: 'https://bot.example.com' } },
  { name: 'for many workspaces without a public address for requests', options: { oauth: 'https://bot.example.com' } },
])('the manifest $name', ({ options }) => {
  const manifest = renderManifest(sheets, actions, options);
  const { slash_commands: slash, shortcuts } = manifest.features;

  it('has every command under a name that Slack takes, within its lengths', () => {
    expect(slash).toHaveLength(new Set(sheets.map(({ name }) => name.split(' ')[0])).size);
    expect(slash.length).toBeLessThanOrEqual(50);
    for (const { command, description } of slash) {
      expect(command).toMatch(/^\/[a-z0-9-]{1,31}$/);
      expect(description.length).toBeGreaterThan(0);
      expect(description.length).toBeLessThanOrEqual(2_000);
    }
    expect(new Set(slash.map(({ command }) => command)).size).toBe(slash.length);
    expect(slash.map(({ command }) => command)).not.toContain('/status');
  });

  it('has at most five shortcuts of each kind, all different', () => {
    for (const kind of ['global', 'message'])
      expect(shortcuts.filter(({ type }) => type === kind).length).toBeLessThanOrEqual(5);
    const callbacks = shortcuts.map(({ callback_id }) => callback_id);
    for (const command of ['edit', 'animate', 'upscale', 'imagine'])
      expect(callbacks.some((callback) => callback.startsWith(`picture:${command}:`))).toBe(true);
    expect(new Set(shortcuts.map(({ callback_id }) => callback_id)).size).toBe(shortcuts.length);
    for (const { name, description } of shortcuts) {
      expect(name.length).toBeLessThanOrEqual(24);
      expect(description.length).toBeLessThanOrEqual(150);
    }
  });

  it('asks for nothing that reads what people write to each other', () => {
    expect(manifest.oauth_config.scopes).toEqual({ bot: manifestScopes, bot_optional: ['usergroups:read'] });
    expect(manifestScopes.filter((scope) => /history|search|admin/.test(scope))).toEqual([]);
  });

  it('says where requests go exactly if they are sent', () => {
    const { settings } = manifest;
    expect(settings.socket_mode_enabled).toBe(!('http' in options));
    const addresses = [settings.interactivity, settings.event_subscriptions, ...slash];
    for (const entry of addresses) expect('request_url' in entry || 'url' in entry).toBe('http' in options);
  });

  it('means the same as YAML', () => {
    const asJson = JSON.parse(JSON.stringify(manifest));
    expect(parse(manifestToYaml(manifest))).toEqual(asJson);
    expect(parse(manifestToYaml(manifest), { version: '1.1' })).toEqual(asJson);
  });
});

it('reads what people write to the bot itself only where the operator wants that', () => {
  const { oauth_config, settings } = renderManifest(sheets, actions, { direct: true });
  expect(oauth_config.scopes.bot).toEqual([...manifestScopes, 'im:history']);
  expect(settings.event_subscriptions.bot_events).toContain('message.im');
});

it('has other names in front of commands than Slack’s own, or a prefix for all', () => {
  const names = (prefix: string) =>
    renderManifest(sheets, actions, { prefix }).features.slash_commands.map(({ command }) => command);
  expect(names('')).toEqual(expect.arrayContaining(['/imagine', '/pg-status']));
  expect(names('art-').filter((name) => !name.startsWith('/art-'))).toEqual([]);
});

it('refuses a wrong address and a wrong prefix', () => {
  expect(() => renderManifest(sheets, actions, { oauth: 'bot.example.com' })).toThrow('https://');
  expect(() => renderManifest(sheets, actions, { prefix: 'My Bot ' })).toThrow('prefix');
});
