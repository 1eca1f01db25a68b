/** Says a message once: in the place of the acknowledgement, or as a new one where that is not possible. */
import { z } from 'zod';
import type { Message, MessageRef, Origin, Receipt } from '../../../chat.ts';
import type { Clock } from '../../../concurrency/clock.ts';
import { createKeyedMutex } from '../../../concurrency/keyed-mutex.ts';
import { UndeliverableError } from '../../../errors/catalogue.ts';
import type { Log } from '../../../log.ts';
import { cutForGuest } from '../answer/fetch-button.ts';
import { flags, followUpsOfGuest } from '../limits.ts';
import { isSeenByAll, type Reply, readReply, refTo } from '../read/origin.ts';
import type { TtlStore } from '../render/custom-id.ts';
import type { Api } from './api.ts';
import type { Fit, Open, Part } from './choose-files.ts';
import { createMaking } from './create-message.ts';
import { forDelivery, meaningOf } from './discord-error.ts';
import { createChange } from './edit-message.ts';
import { createFitting } from './fallbacks.ts';
import type { UploadLimits } from './upload-limits.ts';

export type DeliverParts = {
  api: Api;
  uploadLimits: UploadLimits;
  open: Open;
  fit: Fit;
  ttlStore: TtlStore;
  clock: Clock;
  log: Log;
};

const identified = z.object({ id: z.string() });
/** The note that an earlier try may have left the result in a message that nobody can look at any more. */
const triedInPlace = 'triedInPlace';

/** Said instead of a private result that is perhaps in the chat already: it would be there twice. */
function perhapsShown({ quote, by, job, private: hidden }: Message): Pick<Part, 'message' | 'uploads' | 'links'> {
  const message: Message = {
    text: 'Your result was put where you asked for it, but Discord did not confirm it in time, so nobody can tell whether you saw it.',
    tone: 'plain',
    quote,
    by,
    private: hidden,
    job,
    buttons: job === undefined ? [] : [{ label: 'Show it again', call: { command: 'show', options: { job } } }],
  };
  return { message, uploads: () => [], links: [] };
}

const withdrawn: Message = { text: 'Only the person who asked can see the answer.', tone: 'plain' };

function unlessGone(error: unknown): void {
  if (meaningOf(error) !== 'gone') throw error;
}

export function createDeliver({ api, uploadLimits, open, fit, ttlStore, clock, log }: DeliverParts) {
  const runExclusive = createKeyedMutex();
  const { change, remove } = createChange({ api, clock });
  const { earlier, create } = createMaking({ api, clock });
  const { inSomeLook, inSomeSize } = createFitting({ open, fit, uploadLimits, ttlStore, log });

  async function directChannel(person: string, signal: AbortSignal): Promise<string> {
    const answer = await api({ method: 'POST', route: '/users/@me/channels', body: { recipient_id: person }, signal });
    return identified.parse(answer).id;
  }

  /** The channel for a message of its own. Throws `Refused` where the bot cannot post by itself. */
  async function channelFor(to: Origin, reply: Reply, hidden: boolean, signal: AbortSignal): Promise<string> {
    if (hidden || to.place.kind === 'direct') return directChannel(to.person.id, signal);
    if (!reply.bot)
      throw new UndeliverableError('Discord lets the bot answer here only when somebody presses Fetch result.');
    return to.place.thread ?? to.place.channel;
  }

  async function anew(to: Origin, part: Part, key: string, receipt: Receipt, signal: AbortSignal): Promise<MessageRef> {
    const reply = readReply(to.reply) ?? { app: '', bot: true, until: 0, hidden: false, alone: false, more: [] };
    const hidden = part.message.private === true || to.private;
    const where = await channelFor(to, reply, hidden, signal);
    const isDirect = hidden || to.place.kind === 'direct';
    const once = { key, receipt, app: reply.app, guild: isDirect ? undefined : reply.guild, signal };
    const there =
      (await earlier(where, once)) ??
      (await inSomeLook(part, { key, attempt: receipt.attempt }, (body, uploads) =>
        create(where, body, uploads, once),
      ));
    const data = { app: reply.app, bot: true, until: 0, hidden: false, alone: isDirect, guild: once.guild, more: [] };
    return refTo(there.channel_id, there.id, data);
  }

  /** The message it replaces, changed; undefined where there is none that may hold it or can be reached. */
  async function instead(
    to: Origin,
    part: Part,
    receipt: Receipt,
    signal: AbortSignal,
  ): Promise<MessageRef | undefined> {
    const ref = receipt.replaces;
    if (!ref) return undefined;
    if (isSeenByAll(ref) && (part.message.private || to.private)) {
      await withdraw(ref, receipt, signal).catch((err: unknown) => log.debug({ err }, 'a public message stays'));
      return undefined;
    }
    // What one person alone sees can be changed for 15 minutes, and nobody can look afterwards whether it was.
    if (readReply(ref.data)?.hidden && isOfToken(ref) && !receipt.notes[triedInPlace])
      await receipt.note({ [triedInPlace]: true });
    try {
      return await inSomeLook(part, receipt, (body, uploads) => change(ref, body, uploads, signal));
    } catch (error) {
      // Neither look was taken, which is so when the message has components and must lose them: a new one can be plain.
      if (meaningOf(error) !== 'components') throw error;
      // An earlier try may have left the result in this one without living to note it: it goes first.
      if (readReply(ref.data)?.bot) await remove(ref, [ref.id], signal).catch(unlessGone);
      return undefined;
    }
  }

  /**
   * Another message to the same interaction. Nothing keeps Discord from making it twice. Undefined when the interaction
   * is over.
   */
  async function followUp(
    { app, token, until, hidden }: Reply,
    part: Part,
    look: { key: string; attempt: number },
    signal: AbortSignal,
  ): Promise<string | undefined> {
    if (!token || clock.now() >= until) return undefined;
    const answer = await inSomeLook(part, look, (body, uploads) =>
      api({
        method: 'POST',
        route: `/webhooks/${app}/${token}`,
        query: { wait: 'true' },
        body: { ...body, flags: body.flags | (hidden ? flags.ephemeral : 0) },
        uploads,
        auth: false,
        signal,
      }),
    );
    return identified.parse(answer).id;
  }

  /** Where the bot has no other way to say more, and so at most once. False when the interaction is over. */
  async function followUpOnce(reply: Reply, part: Part, key: string, receipt: Receipt, signal: AbortSignal) {
    if (reply.bot || !reply.token || clock.now() >= reply.until) return false;
    if (receipt.notes[key]) return true;
    await receipt.note({ [key]: true });
    await followUp(reply, part, { key, attempt: receipt.attempt }, signal);
    return true;
  }

  /**
   * Takes a public message away. It gets words that say nothing first: the next message to a call that still shows
   * "thinking" would appear in its place, and as publicly ("Create Followup Message" in Discord's documentation).
   */
  async function withdraw(ref: MessageRef, look: { key: string; attempt: number }, signal: AbortSignal): Promise<void> {
    const part: Part = { message: withdrawn, uploads: () => [], largest: 0, links: [] };
    const settled = await inSomeLook(part, look, (body, uploads) => change(ref, body, uploads, signal));
    if (settled)
      await remove(settled, [settled.id], signal).catch((err: unknown) => log.debug({ err }, 'a public message stays'));
  }

  /** Whether an interaction's token can still change this message: then its own limit for files holds. */
  const isOfToken = (ref: MessageRef | undefined) => {
    const reply = readReply(ref?.data);
    return reply?.token !== undefined && clock.now() < reply.until;
  };

  async function parts(to: Origin, given: Part[], receipt: Receipt, signal: AbortSignal): Promise<MessageRef> {
    const isGuest = readReply(to.reply)?.bot === false;
    const [first, ...others] = isGuest ? cutForGuest(given, followUpsOfGuest) : given;
    if (!first) throw new Error('a message has no parts');
    const replaced = await instead(to, first, receipt, signal);
    if (!replaced && receipt.notes[triedInPlace])
      return anew(to, { ...first, ...perhapsShown(first.message) }, receipt.key, receipt, signal);
    const ref = replaced ?? (await anew(to, first, receipt.key, receipt, signal));
    const more: string[] = [];
    const reply = readReply(ref.data);
    const hidden = { ...to, private: to.private || first.message.private === true };
    for (const [index, part] of others.entries()) {
      const key = `${receipt.key}.${index + 1}`;
      const answered = reply && (await followUpOnce(reply, part, key, receipt, signal));
      if (!answered) more.push((await anew(hidden, part, key, receipt, signal)).id);
    }
    return reply && more.length > 0 ? refTo(ref.channel, ref.id, { ...reply, more }) : ref;
  }

  return {
    async post(to: Origin, message: Message, receipt: Receipt, signal: AbortSignal): Promise<MessageRef> {
      const { place } = to;
      const isDirect = place.kind === 'direct';
      const turn = isDirect ? `@${to.person.id}` : (place.thread ?? place.channel);
      const byToken = isOfToken(receipt.replaces);
      // What a direct message does not take says nothing about the server.
      const sizes = { tenant: isDirect ? '@me' : to.tenant, told: to.uploadLimit, byToken };
      try {
        return await runExclusive(turn, () =>
          inSomeSize(sizes, message, signal, (all) => parts(to, all, receipt, signal)),
        );
      } catch (error) {
        signal.throwIfAborted();
        throw forDelivery(error);
      }
    },

    /**
     * Says something to one person after all, though `ref` acknowledges their call in public: that goes, and messages
     * that only they see come. Tried again with the same `notes`, it says nothing twice that Discord has confirmed.
     */
    async aside(
      to: Origin,
      message: Message,
      ref: MessageRef,
      { key, attempt, notes }: Pick<Receipt, 'key' | 'attempt' | 'notes'>,
      signal: AbortSignal,
    ): Promise<MessageRef> {
      const open = readReply(ref.data);
      if (!open) throw new UndeliverableError('Nobody knows how to answer this call.');
      const reply = { ...open, hidden: true };
      await withdraw(ref, { key, attempt }, signal);
      const sizes = { tenant: to.tenant, told: to.uploadLimit, byToken: true };
      const ids = await inSomeSize(sizes, message, signal, async (all) => {
        const said: string[] = [];
        const answered = reply.bot ? all : cutForGuest(all, followUpsOfGuest - 1);
        for (const [index, part] of answered.entries()) {
          const name = `${key}.${index}`;
          const id = notes[name] ?? (await followUp(reply, part, { key: name, attempt }, signal));
          if (typeof id !== 'string') throw new UndeliverableError('The interaction is over.');
          notes[name] = id;
          said.push(id);
        }
        return said;
      });
      const [first = '', ...more] = ids;
      return refTo(ref.channel, first, { ...reply, more });
    },

    async edit(ref: MessageRef, message: Message, signal: AbortSignal): Promise<void> {
      if (message.private && isSeenByAll(ref))
        throw new UndeliverableError('What is private is not shown where others read it.');
      const { guild = '@me', more = [] } = readReply(ref.data) ?? {};
      const look = { key: `${ref.channel}/${ref.id}`, attempt: 1 };
      const changed = await inSomeSize(
        { tenant: guild, byToken: isOfToken(ref) },
        message,
        signal,
        async ([first]) => first && inSomeLook(first, look, (body, uploads) => change(ref, body, uploads, signal)),
      );
      if (!changed) throw new UndeliverableError('The message is gone or can no longer be reached.');
      if (!message.progress && !message.media?.length) await remove(ref, more, signal);
    },
  };
}

export type Deliver = ReturnType<typeof createDeliver>;
