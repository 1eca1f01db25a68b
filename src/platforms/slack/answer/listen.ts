/** Takes what Slack sends, once the connection has acknowledged it, and hands it to the function that answers it. */
import type { Bot } from '../../../commands/kit/bot.ts';
import type { Log } from '../../../log.ts';
import type { Listeners } from '../connect.ts';
import { readDirect, readHome, readMention, readRemoved, type WrittenMessage } from '../read/events.ts';
import { type Interaction, readSlash } from '../read/interaction.ts';
import { decodeText, findCommand, readLine } from '../read/line.ts';
import type { Prefixes } from '../render/command-names.ts';
import type { SayEphemeral } from '../send/ephemeral.ts';
import type { Answer } from './answer.ts';
import type { Forms } from './forms.ts';
import { commandsBelow, halfCommand } from './half-command.ts';
import type { ClaimEvent, StartCall } from './start-call.ts';

/** Interactions that are answered at a time. Each may hold pictures of 50 MB. */
const maxAtOnce = 60;

type Parts = {
  bot: Bot;
  answer: Answer;
  forms: Forms;
  startCall: StartCall;
  claimEvent: ClaimEvent;
  sayEphemeral: SayEphemeral;
  prefixes: Prefixes;
  onPress(body: unknown): Promise<void>;
  onShortcut(body: unknown): Promise<void>;
  onMention(message: WrittenMessage): Promise<void>;
  onSuggest: Listeners['suggest'];
  showHome(interaction: Interaction): Promise<void>;
  onRemoved(tenant: string): Promise<void>;
  log: Log;
};

/** Returns the listeners for the connection, and `settled`, which resolves when everything under way has ended. */
export function createListeners(parts: Parts): { listeners: Listeners; settled(): Promise<void> } {
  const { bot, answer, forms, startCall, claimEvent, sayEphemeral, prefixes, showHome, onRemoved, log } = parts;
  const { onPress, onShortcut, onMention, onSuggest } = parts;
  const underWay = new Set<Promise<void>>();

  /**
   * Runs work whose event was acknowledged already. All its errors end in the log. A set and not a semaphore: what is
   * too much is dropped and does not wait, and the adapter waits for the rest when it stops.
   */
  function runLater(work: () => Promise<void>): void {
    if (underWay.size >= maxAtOnce) {
      log.warn('interaction dropped: too many at once');
      return;
    }
    const running = work()
      .catch((err: unknown) => log.error({ err }, 'interaction failed'))
      .finally(() => underWay.delete(running));
    underWay.add(running);
  }

  async function onSlash(body: unknown): Promise<void> {
    const { line, ...interaction } = readSlash(body);
    const { command, rest } = findCommand(decodeText(line), bot.sheets);
    const members = commandsBelow(command, bot.sheets);
    const learning = prefixes.learn(interaction.tenant, line);
    if (members.length && !bot.sheets.some(({ name }) => name === command))
      await sayEphemeral(interaction, halfCommand(command, members));
    else await startCall(interaction, readLine(command, rest, bot.sheets));
    await learning;
  }

  async function onMessage(body: unknown): Promise<void> {
    const message = readDirect(body);
    if (message) await onMention(message);
  }

  async function onHome(body: unknown): Promise<void> {
    const interaction = readHome(body);
    if (interaction) await showHome(interaction);
  }

  async function onRemoval(body: unknown): Promise<void> {
    for (const tenant of readRemoved(body)) await onRemoved(tenant);
  }

  const listeners: Listeners = {
    slash: (body) => runLater(() => onSlash(body)),
    press: (body) => runLater(() => onPress(body)),
    reshape: (body) => runLater(() => forms.reshape(body)),
    shortcut: (body) => runLater(() => onShortcut(body)),
    // Async, so that a payload of a wrong shape ends in the log.
    mention: (body) => runLater(async () => onMention(readMention(body))),
    message: (body) => runLater(() => onMessage(body)),
    home: (body) => runLater(() => onHome(body)),
    removed: (body) => runLater(() => onRemoval(body)),
    async submit(body) {
      const submitted = await forms.submit(body);
      if ('problems' in submitted) return submitted.problems;
      const { interaction, call } = submitted;
      runLater(async () => {
        if (await claimEvent(interaction.event)) await answer({ ...interaction, call });
      });
      return {};
    },
    suggest: onSuggest,
  };

  return {
    listeners,
    async settled() {
      await Promise.allSettled(underWay);
    },
  };
}
