/** `npm run discord:commands`: registers the commands; `-- --print` only shows them, `-- --guild ID` is for one server. */
import { existsSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { commands } from '../../commands/index.ts';
import { pictureActionsOf, sheetOf } from '../../commands/kit/sheet.ts';
import { translations } from '../../commands/translations/translations.ts';
import { readDiscordConfig } from '../../config.ts';
import { registerCommands } from './register-commands.ts';
import { renderCommands } from './render/commands.ts';
import { createApi } from './send/api.ts';

/** A request that takes longer is given up, and so is the whole after five minutes. Milliseconds. */
const timeout = 15_000;
const patience = 5 * 60_000;

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      print: { type: 'boolean', default: false },
      guild: { type: 'string' },
    },
  });
  if (existsSync('.env')) process.loadEnvFile('.env');
  const discord = readDiscordConfig({ token: !values.print });
  if (!discord) throw new Error('DISCORD_TOKEN is not set; with -- --print none is needed.');
  const sheets = commands.map(sheetOf);
  const pictureActions = pictureActionsOf(commands);
  const { userInstall } = discord;
  const wanted = renderCommands({ sheets, pictureActions }, { userInstall, translations });
  if (values.print) {
    process.stdout.write(`${JSON.stringify(wanted, null, 2)}\n`);
    return;
  }
  // Two hundred new commands a day are allowed, five in twenty seconds: waiting for that is right here.
  const api = createApi({ ...discord, timeout, longestWait: 60_000 });
  const signal = AbortSignal.timeout(patience);
  try {
    const { written, removed, same } = await registerCommands(api, wanted, { guild: values.guild, signal });
    process.stdout.write(`${written.length} written, ${removed.length} removed, ${same.length} as they were.\n`);
  } finally {
    await api.close();
  }
}

// The process ends by itself. `process.exit` would cut off output that a slow reader of the pipe has not taken yet.
main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : error}\n`);
  process.exitCode = 1;
});
