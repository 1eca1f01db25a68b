/** The app's own page in Slack: what somebody can make, what is on the way for them, and what they have. */
import type { KnownBlock, Button as SlackButton } from '@slack/types';
import { z } from 'zod';
import type { Call, Origin } from '../../../chat.ts';
import type { Bot } from '../../../commands/kit/bot.ts';
import { maxBlocksPerView, maxButtonLabelLength, maxButtonsPerRow, maxHeaderLength } from '../limits.ts';
import type { Interaction } from '../read/interaction.ts';
import { writeValue } from '../render/button-calls.ts';
import { text } from '../render/view.ts';
import type { Messages } from '../send/messages.ts';
import type { Web } from '../send/web.ts';
import { homeTitles } from '../sentences.ts';
import type { TtlStore } from '../ttl-store.ts';
import type { Answer } from './answer.ts';

/** What is shown, as the answers to calls, where the bot has such a command. */
const sections = [
  { command: 'jobs', title: homeTitles.jobs },
  { command: 'gallery', title: homeTitles.gallery },
  { command: 'model list', title: homeTitles.models },
  { command: 'budget', title: homeTitles.budget },
  { command: 'settings show', title: homeTitles.settings },
];
/** Commands behind a button at the end. */
const further = ['presets', 'status', 'help'];

const anything = z.object({});

type Parts = { bot: Bot; web: Web; messages: Messages; ttlStore: TtlStore; origin: Answer['origin'] };

/** Returns a function that draws the page for one person. It can be repeated as often as the page is opened. */
export function createHome({ bot, web, messages, ttlStore, origin }: Parts) {
  /** Whether the bot has this command, for this person: some are for whoever runs the workspace. */
  const has = (command: string, from: Origin) =>
    bot.sheets.some(({ name, moderators }) => name === command && (!moderators || from.person.moderator));

  return async function home(interaction: Interaction): Promise<void> {
    const from = await origin(interaction, { command: 'help', options: {} });
    let action = 0;
    const row = async (calls: Call[]): Promise<KnownBlock[]> => {
      const elements = await Promise.all(
        calls.slice(0, maxButtonsPerRow).map(async (call): Promise<SlackButton> => {
          action += 1;
          const id = `call:${action}`;
          return {
            type: 'button',
            action_id: id,
            text: text(call.command, maxButtonLabelLength),
            value: await writeValue(call, ttlStore),
          };
        }),
      );
      return elements.length ? [{ type: 'actions', elements }] : [];
    };
    const making = bot.sheets.filter(({ group }) => group === 'Make');
    const blocks: KnownBlock[] = [
      header(homeTitles.make),
      ...(await row(making.map(({ name }) => ({ command: name, options: {}, form: true })))),
    ];
    for (const { command, title } of sections.filter((section) => has(section.command, from))) {
      const message = await bot.run({ command, options: {} }, from);
      // One more than the last action, which the rows count from one.
      const drawing = await messages.draw(message, interaction.tenant, action + 1);
      action += message.buttons?.length ?? 0;
      blocks.push({ type: 'divider' }, header(title), ...drawing.blocks);
    }
    const last = further.filter((command) => has(command, from));
    blocks.push({ type: 'divider' }, ...(await row(last.map((command) => ({ command, options: {} })))));
    const view = { type: 'home', blocks: blocks.slice(0, maxBlocksPerView) };
    await web.call(from.tenant, 'views.publish', { user_id: from.person.id, view }, anything);
  };
}

const header = (words: string): KnownBlock => ({ type: 'header', text: text(words, maxHeaderLength) });
