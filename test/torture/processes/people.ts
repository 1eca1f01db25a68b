/** The people of one seed. They call commands over the wires of Discord and Slack. */
import type { Fake as Discord } from '../../platforms/discord/fake-discord.ts';
import { createVisitor } from '../../platforms/discord/visitor.ts';
import { guild } from '../../platforms/discord/world.ts';
import type { Fake as Slack } from '../../platforms/slack/fake-slack.ts';
import { visit } from '../../platforms/slack/visitor.ts';
import type { Made } from './judge.ts';
import type { Wish } from './schedule.ts';

const members = ['500000000000000001', '500000000000000002', '500000000000000003'];
const rooms = ['400000000000000001', '400000000000000002', '400000000000000003'];
const colleagues = ['UADA', 'UBEN'];
const office = 'C1';
/** Longest wait of a person for the first answer. */
const firstAnswerTimeoutMs = 4_000;

const at = (list: readonly string[], number: number) => list[number % list.length] ?? '';

/** Returns the people. `prompts` maps the token of every interaction to its prompt. */
export function createPeople(discord: Discord, slack: Slack | undefined) {
  const { world } = discord;
  for (const id of rooms) world.channels.set(id, { id, type: 0, guild_id: guild });
  const prompts = new Map<string, string>();
  const calls: Made[] = [];

  function onDiscord({ prompt, person: who, channel: where, kind, isPrivate, twice }: Wish): Promise<unknown> {
    const person = at(members, who);
    // One number more than there are rooms, for the direct messages with the bot.
    const number = where % (rooms.length + 1);
    const channel = number === rooms.length ? world.direct(person) : world.channel(at(rooms, number));
    calls.push({ prompt, channel: channel.id, person, isPrivate });
    const options: Record<string, string | boolean> = isPrivate ? { prompt, private: true } : { prompt };
    return createVisitor(discord, person).slash(channel, kind, options, {
      answerTimeoutMs: firstAnswerTimeoutMs,
      by(interaction) {
        prompts.set(String(interaction.token), prompt);
        for (let count = 0; count < (twice ? 2 : 1); count += 1) discord.dispatch('INTERACTION_CREATE', interaction);
      },
    });
  }

  async function onSlack({ prompt, person: who, kind, isPrivate, twice }: Wish, to: Slack): Promise<void> {
    const person = at(colleagues, who);
    calls.push({ prompt, channel: office, person, isPrivate });
    const { slash } = visit(to, person);
    const event = { trigger_id: to.trigger() };
    for (let count = 0; count < (twice ? 2 : 1); count += 1)
      await slash(office, kind, isPrivate ? `${prompt} private:yes` : prompt, event);
  }

  return {
    calls,
    prompts,
    /** Calls a command, and waits for no answer. */
    ask(wish: Wish): void {
      const asking = wish.platform === 'slack' && slack ? onSlack(wish, slack) : onDiscord(wish);
      asking.catch(() => undefined);
    },
  };
}
