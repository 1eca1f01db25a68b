/** Draws the app's own page, App Home: what a person can make, what is under way for them, and what they have. */
import type { KnownBlock, Button as SlackButton } from '@slack/types';
import { z } from 'zod';
import type { Call, Origin, TtlStore } from '../../../chat.ts';
import type { Bot } from '../../../commands/kit/bot.ts';
import { maxBlocksPerView, maxButtonLabelLength, maxButtonsPerRow, maxHeaderLength } from '../limits.ts';
import type { Interaction } from '../read/interaction.ts';
import type { OriginOf } from '../read/origin.ts';
import { writeValue } from '../render/button-calls.ts';
import { plainTextOf } from '../render/field-input.ts';
import type { Messages } from '../send/messages.ts';
import { homeTitles } from '../sentences.ts';
import type { Web } from '../web/web.ts';

/** Commands whose answers are sections of the page, where the bot has them. */
const sections = [
  { command: 'jobs', title: homeTitles.jobs },
  { command: 'gallery', title: homeTitles.gallery },
  { command: 'model list', title: homeTitles.models },
  { command: 'budget', title: homeTitles.budget },
  { command: 'settings show', title: homeTitles.settings },
];
/** Commands that have a button at the end of the page. */
const lastCommands = ['presets', 'status', 'help'];

const anything = z.object({});

type Parts = { bot: Bot; web: Web; messages: Messages; ttlStore: TtlStore; originOf: OriginOf };

/** Returns a function that draws the page for one person. It may be called as often as a person opens the page. */
export function createShowHome({ bot, web, messages, ttlStore, originOf }: Parts) {
  /** Returns whether the person may use a command: some are for those who run the workspace. */
  const hasCommand = (command: string, { person }: Origin) =>
    bot.sheets.some(({ name, moderators }) => name === command && (!moderators || person.moderator));

  const renderButton = async (call: Call, action: number): Promise<SlackButton> => ({
    type: 'button',
    action_id: `call:${action}`,
    text: plainTextOf(call.command, maxButtonLabelLength),
    value: await writeValue(call, ttlStore),
  });

  return async function showHome(interaction: Interaction): Promise<void> {
    const from = await originOf(interaction, { command: 'help', options: {} });
    // Slack takes no number of a button twice in one view.
    let lastAction = 0;

    async function row(calls: Call[]): Promise<KnownBlock[]> {
      const shown = calls.slice(0, maxButtonsPerRow);
      const first = lastAction + 1;
      lastAction += shown.length;
      const elements = await Promise.all(shown.map((call, index) => renderButton(call, first + index)));
      return elements.length ? [{ type: 'actions', elements }] : [];
    }

    async function section(command: string, title: string): Promise<KnownBlock[]> {
      const message = await bot.run({ command, options: {} }, from);
      const drawing = await messages.render(message, interaction.tenant, lastAction + 1);
      lastAction += message.buttons?.length ?? 0;
      return [{ type: 'divider' }, header(title), ...drawing.blocks];
    }

    const making = bot.sheets.filter(({ group }) => group === 'Make');
    const blocks: KnownBlock[] = [
      header(homeTitles.make),
      ...(await row(making.map(({ name }) => ({ command: name, options: {}, form: true })))),
    ];
    for (const { command, title } of sections)
      if (hasCommand(command, from)) blocks.push(...(await section(command, title)));
    const last = lastCommands.filter((command) => hasCommand(command, from));
    blocks.push({ type: 'divider' }, ...(await row(last.map((command) => ({ command, options: {} })))));
    const view = { type: 'home', blocks: blocks.slice(0, maxBlocksPerView) };
    await web.call(from.tenant, 'views.publish', { user_id: from.person.id, view }, anything);
  };
}

const header = (words: string): KnownBlock => ({ type: 'header', text: plainTextOf(words, maxHeaderLength) });
