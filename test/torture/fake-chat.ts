/** A chat and the adapter in front of it: every message ever shown stays in the ledger, whatever was edited or deleted. */
import type { Message, MessageRef, Origin, Platform, Receipt } from '../../src/chat.ts';
import { UndeliverableError } from '../../src/errors/catalogue.ts';
import { playgroundFacts } from '../../src/platforms/playground/facts.ts';
import type { Life } from './life.ts';

/** One message. `looks` are all that it ever said. `event` is the call it answers. */
export type Shown = {
  id: string;
  place: string;
  /** Only this person sees it, where set. */
  onlyFor?: string;
  key?: string;
  sentAt: number;
  deletedAt?: number;
  looks: { at: number; message: Message }[];
};

/** How an adapter goes wrong on purpose, for mutants. */
export type Flaw = 'nonce only' | 'no key at all';

/** The same nonce finds the earlier message for so long, in milliseconds: no longer than a claim that has to run out. */
const nonceHolds = 45_000;

const placeOf = ({ place, person }: Origin) => (place.kind === 'direct' ? `@${person.id}` : place.channel);

export type FakeChat = ReturnType<typeof createFarChat>;

export function createFarChat(now: () => number) {
  const messages: Shown[] = [];
  const gone = new Set<string>();

  const refOf = ({ id, place }: Shown): MessageRef => ({ platform: 'playground', channel: place, id });

  function send(place: string, message: Message, only: string | undefined, key?: string): Shown {
    if (gone.has(place)) throw new UndeliverableError(`there is no ${place}`);
    const earlier = key && messages.find((each) => each.key === key && now() - each.sentAt < nonceHolds);
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

  /** Undefined when there is nothing to edit any more. */
  function edit(id: string, message: Message): Shown | undefined {
    const shown = messages.find((each) => each.id === id);
    if (shown && gone.has(shown.place)) throw new UndeliverableError(`there is no ${shown.place}`);
    return shown && shown.deletedAt === undefined ? change(shown, message) : undefined;
  }

  /** The adapter as one process has it. */
  function adapterOf(life: Life, flaw?: Flaw): Platform<never> {
    const call = <T>(what: string, effect: () => T) => life.io('chat', what, effect);

    async function post(to: Origin, message: Message, receipt: Receipt): Promise<MessageRef> {
      const place = placeOf(to);
      const only = message.private ? to.person.id : undefined;
      if (flaw) {
        const nonce = flaw === 'nonce only' ? receipt.key : undefined;
        return refOf(await call('send', () => send(place, message, only, nonce)));
      }
      const { replaces } = receipt;
      if (replaces) {
        const edited = await call(`edit ${replaces.id}`, () => edit(replaces.id, message));
        if (edited) return refOf(edited);
      }
      if (receipt.notes.sending) {
        const earlier = await call('history', () => messages.find(({ key }) => key === receipt.key));
        if (earlier) return refOf(earlier);
      }
      await receipt.note({ sending: true });
      return refOf(await call('send', () => send(place, message, only, receipt.key)));
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
    /** A moderator deletes a message: there is nothing to edit any more. */
    remove(id: string) {
      for (const shown of messages) if (shown.id === id) shown.deletedAt ??= now();
    },
  };
}
