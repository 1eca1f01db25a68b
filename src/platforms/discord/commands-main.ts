/**
 * `npm run discord:commands` registers the commands with Discord:
 *
 *     npm run discord:commands                   everywhere
 *     npm run discord:commands -- --guild ID     for one server, where changes are seen at once
 *     npm run discord:commands -- --print        prints them as JSON, and needs no token
 */
import { existsSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { commands } from '../../commands/index.ts';
import { pictureActionsOf, sheetOf } from '../../commands/kit/sheet.ts';
import { translations } from '../../commands/translations/translations.ts';
import { readDiscordConfig } from '../../config.ts';
import { registerCommands } from './register-commands.ts';
import { renderCommands } from './render/commands.ts';
import { createApi } from './rest/api.ts';
import { registeredText, tokenNotSet } from './sentences.ts';
import { registerRateLimitWaitMs, registerRequestTimeoutMs, registerTimeoutMs } from './timings.ts';

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      print: { type: 'boolean', default: false },
      guild: { type: 'string' },
    },
  });
  if (existsSync('.env')) process.loadEnvFile('.env');
  const discord = readDiscordConfig({ token: !values.print });
  if (!discord) throw new Error(tokenNotSet);
  const sheets = commands.map(sheetOf);
  const pictureActions = pictureActionsOf(commands);
  const { userInstall } = discord;
  const wanted = renderCommands({ sheets, pictureActions }, { userInstall, translations });
  if (values.print) {
    process.stdout.write(`${JSON.stringify(wanted, null, 2)}\n`);
    return;
  }
  const api = createApi({
    ...discord,
    timeoutMs: registerRequestTimeoutMs,
    maxRateLimitWaitMs: registerRateLimitWaitMs,
  });
  const signal = AbortSignal.timeout(registerTimeoutMs);
  try {
    const { written, removed, same } = await registerCommands(api, wanted, { guild: values.guild, signal });
    process.stdout.write(`${registeredText(written.length, removed.length, same.length)}\n`);
  } finally {
    await api.close();
  }
}

// The process ends by itself. `process.exit` would cut off output that a slow reader of the pipe has not taken yet.
main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : error}\n`);
  process.exitCode = 1;
});
