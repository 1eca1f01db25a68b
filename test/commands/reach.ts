/** The tables of docs/reach.md: what reaches which endpoint of the API, and what each command looks like where. */
import { commands } from '../../src/commands/index.ts';
import { pictureActionsOf, sheetOf } from '../../src/commands/kit/sheet.ts';
import { operations } from '../../src/photogpt/operations.ts';
import { renderCommands } from '../../src/platforms/discord/render/commands.ts';
import { renderManifest } from '../../src/platforms/slack/install/manifest.ts';

/** `*` is the machinery behind every command that makes something. */
export const reach: Record<keyof typeof operations, string[]> = {
  ping: ['status'],
  listModels: ['model photos', '*'],
  createModel: ['model create'],
  updateModel: ['model update'],
  getModel: ['model train', 'model show'],
  deleteModel: ['model delete', 'erase'],
  trainModel: ['model train'],
  listModelImages: ['model photos'],
  uploadImage: ['model photos', 'imagine', 'edit', 'blend'],
  getImage: ['details', 'edit', 'adapt', 'animate'],
  deleteImage: ['delete', 'model delete', 'erase'],
  generateImage: ['imagine', 'portrait', 'edit', 'adapt', 'blend', 'vary', 'again', 'retry'],
  upscaleImage: ['upscale'],
  generateVideo: ['video', 'animate', 'motion'],
  getJob: ['*'],
  listJobs: ['*'],
  listVideos: ['videos'],
  getVideo: ['details'],
  deleteVideo: ['delete', 'erase'],
  createVideoDownload: ['video', 'animate', 'motion'],
  getVideoDownload: ['video', 'animate', 'motion', 'download'],
  listPresets: ['presets'],
};

/** The table in Markdown. */
export function renderReach(): string {
  const rows = Object.entries(operations).map(([name, { verb, path }]) => {
    const commands = reach[name as keyof typeof operations];
    const shown = commands.map((command) => (command === '*' ? 'whatever makes something' : `\`/${command}\``));
    return `| \`${verb} ${path}\` | ${shown.join(', ')} |`;
  });
  return ['| endpoint | reached by |', '|---|---|', ...rows].join('\n');
}

const sheets = commands.map(sheetOf);
const pictureActions = pictureActionsOf(commands);

/** Renders every command as each platform draws it. A cell is empty for a platform without the command. */
export function renderLooks(): string {
  const discord = renderCommands({ sheets, pictureActions }, { userInstall: false });
  const slack = renderManifest(sheets, pictureActions, {}).features.slash_commands.map(({ command }) => command);
  const onDiscord = (name: string) => {
    const [first = '', second] = name.split(' ');
    const top = discord.find((command) => command.type === 1 && command.name === first);
    const found = second === undefined ? top : top?.options?.find((option) => option.name === second);
    const inner = found && 'options' in found ? found.options : undefined;
    const count = Array.isArray(inner) ? inner.length : 0;
    return found ? `\`/${name}\`, ${count} options` : '';
  };
  const onSlack = (name: string) => {
    const [first = '', ...rest] = name.split(' ');
    const command = slack.find((one) => one === `/${first}` || one === `/pg-${first}`);
    return command ? `\`${[command, ...rest].join(' ')}\`` : '';
  };
  const rows = sheets.map(({ name, fields }) => {
    const required = fields.filter((field) => field.required).length;
    const form = fields.length > 0 ? `${fields.length} fields, ${required} needed` : 'nothing to fill in';
    const picture = pictureActions.find(({ command }) => command === name)?.label ?? '';
    return `| \`/${name}\` | ${onDiscord(name)} | ${onSlack(name)} | ${form} | ${picture} |`;
  });
  return ['| command | Discord | Slack | form | on a picture |', '|---|---|---|---|---|', ...rows].join('\n');
}
