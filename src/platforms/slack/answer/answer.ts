/** Runs a call: acknowledgement in its place at once, answer in the acknowledgement's place later. */
import type { IncomingCall, Json, Message, MessageRef, Origin, Receipt } from '../../../chat.ts';
import type { Bot } from '../../../commands/kit/bot.ts';
import { UndeliverableError } from '../../../errors/catalogue.ts';
import type { Log } from '../../../log.ts';
import { maxUploadBytes } from '../limits.ts';
import type { Interaction, InteractionWithCall } from '../read/interaction.ts';
import type { createPeople } from '../read/people.ts';
import { writeValue } from '../render/button-calls.ts';
import { buttonBlock } from '../render/message.ts';
import type { Channels, Destination } from '../send/channels.ts';
import { isThreadGone, whyClosed } from '../send/closed-channels.ts';
import type { Deliver } from '../send/deliver.ts';
import type { Ephemeral } from '../send/ephemeral.ts';
import type { Messages } from '../send/messages.ts';
import { codeOf, refusedOr } from '../send/slack-error.ts';
import type { UploadCheck } from '../send/upload-check.ts';
import { buttonLabels, closedChannelSentences, placeholderSentences } from '../sentences.ts';
import { answerPostTimeoutMs } from '../timings.ts';
import type { TtlStore } from '../ttl-store.ts';
import type { PendingCalls } from './pending-calls.ts';

type Parts = {
  bot: Bot;
  deliver: Deliver;
  messages: Messages;
  ephemeral: Ephemeral;
  pendingCalls: PendingCalls;
  uploadCheck: UploadCheck;
  channels: Channels;
  people: ReturnType<typeof createPeople>;
  ttlStore: TtlStore;
  log: Log;
};

const inDirect: Message = { text: placeholderSentences.answeredInDirectMessages, tone: 'plain', private: true };

export type Answer = ReturnType<typeof createAnswer>;
type Acknowledged = { ack: MessageRef; place: Origin['place'] } | { closed: string };

/** `origin` says who interaction and where; `answer` does the rest and rejects only when nobody could be told anything. */
export function createAnswer(parts: Parts) {
  const { bot, deliver, messages, ephemeral, pendingCalls, uploadCheck, channels, people, ttlStore, log } = parts;
  const makes = ({ command }: IncomingCall) =>
    bot.sheets.some(({ name, group }) => name === command && group === 'Make');

  async function origin(interaction: Interaction, call: IncomingCall, elsewhere = false): Promise<Origin> {
    const { tenant, user, channel, thread } = interaction;
    const { person, locale } = await people(tenant, user);
    // The direct message of two people looks like the one with the bot, but the bot cannot post there.
    const isOurs = !channel || (interaction.isDirect && (await channels.direct(tenant, user.id)) === channel);
    const place: Origin['place'] = isOurs || elsewhere ? { kind: 'direct' } : { kind: 'channel', channel, thread };
    // What was turned away in public was not meant to be private.
    const hidden = (interaction.isHidden && !elsewhere) || bot.isPrivate(call);
    return {
      platform: 'slack',
      event: interaction.event,
      tenant,
      place,
      person,
      locale,
      private: hidden,
      uploadLimit: maxUploadBytes,
    };
  }

  /** True for ever, so that it may stay where a process dies before anybody knows that it stands there. */
  const asking = (call: IncomingCall, { person }: Origin): Message => ({
    text: placeholderSentences.askedFor(call.command),
    tone: 'plain',
    by: person,
  });

  /** Posts the acknowledgement and joins the channel; a sentence when the place is closed to the bot. */
  async function acknowledge(call: IncomingCall, from: Origin): Promise<Acknowledged> {
    const { place, tenant } = from;
    const destination: Destination =
      place.kind === 'direct' ? { channel: await channels.direct(tenant, from.person.id) } : { ...place };
    try {
      const ack = await deliver.say(tenant, destination, asking(call, from));
      return await joined(call, tenant, destination, { ack, place });
    } catch (error) {
      const code = codeOf(error);
      // The channel around a thread that is gone.
      if (place.kind === 'channel' && place.thread && isThreadGone(code))
        return acknowledge(call, { ...from, place: { kind: 'channel', channel: place.channel } });
      if (code === 'not_in_channel') return joinAndSay(call, from, destination);
      const closed = whyClosed(code);
      if (closed) return { closed };
      throw error;
    }
  }

  /** Files need membership even where words do not. */
  async function joined(
    call: IncomingCall,
    tenant: string,
    destination: Destination,
    good: Acknowledged & { ack: MessageRef },
  ) {
    try {
      await channels.enter(tenant, destination.channel);
      return good;
    } catch (error) {
      log.warn({ err: error }, 'the channel was not joined');
      if (!makes(call) || codeOf(error) === undefined) return good;
      await messages.remove(good.ack, placeholderSentences.answeredInPrivate);
      return { closed: closedChannelSentences.mayNotJoin };
    }
  }

  async function joinAndSay(call: IncomingCall, from: Origin, destination: Destination): Promise<Acknowledged> {
    channels.left(from.tenant, destination.channel);
    try {
      await channels.enter(from.tenant, destination.channel);
      return { ack: await deliver.say(from.tenant, destination, asking(call, from)), place: from.place };
    } catch {
      return { closed: closedChannelSentences.mayNotJoin };
    }
  }

  /** For the person only: short answers where they look, work and pictures in the direct message. */
  async function privately(interaction: Interaction, from: Origin, message: Message): Promise<void> {
    if (message.job === undefined && !message.media?.length) return ephemeral(interaction, message);
    const destination = { channel: await channels.direct(from.tenant, from.person.id) };
    const ref = message.media?.length
      ? await deliver.post(
          { ...from, private: true },
          message,
          passing(interaction.event),
          AbortSignal.timeout(answerPostTimeoutMs),
        )
      : await deliver.say(from.tenant, destination, message);
    if (message.job !== undefined) await bot.shown(message.job, ref);
    if (from.place.kind === 'channel') await ephemeral(interaction, inDirect);
  }

  async function publicly(interaction: Interaction, call: IncomingCall, from: Origin): Promise<void> {
    const acknowledged = await acknowledge(call, from);
    if ('closed' in acknowledged) return turnAway(interaction, call, acknowledged.closed);
    const { ack, place } = acknowledged;
    await pendingCalls.note(interaction, { ack });
    let message: Message;
    try {
      message = await bot.run(call, { ...from, place, ack });
      if (message.private && place.kind === 'channel') {
        await takeAway(interaction, ack);
        return await privately(interaction, from, message);
      }
      if (message.job === undefined) return await inPlace(interaction, { ...from, place }, message, ack);
    } catch (error) {
      await takeAway(interaction, ack);
      throw error;
    }
    // Its row knows the acknowledgement: if it cannot be changed now, progress and result will do it.
    await deliver.change(ack, message).catch((err: unknown) => log.warn({ err }, 'an acknowledgement was not changed'));
    await bot.shown(message.job, ack);
  }

  async function inPlace(interaction: Interaction, from: Origin, message: Message, ack: MessageRef): Promise<void> {
    if (!message.media?.length) return deliver.change(ack, message);
    await pendingCalls.note(interaction, { ack, slow: true });
    await deliver.post(from, message, passing(interaction.event, ack), AbortSignal.timeout(answerPostTimeoutMs));
  }

  /** What cannot be taken away now is tried again until it can. */
  async function takeAway(interaction: Interaction, ack: MessageRef): Promise<void> {
    if (!(await messages.remove(ack, placeholderSentences.answeredInPrivate)))
      await pendingCalls.note(interaction, { ack, isDone: true });
  }

  async function turnAway(interaction: Interaction, call: IncomingCall, text: string): Promise<void> {
    // Files cannot be put on a button; whoever attached some has to ask again.
    const plain = Object.values(call.options)
      .flat()
      .every((value) => typeof value !== 'object');
    const value = plain ? await writeValue(JSON.parse(JSON.stringify(call)), ttlStore) : '';
    await ephemeral(
      interaction,
      { text, tone: 'bad', private: true },
      value ? [buttonBlock('direct', buttonLabels.sendDirectly, value)] : [],
    );
  }

  async function respond(interaction: Interaction, call: IncomingCall, elsewhere: boolean): Promise<void> {
    const [from, noRoom] = await Promise.all([
      origin(interaction, call, elsewhere),
      makes(call) ? uploadCheck(interaction.tenant) : undefined,
      pendingCalls.note(interaction),
    ]);
    if (noRoom) return ephemeral(interaction, { text: noRoom, tone: 'bad', private: true });
    if (from.private) return privately(interaction, from, await bot.run(call, from));
    return publicly(interaction, call, from);
  }

  return {
    origin,
    /** With `elsewhere`, the answer goes to the person's direct messages. */
    async answer({ call, ...interaction }: InteractionWithCall, elsewhere = false): Promise<void> {
      let isKnown = true;
      try {
        await respond(interaction, call, elsewhere);
      } catch (error) {
        const refused = refusedOr(error);
        const message: Message =
          refused instanceof UndeliverableError
            ? { text: refused.message, tone: 'bad', private: true }
            : bot.apologise(error, { platform: 'slack', command: call.command });
        await ephemeral(interaction, message).catch((err: unknown) => {
          isKnown = false;
          log.warn({ err }, 'nobody could be told; it is tried again later');
        });
      }
      if (isKnown) await pendingCalls.answered(interaction);
    },
  };
}

/** A receipt for an answer that is not a delivery: its notes die with the process, as the answer does. */
function passing(key: string, replaces?: MessageRef): Receipt {
  const notes: Record<string, Json> = {};
  return { key, attempt: 1, replaces, notes, note: async (more) => void Object.assign(notes, more) };
}
