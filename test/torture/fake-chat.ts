/** A chat and the adapter in front of it. Every message stays in the ledger, also after an edit or a deletion. */
import type { Message, MessageRef, Origin, Platform, Receipt } from '../../src/chat.ts';
import { UndeliverableError } from '../../src/errors/catalogue.ts';
import { playgroundFacts } from '../../src/platforms/playground/facts.ts';
import type { Life } from './life.ts';

/** One message. `looks` are its contents, from the first to the last. */
export type Shown = {
  id: string;
  place: string;
  /** The only person who sees it, where there is one. */
  onlyFor?: string;
  key?: string;
  sentAt: number;
  deletedAt?: number;
  looks: { at: number; message: Message }[];
};

/** A mistake of the adapter, for mutants. */
export type Flaw = 'nonce only' | 'no key at all';

/** Time in which a nonce finds the earlier message. No longer than a claim that has to expire. */
const nonceHoldsMs = 45_000;

const placeOf = ({ place, person }: Origin) => (place.kind === 'direct' ? `@${person.id}` : place.channel);

/** See `createFakeChat`. */
export type FakeChat = ReturnType<typeof createFakeChat>;

/** Returns an empty chat. `now` is the world's time. */
export function createFakeChat(now: () => number) {
  const messages: Shown[] = [];
  const gone = new Set<string>();

  const refOf = ({ id, place }: Shown): MessageRef => ({ platform: 'playground', channel: place, id });

  function send(place: string, message: Message, only: string | undefined, key?: string): Shown {
    if (gone.has(place)) throw new UndeliverableError(`there is no ${place}`);
    const earlier = key && messages.find((each) => each.key === key && now() - each.sentAt < nonceHoldsMs);
    if (earlier) return earlier;
    const shown: Shown = {
      id: `m${messages.length + 1}`,
      place,
      onlyFor: only,
      key,
      sentAt: now(),
      looks: [],
    };
    messages.push(shown);
    return change(shown, message);
  }

  function change(shown: Shown, message: Message): Shown {
    shown.looks.push({ at: now(), message });
    return shown;
  }

  /** Returns the edited message. Undefined when it was deleted. */
  function edit(id: string, message: Message): Shown | undefined {
    const shown = messages.find((each) => each.id === id);
    if (shown && gone.has(shown.place)) throw new UndeliverableError(`there is no ${shown.place}`);
    return shown && shown.deletedAt === undefined ? change(shown, message) : undefined;
  }

  /** Returns the adapter of one process. */
  function adapterOf(life: Life, flaw?: Flaw): Platform<never> {
    const call = <T>(what: string, effect: () => T) => life.io('chat', what, effect);

    const sendNew = (to: Origin, message: Message, key: string | undefined): Promise<Shown> => {
      const only = message.private ? to.person.id : undefined;
      return call('send', () => send(placeOf(to), message, only, key));
    };

    /** Edits the acknowledging message, or finds the message of an earlier try. */
    async function replaceOrFind(message: Message, { key, replaces, notes }: Receipt): Promise<Shown | undefined> {
      const edited = replaces && (await call(`edit ${replaces.id}`, () => edit(replaces.id, message)));
      if (edited) return edited;
      return notes.sending ? call('history', () => messages.find((each) => each.key === key)) : undefined;
    }

    async function post(to: Origin, message: Message, receipt: Receipt): Promise<MessageRef> {
      if (flaw) return refOf(await sendNew(to, message, flaw === 'nonce only' ? receipt.key : undefined));
      const earlier = await replaceOrFind(message, receipt);
      if (earlier) return refOf(earlier);
      await receipt.note({ sending: true });
      return refOf(await sendNew(to, message, receipt.key));
    }

    return {
      name: 'playground',
      facts: playgroundFacts,
      start: async () => {},
      stop: async () => {},
      post,
      edit: async (ref, message) => {
        await call(`progress ${ref.id}`, () => {
          if (!edit(ref.id, message)) throw new Error('there is no such message');
        });
      },
    };
  }

  return {
    messages,
    gone,
    refOf,
    send,
    edit,
    adapterOf,
    /** Deletes a message, as a moderator does. */
    remove(id: string) {
      for (const shown of messages) if (shown.id === id) shown.deletedAt ??= now();
    },
  };
}
