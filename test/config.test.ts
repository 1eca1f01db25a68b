import { describe, expect, it } from 'vitest';
import { ConfigError, readConfig } from '../src/config.ts';
import { settings } from '../src/ops/settings.ts';

const discord = { PHOTOGPT_API_KEY: 'pk-1', DISCORD_TOKEN: 'MTA.Gx1.secret' };
const slack = { PHOTOGPT_API_KEY: 'pk-1', SLACK_BOT_TOKEN: 'xoxb-1', SLACK_APP_TOKEN: 'xapp-1' };

/** The message with which an environment is refused. */
function complaint(env: NodeJS.ProcessEnv): string {
  try {
    readConfig(env);
  } catch (error) {
    if (error instanceof ConfigError) return error.message;
    throw error;
  }
  throw new Error('the environment was accepted');
}

describe('a good environment', () => {
  it('needs a key and one chat; everything else has a default', () => {
    expect(readConfig(discord)).toEqual({
      secrets: [discord.PHOTOGPT_API_KEY, discord.DISCORD_TOKEN],
      role: 'all',
      logLevel: 'info',
      databaseUrl: undefined,
      dataDir: './data',
      publicUrl: undefined,
      maxOpenJobs: 20,
      calls: { person: 20, place: 100 },
      keepDays: 30,
      personDailyJobs: undefined,
      photogpt: {
        key: 'pk-1',
        url: 'https://developer.photogptai.com/api',
        keyExclusive: false,
        perSecond: 20,
        lanes: 1,
        cataloguePath: undefined,
      },
      operator: { host: '127.0.0.1', port: 8080 },
      discord: {
        token: 'MTA.Gx1.secret',
        apiUrl: 'https://discord.com/api',
        shards: 'auto',
        userInstall: false,
        webhook: undefined,
      },
      slack: undefined,
    });
  });

  it('takes Slack with either way in', () => {
    const usual = { apiUrl: 'https://slack.com/api', host: '127.0.0.1', port: 3000 };
    expect(readConfig(slack).slack).toEqual({ botToken: 'xoxb-1', appToken: 'xapp-1', ...usual });
    const overHttp = { ...slack, SLACK_APP_TOKEN: '', SLACK_SIGNING_SECRET: 'abc' };
    expect(readConfig(overHttp).slack).toEqual({ botToken: 'xoxb-1', signingSecret: 'abc', ...usual });
  });

  it('takes an app that many workspaces install, and Discord over HTTP', () => {
    const secrets = { SLACK_CLIENT_SECRET: 's', SLACK_STATE_SECRET: 'x'.repeat(32), SLACK_SIGNING_SECRET: 'abc' };
    const tokenKey = Buffer.alloc(32, 7).toString('base64');
    const env = {
      ...discord,
      ...secrets,
      SLACK_CLIENT_ID: '12.34',
      SLACK_TOKEN_KEY: tokenKey,
      PUBLIC_URL: 'https://b.example',
    };
    expect(readConfig(env).slack).toMatchObject({
      signingSecret: 'abc',
      install: { clientId: '12.34', clientSecret: 's', publicUrl: 'https://b.example', tokenKey },
    });
    expect(complaint({ ...env, PUBLIC_URL: '' })).toContain(
      'SLACK_CLIENT_ID is: installing in many workspaces needs every one',
    );
    const publicKey = 'ab'.repeat(32);
    expect(readConfig({ ...discord, DISCORD_PUBLIC_KEY: publicKey, DISCORD_SHARDS: '0,1/4' }).discord).toMatchObject({
      webhook: { publicKey, host: '127.0.0.1', port: 4402 },
      shards: { ids: [0, 1], count: 4 },
    });
  });

  it('reads every kind of value', () => {
    const config = readConfig({
      ...discord,
      PHOTOGPT_KEY_EXCLUSIVE: 'Yes',
      PHOTOGPT_API_URL: 'http://127.0.0.1:4010/api/',
      PHOTOGPT_CATALOGUE: 'models.json',
      DATABASE_URL: 'postgresql://bot:pw@db/bot',
      PUBLIC_URL: 'https://bot.example.com/',
      ROLE: 'worker',
      PORT: '0',
      HOST: '::',
      MAX_OPEN_JOBS: '3',
      MAX_PERSON_CALLS: '5',
      MAX_PLACE_CALLS: '50',
      KEEP_FILES_DAYS: '0',
      LOG_LEVEL: 'debug',
    });
    expect(config.photogpt).toMatchObject({ keyExclusive: true, url: 'http://127.0.0.1:4010/api' });
    expect(config.photogpt.cataloguePath).toBe('models.json');
    expect(config).toMatchObject({
      role: 'worker',
      maxOpenJobs: 3,
      calls: { person: 5, place: 50 },
      keepDays: 0,
      logLevel: 'debug',
      operator: { host: '::', port: 0 },
    });
    expect(config).toMatchObject({ databaseUrl: 'postgresql://bot:pw@db/bot', publicUrl: 'https://bot.example.com' });
  });

  it('drops pasted spaces and quotes, and treats empty as not set', () => {
    const config = readConfig({
      PHOTOGPT_API_KEY: ' "pk-1"\n',
      DISCORD_TOKEN: "'a.b.c'",
      PORT: '  ',
      PUBLIC_URL: '""',
    });
    expect(config.photogpt.key).toBe('pk-1');
    expect(config.discord?.token).toBe('a.b.c');
    expect(config.operator.port).toBe(8080);
    expect(config.publicUrl).toBeUndefined();
  });

  it('is frozen, all the way down', () => {
    const config = readConfig(discord);
    expect(Object.values(config).filter((part) => typeof part === 'object')).toSatisfy((parts: object[]) =>
      [config, ...parts].every(Object.isFrozen),
    );
  });
});

describe('a bad environment', () => {
  it('gets every problem at once, each with what it is for and where to get it', () => {
    const message = complaint({ ROLE: 'boss', PORT: '99999' });
    expect(message).toContain('4 problems');
    const mentioned = ['PHOTOGPT_API_KEY', 'DISCORD_TOKEN', 'SLACK_BOT_TOKEN', 'SLACK_APP_TOKEN', 'ROLE', 'PORT'];
    for (const { name, purpose, source } of settings.filter((setting) => mentioned.includes(setting.name))) {
      expect(message).toContain(name);
      expect(message).toContain(purpose);
      expect(message).toContain(source);
    }
    for (const site of ['platform.photogptai.com', 'discord.com/developers/applications', 'api.slack.com/apps']) {
      expect(message).toContain(`https://${site}`);
    }
  });

  it('needs a chat, and says so once', () => {
    const message = complaint({ PHOTOGPT_API_KEY: 'pk-1' });
    expect(message).toContain('one problem');
    expect(message).toContain('are all not set: the bot needs Discord’s token, or both of Slack’s');
  });

  it.each([
    [
      { SLACK_BOT_TOKEN: 'xoxb-1' },
      'SLACK_APP_TOKEN, SLACK_SIGNING_SECRET are not set, but SLACK_BOT_TOKEN or SLACK_CLIENT_ID is',
    ],
    [{ SLACK_APP_TOKEN: 'xapp-1' }, 'SLACK_BOT_TOKEN is not set'],
    [{ SLACK_SIGNING_SECRET: 'abc' }, 'SLACK_BOT_TOKEN is not set'],
    [{ ...discord, SLACK_APP_TOKEN: 'xapp-1' }, 'SLACK_BOT_TOKEN is not set'],
  ])('names what is missing of a half-set Slack: %o', (env, expected) => {
    const message = complaint({ PHOTOGPT_API_KEY: 'pk-1', ...env });
    expect(message).toContain('one problem');
    expect(message).toContain(expected);
  });

  it.each([
    [{ PHOTOGPT_API_KEY: 'Bearer hunter2' }, 'PHOTOGPT_API_KEY starts with “Bearer”'],
    [{ PHOTOGPT_API_KEY: 'hun ter2' }, 'PHOTOGPT_API_KEY holds a space'],
    [{ DISCORD_TOKEN: 'Bot MTA.Gx1.hunter2' }, 'DISCORD_TOKEN starts with “Bot”'],
    [{ DISCORD_TOKEN: '1180000000000000000' }, 'DISCORD_TOKEN is a number, so it is the application’s id'],
    [{ DISCORD_TOKEN: 'hunter2' }, 'DISCORD_TOKEN is not a bot token'],
    [{ DISCORD_TOKEN: 'xoxb-hunter2' }, 'DISCORD_TOKEN is a token of Slack’s'],
    [{ ...slack, SLACK_BOT_TOKEN: 'xapp-hunter2' }, 'belongs in SLACK_APP_TOKEN'],
    [{ ...slack, SLACK_BOT_TOKEN: 'xoxp-hunter2' }, 'it is a person’s token'],
    [{ ...slack, SLACK_BOT_TOKEN: 'hunter2' }, 'SLACK_BOT_TOKEN does not start with xoxb-'],
    [{ ...slack, SLACK_APP_TOKEN: 'xoxb-hunter2' }, 'belongs in SLACK_BOT_TOKEN'],
    [{ ...slack, SLACK_APP_TOKEN: 'hunter2' }, 'SLACK_APP_TOKEN does not start with xapp-'],
    [{ ...slack, SLACK_SIGNING_SECRET: 'xoxb-hunter2' }, 'SLACK_SIGNING_SECRET is a token'],
    [{ PHOTOGPT_API_URL: 'hunter2' }, 'PHOTOGPT_API_URL is not an address of the form https://host'],
    [{ PUBLIC_URL: 'http://hunter2' }, 'PUBLIC_URL is not an address of the form https://host'],
    [{ DATABASE_URL: 'mysql://bot:hunter2@db/bot' }, 'DATABASE_URL is not an address of the form postgres://'],
    [{ PHOTOGPT_KEY_EXCLUSIVE: 'hunter2' }, 'PHOTOGPT_KEY_EXCLUSIVE is neither true nor false'],
    [{ ROLE: 'hunter2' }, 'ROLE is not one of all, gateway and worker'],
    [{ ROLE: 'worker' }, 'DATABASE_URL is not set, but ROLE shares the work'],
    [{ PORT: 'hunter2' }, 'PORT is not a whole number'],
    [{ PORT: '65536' }, 'PORT is above 65535'],
    [{ HOST: 'hunter2/' }, 'HOST is not a host name'],
    [{ MAX_OPEN_JOBS: '0' }, 'MAX_OPEN_JOBS is below 1'],
    [{ LOG_LEVEL: 'hunter2' }, 'LOG_LEVEL is not one of trace, debug'],
  ])('gets one hint about the mistake, and never the value back: %o', (env, hint) => {
    const message = complaint({ ...discord, ...env });
    expect(message).toContain('one problem');
    expect(message).toContain(hint);
    expect(message).not.toContain('hunter2');
  });
});
