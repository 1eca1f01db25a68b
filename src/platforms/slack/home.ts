/** The app's own page in Slack: what somebody can make, what is on the way for them, and what they have. */
import type { KnownBlock, Button as SlackButton } from '@slack/types';
import { z } from 'zod';
import type { Call } from '../../chat.ts';
import type { Bot } from '../../commands/bot.ts';
import type { Answer } from './answer.ts';
import { type Drafts, writeValue } from './keep-calls.ts';
import { drawn } from './limits.ts';
import type { Asked } from './read-interaction.ts';
import { renderMessage } from './render-message.ts';
import { text } from './render-view.ts';
import type { Web } from './web.ts';

/** What is shown, as the answers to calls, where the bot has such a command. */
const sections = [
  { command: 'jobs', title: 'Your jobs' },
  { command: 'gallery', title: 'Your gallery' },
  { command: 'model list', title: 'Your models' },
  { command: 'usage', title: 'Your budget' },
];
/** Commands behind a button at the end; the last only for whoever runs the workspace. */
const further = ['presets', 'status', 'help'];
const forModerators = ['settings'];

const anything = z.object({});

type Parts = { bot: Bot; web: Web; drafts: Drafts; origin: Answer['origin'] };

/** Returns a function that draws the page for one person. It can be repeated as often as the page is opened. */
export function createHome({ bot, web, drafts, origin }: Parts) {
  const has = (command: string) => bot.sheets.some(({ name }) => name === command);

  return async function home(asked: Asked): Promise<void> {
    const from = await origin(asked, { command: 'help', options: {} });
    let action = 0;
    const row = async (calls: Call[]): Promise<KnownBlock[]> => {
      const elements = await Promise.all(
        calls.slice(0, drawn.buttonsInRow).map(async (call): Promise<SlackButton> => {
          action += 1;
          const id = `call:${action}`;
          return {
            type: 'button',
            action_id: id,
            text: text(call.command, drawn.buttonLabel),
            value: await writeValue(call, drafts),
          };
        }),
      );
      return elements.length ? [{ type: 'actions', elements }] : [];
    };
    const making = bot.sheets.filter(({ group }) => group === 'Make');
    const blocks: KnownBlock[] = [
      header('Make something'),
      ...(await row(making.map(({ name }) => ({ command: name, options: {}, form: true })))),
    ];
    for (const { command, title } of sections.filter((section) => has(section.command))) {
      const message = await bot.run({ command, options: {} }, from);
      const values = await Promise.all((message.buttons ?? []).map(({ call }) => writeValue(call, drafts)));
      // One more than the last action, which the rows count from one.
      const drawing = renderMessage(message, { values, firstAction: action + 1 });
      action += values.length;
      blocks.push({ type: 'divider' }, header(title), ...drawing.blocks);
    }
    const last = [...further, ...(from.person.moderator ? forModerators : [])].filter(has);
    blocks.push({ type: 'divider' }, ...(await row(last.map((command) => ({ command, options: {} })))));
    const view = { type: 'home', blocks: blocks.slice(0, drawn.viewBlocks) };
    await web.call(from.tenant, 'views.publish', { user_id: from.person.id, view }, anything);
  };
}

const header = (words: string): KnownBlock => ({ type: 'header', text: text(words, drawn.header) });
