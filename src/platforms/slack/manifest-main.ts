/** `npm run slack:manifest`: prints the manifest for Slack's page “Create an app from a manifest”. */
import { parseArgs } from 'node:util';
import { commands } from '../../commands/index.ts';
import { pictureActionsOf, sheetOf } from '../../commands/kit/sheet.ts';
import { manifestToYaml, renderManifest } from './install/manifest.ts';

const usage = `npm run slack:manifest -- [--yaml] [--prefix pg-] [--http https://bot.example.com] [--oauth https://bot.example.com] [--direct] [--name PhotoGPT]

  --yaml     YAML instead of JSON
  --prefix   in front of every command, where another app has the same names
  --http     the bot's public address: Slack sends requests there, instead of Socket Mode
  --oauth    the bot's public address: many workspaces install it there, and their tokens rotate
  --direct   people may write to the bot without a command: it then reads what they write to it (scope im:history)
  --name     what the bot is called
`;

function main(): void {
  const { values } = parseArgs({
    options: {
      yaml: { type: 'boolean', default: false },
      prefix: { type: 'string' },
      http: { type: 'string' },
      name: { type: 'string' },
      oauth: { type: 'string' },
      direct: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) {
    process.stdout.write(usage);
    return;
  }
  const pictureActions = pictureActionsOf(commands);
  const manifest = renderManifest(commands.map(sheetOf), pictureActions, values);
  process.stdout.write(values.yaml ? manifestToYaml(manifest) : `${JSON.stringify(manifest, null, 2)}\n`);
}

// The exit code is set and the process ends by itself: `process.exit` would truncate off what a slow pipe has not taken
// yet.
try {
  main();
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : error}\n\n${usage}`);
  process.exitCode = 1;
}
