/** Runs a call: acknowledgement in its place at once, answer in the acknowledgement's place later. */
import type { IncomingCall, Json, Message, MessageRef, Origin, Receipt } from '../../chat.ts';
import type { Bot } from '../../commands/bot.ts';
import { Refused } from '../../errors.ts';
import type { Log } from '../../log.ts';
import type { Deliver } from './deliver.ts';
import { type Drafts, writeValue } from './keep-calls.ts';
import { uploadLimit } from './limits.ts';
import type { createPeople } from './people.ts';
import type { Places, Spot } from './places.ts';
import { codeOf, refusedOr } from './read-error.ts';
import type { Asked, AskedCall } from './read-interaction.ts';
import { offer } from './render-message.ts';
import type { Whisper } from './whisper.ts';

type Parts = {
  bot: Bot;
  deliver: Deliver;
  whisper: Whisper;
  places: Places;
  people: ReturnType<typeof createPeople>;
  drafts: Drafts;
  log: Log;
};

const thinking: Message = { text: 'Thinking…', tone: 'working' };
const inDirect: Message = { text: 'You find it in our direct messages.', tone: 'plain', private: true };

/** The place takes no messages of ours; why, and what can be done, for the person who asked. */
const closed: Record<string, string> = {
  channel_not_found:
    'I am not in this conversation, so I could not post the result here. Nothing was spent. Invite me (`/invite`), or have it sent to you directly.',
  not_in_channel:
    'I am not in this channel, so I could not post the result here. Nothing was spent. Invite me (`/invite`), or have it sent to you directly.',
  is_archived: 'This channel is archived, so nothing can be posted here. Nothing was spent.',
  channel_is_archived: 'This channel is archived, so nothing can be posted here. Nothing was spent.',
};
const forbidden =
  'This channel’s settings do not let me post here. Nothing was spent. You can have it sent to you directly.';
const forbidding = new Set([
  'restricted_action',
  'restricted_action_read_only_channel',
  'restricted_action_thread_locked',
  'restricted_action_thread_only_channel',
  'restricted_action_non_threadable_channel',
  'no_permission',
  'posting_to_channel_denied',
  'ekm_access_denied',
]);

export type Answer = ReturnType<typeof createAnswer>;

/** `origin` says who asked and where; `answer` does the rest and rejects only when nobody could be told anything. */
export function createAnswer({ bot, deliver, whisper, places, people, drafts, log }: Parts) {
  async function origin(asked: Asked, call: IncomingCall, elsewhere = false): Promise<Origin> {
    const { tenant, user, channel, thread } = asked;
    const { person, locale } = await people(tenant, user);
    // The direct message of two people looks like the one with the bot, but the bot cannot post there.
    const isOurs = !channel || (asked.isDirect && (await places.direct(tenant, user.id)) === channel);
    const place: Origin['place'] = isOurs || elsewhere ? { kind: 'direct' } : { kind: 'channel', channel, thread };
    // What was turned away in public was not meant to be private.
    const hidden = (asked.isHidden && !elsewhere) || bot.isPrivate(call);
    return { platform: 'slack', event: asked.event, tenant, place, person, locale, private: hidden, uploadLimit };
  }

  /** Posts the acknowledgement and joins the channel; a sentence when the place is closed to the bot. */
  async function acknowledge(tenant: string, spot: Spot): Promise<MessageRef | string> {
    try {
      const ref = await deliver.say(tenant, spot, thinking);
      await places.enter(tenant, spot.channel).catch((err: unknown) => log.warn({ err }, 'the channel was not joined'));
      return ref;
    } catch (error) {
      const code = codeOf(error) ?? '';
      if (code === 'not_in_channel') return joinAndSay(tenant, spot, code);
      const sentence = closed[code] ?? (forbidding.has(code) ? forbidden : undefined);
      if (sentence) return sentence;
      throw error;
    }
  }

  async function joinAndSay(tenant: string, spot: Spot, code: string): Promise<MessageRef | string> {
    places.left(tenant, spot.channel);
    try {
      await places.enter(tenant, spot.channel);
      return await deliver.say(tenant, spot, thinking);
    } catch {
      return closed[code] ?? forbidden;
    }
  }

  /** For the person only: short answers where they look, work and pictures in the direct message. */
  async function privately(asked: Asked, from: Origin, message: Message): Promise<void> {
    if (message.job === undefined && !message.media?.length) return whisper(asked, message);
    const spot = { channel: await places.direct(from.tenant, from.person.id) };
    const ref = message.media?.length
      ? await deliver.post({ ...from, private: true }, message, passing(asked.event), AbortSignal.timeout(600_000))
      : await deliver.say(from.tenant, spot, message);
    if (message.job !== undefined) await bot.shown(message.job, ref);
    if (from.place.kind === 'channel') await whisper(asked, inDirect);
  }

  async function publicly(asked: Asked, call: IncomingCall, from: Origin): Promise<void> {
    const { place, tenant, person } = from;
    const spot = place.kind === 'direct' ? { channel: await places.direct(tenant, person.id) } : place;
    const ack = await acknowledge(tenant, spot);
    if (typeof ack === 'string') return turnAway(asked, call, ack);
    const message = await bot.run(call, { ...from, ack });
    if (message.private && place.kind === 'channel') {
      await deliver.remove(ack);
      return privately(asked, from, message);
    }
    let shown = ack;
    if (message.media?.length)
      shown = await deliver.post(from, message, passing(asked.event, ack), AbortSignal.timeout(600_000));
    else await deliver.change(ack, message);
    if (message.job !== undefined) await bot.shown(message.job, shown);
  }

  async function turnAway(asked: Asked, call: IncomingCall, text: string): Promise<void> {
    // Files cannot be put on a button; whoever attached some has to ask again.
    const plain = Object.values(call.options)
      .flat()
      .every((value) => typeof value !== 'object');
    const value = plain ? await writeValue(JSON.parse(JSON.stringify(call)), drafts) : '';
    await whisper(
      asked,
      { text, tone: 'bad', private: true },
      value ? [offer('direct', 'Send it to me directly', value)] : [],
    );
  }

  return {
    origin,
    /** With `elsewhere`, the answer goes to the person's direct messages. */
    async answer({ call, ...asked }: AskedCall, elsewhere = false): Promise<void> {
      try {
        const from = await origin(asked, call, elsewhere);
        if (from.private) await privately(asked, from, await bot.run(call, from));
        else await publicly(asked, call, from);
      } catch (error) {
        const known = refusedOr(error);
        const message: Message =
          known instanceof Refused
            ? { text: known.message, tone: 'bad', private: true }
            : bot.apologise(error, { platform: 'slack', command: call.command });
        await whisper(asked, message).catch((err: unknown) => log.warn({ err }, 'nobody could be told'));
      }
    },
  };
}

/** A receipt for an answer that is not a delivery: its notes die with the process, as the answer does. */
function passing(key: string, replaces?: MessageRef): Receipt {
  const notes: Record<string, Json> = {};
  return { key, attempt: 1, replaces, notes, note: async (more) => void Object.assign(notes, more) };
}
