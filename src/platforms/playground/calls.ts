/** Takes a call from the page, puts its line and a placeholder into the chat at once, and the answer in its place later. */
import type { Attachment, IncomingCall, Message, MessageRef, Origin, Person } from '../../chat.ts';
import type { Bot } from '../../commands/kit/bot.ts';
import type { Form } from '../../commands/kit/sheet.ts';
import type { Log } from '../../log.ts';
import type { Entry, History } from './history.ts';
import { writeLine } from './line.ts';
import { directChannel } from './stage.ts';
import type { Streams } from './streams.ts';

/** Somebody, and where in the playground they are. */
export type Spot = { person: Person; channel: string; thread?: number; locale: string };

/** What the page gets at once: a form to fill in, or the word that the call was taken. */
export type Taken = { form: Form } | { taken: true } | { busy: true };

/** Calls that are being answered at a time; each may hold files of 32 MB. */
const callsAtOnce = 40;
/** Bytes of one file that this chat would carry. Nothing leaves the machine, so it is what a browser plays well. */
const uploadLimit = 100_000_000;

const thinking: Message = { text: 'Thinking…', tone: 'working' };

export const refOf = ({ id, channel, thread }: Entry): MessageRef => ({
  platform: 'playground',
  channel,
  id: String(id),
  data: thread === undefined ? null : { thread },
});

type Parts = { bot: Bot; history: History; streams: Streams; log: Log };

/** Returns `take` for calls, `origin` for everything else that asks the bot something, and `settled` for the end. */
export function createCalls({ bot, history, streams, log }: Parts) {
  const underWay = new Set<Promise<void>>();

  function originOf({ person, channel, thread, locale }: Spot, event: string, hidden: boolean): Origin {
    const isDirect = channel === directChannel(person.id);
    const place: Origin['place'] = isDirect
      ? { kind: 'direct' }
      : { kind: 'channel', channel, thread: thread === undefined ? undefined : String(thread) };
    return { platform: 'playground', event, tenant: 'playground', place, person, locale, private: hidden, uploadLimit };
  }

  /** `event` is the page's own id of what was done: the same event a second time does nothing. */
  async function take(call: IncomingCall, spot: Spot, event: string): Promise<Taken> {
    if (underWay.size >= callsAtOnce) return { busy: true };
    const origin = originOf(spot, event, bot.isPrivate(call));
    const form = await bot.form(call, origin);
    if (form) return { form };
    const onlyFor = origin.private ? spot.person.id : undefined;
    const seat = { channel: spot.channel, thread: spot.thread, onlyFor };
    const said = await history.add([
      { ...seat, author: spot.person, text: writeLine(call, bot.sheets), key: `event:${spot.person.id}:${event}` },
      { ...seat, message: thinking, text: '' },
    ]);
    const [line, placeholder] = said ?? [];
    if (!line || !placeholder) return { taken: true };
    await announce(streams, history, [line, placeholder]);
    const work = answer(call, { ...origin, ack: refOf(placeholder) }, line, placeholder)
      .catch((err: unknown) => log.error({ err, command: call.command }, 'answer could not be shown'))
      .finally(() => underWay.delete(work));
    underWay.add(work);
    return { taken: true };
  }

  async function answer(call: IncomingCall, origin: Origin, line: Entry, placeholder: Entry): Promise<void> {
    const message = await bot.run(call, origin);
    const hidden = message.private === true && placeholder.onlyFor === undefined;
    // What nobody else sees answered, nobody else needs to see asked.
    const asked = hidden ? await history.hide(line.id, origin.person.id) : undefined;
    if (asked) streams.publish({ entry: asked, hidden });
    const onlyFor = hidden ? origin.person.id : placeholder.onlyFor;
    const entry = await history.change(placeholder.id, { message, onlyFor });
    if (!entry) return;
    streams.publish({ entry, hidden });
    if (message.job !== undefined) await bot.shown(message.job, refOf(entry));
  }

  const settled = async () => {
    await Promise.allSettled(underWay);
  };

  return { take, originOf, settled };
}

/** Tells open pages about new entries, and about the message whose thread they are in: it has more replies now. */
export async function announce(streams: Streams, history: History, entries: Entry[]): Promise<void> {
  for (const entry of entries) streams.publish({ entry });
  const thread = entries.find((entry) => entry.onlyFor === undefined)?.thread;
  const root = thread === undefined ? undefined : await history.find(thread);
  if (root) streams.publish({ entry: root });
}

/** A file of a form submission as the bot wants it. Its bytes are in memory already, so `signal` has nothing to stop. */
export const attachmentOf = (file: File): Attachment => ({
  name: file.name,
  bytes: file.size,
  read: async () => new Uint8Array(await file.arrayBuffer()),
});
