import { execFile } from 'node:child_process';
import { tmpdir } from 'node:os';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { commands } from '../../../src/commands/index.ts';
import { pictureActionsOf, sheetOf } from '../../../src/commands/kit/sheet.ts';
import { translations } from '../../../src/commands/translations/translations.ts';
import { systemClock } from '../../../src/concurrency/clock.ts';
import { type CommandBody, renderCommands } from '../../../src/platforms/discord/render/commands.ts';
import { botToken, type Fake, openFake } from './fake-discord.ts';

let fake: Fake;
beforeEach(async () => {
  fake = await openFake(systemClock);
});
afterEach(async () => {
  await fake.close();
  expect(fake.violations).toEqual([]);
});

const writes = () => fake.world.ledger.filter(({ method }) => method !== 'GET');

const script = fileURLToPath(new URL('../../../src/platforms/discord/commands-main.ts', import.meta.url));
const tsx = fileURLToPath(import.meta.resolve('tsx'));

/** Runs the command as `npm run discord:commands` does, with these settings and no others. */
async function runMain(args: string[], env: Record<string, string>): Promise<string> {
  // In another folder, so that a `.env` of this one has no say.
  const options = { cwd: tmpdir(), env: { PATH: process.env.PATH, ...env } };
  const { stdout } = await promisify(execFile)(process.execPath, ['--import', tsx, script, ...args], options);
  return stdout;
}

describe('npm run discord:commands', () => {
  it('prints the commands without a token', async () => {
    const printed = JSON.parse(await runMain(['--print'], { DISCORD_USER_INSTALL: 'true' })) as CommandBody[];
    const settings = { userInstall: true, translations };
    const bot = { sheets: commands.map(sheetOf), pictureActions: pictureActionsOf(commands) };
    expect(printed).toEqual(JSON.parse(JSON.stringify(renderCommands(bot, settings))));
    expect(printed[0]).toMatchObject({ integration_types: [0, 1], contexts: [0, 1, 2] });
    expect(writes()).toEqual([]);
  });

  it('prints everything to a reader that is slower than the pipe', async () => {
    const slowly = '"$@" | { head -c 1; sleep 1; cat; }';
    const command = ['-c', slowly, 'sh', process.execPath, '--import', tsx, script, '--print'];
    const options = { cwd: tmpdir(), env: { PATH: process.env.PATH }, maxBuffer: 10_000_000 };
    const { stdout } = await promisify(execFile)('sh', command, options);
    const whole = await runMain(['--print'], {});
    // A pipe on Linux holds 64 KiB, so less than that would prove nothing.
    expect(whole.length).toBeGreaterThan(100_000);
    expect(stdout).toBe(whole);
  });

  it('ends with code 1 and says why when it has no token', async () => {
    await expect(runMain([], {})).rejects.toMatchObject({
      code: 1,
      stderr: expect.stringContaining('DISCORD_TOKEN'),
    });
  });

  it('registers every command for one server with Discord’s settings alone', async () => {
    const env = { DISCORD_TOKEN: botToken, DISCORD_API_URL: fake.apiUrl };
    const said = await runMain(['--guild', '200000000000000001'], env);
    expect(said).toMatch(/^\d+ written, 0 removed, 0 as they were\.\n$/);
    expect(writes().every(({ path }) => path.includes('/guilds/200000000000000001/'))).toBe(true);
    expect(new Set(writes().map(({ body }) => (body as CommandBody).type))).toEqual(new Set([1, 2, 3]));
  });
});
