/**
 * Takes calls from the page. A call's line and a placeholder go into the chat at once. The answer takes the place of
 * the placeholder later.
 */
import type { Attachment, IncomingCall, Message, MessageRef, Origin, Person } from '../../chat.ts';
import type { Bot } from '../../commands/kit/bot.ts';
import type { Form } from '../../commands/kit/sheet.ts';
import type { Log } from '../../log.ts';
import type { Entry, History } from './history.ts';
import { writeLine } from './line.ts';
import { directChannel } from './stage.ts';
import type { Streams } from './streams.ts';

/** A person, and their place in the playground. */
export type Spot = { person: Person; channel: string; thread?: number; locale: string };

/**
 * The immediate answer to the page: a form to fill in, the receipt of the call, or that too many calls are under way.
 */
export type Taken = { form: Form } | { taken: true } | { busy: true };

/** Calls answered at a time. Each may hold files of 32 MB. */
const maxCalls = 40;
/** Largest file of this chat in bytes. Nothing leaves the machine, so it is what a browser plays well. */
const uploadLimit = 100_000_000;

const thinking: Message = { text: 'Thinking…', tone: 'working' };

/** Returns the reference to a message of the playground. */
export const refOf = ({ id, channel, thread }: Entry): MessageRef => ({
  platform: 'playground',
  channel,
  id: String(id),
  data: thread === undefined ? null : { thread },
});

type Parts = { bot: Bot; history: History; streams: Streams; log: Log };

/**
 * Returns `take` for calls, `originOf` for other requests to the bot, and `settled`, which waits for the calls under
 * way.
 */
export function createCalls({ bot, history, streams, log }: Parts) {
  const underWay = new Set<Promise<void>>();

  function originOf({ person, channel, thread, locale }: Spot, event: string, hidden: boolean): Origin {
    const isDirect = channel === directChannel(person.id);
    const place: Origin['place'] = isDirect
      ? { kind: 'direct' }
      : { kind: 'channel', channel, thread: thread === undefined ? undefined : String(thread) };
    return { platform: 'playground', event, tenant: 'playground', place, person, locale, private: hidden, uploadLimit };
  }

  /** Takes a call. `event` is the page's id of the action. A second call with the same id does nothing. */
  async function take(call: IncomingCall, spot: Spot, event: string): Promise<Taken> {
    if (underWay.size >= maxCalls) return { busy: true };
    const origin = originOf(spot, event, bot.isPrivate(call));
    const form = await bot.form(call, origin);
    if (form) return { form };
    const onlyFor = origin.private ? spot.person.id : undefined;
    const place = { channel: spot.channel, thread: spot.thread, onlyFor };
    const said = await history.add([
      { ...place, author: spot.person, text: writeLine(call, bot.sheets), key: `event:${spot.person.id}:${event}` },
      { ...place, message: thinking, text: '' },
    ]);
    const [line, placeholder] = said ?? [];
    if (!line || !placeholder) return { taken: true };
    await announce(streams, history, [line, placeholder]);
    const work = answer(call, { ...origin, ack: refOf(placeholder) }, line, placeholder)
      .catch((err: unknown) => log.error({ err, command: call.command }, 'showing an answer failed'))
      .finally(() => underWay.delete(work));
    underWay.add(work);
    return { taken: true };
  }

  /** Runs a call, and puts its answer in the place of the placeholder. */
  async function answer(call: IncomingCall, origin: Origin, line: Entry, placeholder: Entry): Promise<void> {
    const message = await bot.run(call, origin);
    const hidden = message.private === true && placeholder.onlyFor === undefined;
    // Others do not see the answer, so they need not see the question.
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

/** Publishes new entries, and the message whose thread they are in, which has more replies now. */
export async function announce(streams: Streams, history: History, entries: Entry[]): Promise<void> {
  for (const entry of entries) streams.publish({ entry });
  const thread = entries.find((entry) => entry.onlyFor === undefined)?.thread;
  const root = thread === undefined ? undefined : await history.find(thread);
  if (root) streams.publish({ entry: root });
}

/** Returns a file of a form as an attachment. It ignores `signal`, because the bytes are in memory already. */
export const attachmentOf = (file: File): Attachment => ({
  name: file.name,
  bytes: file.size,
  read: async () => new Uint8Array(await file.arrayBuffer()),
});
