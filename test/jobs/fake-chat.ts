/** A fake chat platform. It remembers everything that it shows, and misbehaves when a test says so. */
import type { Message, MessageRef, Origin, Platform, PlatformFacts, PlatformName, Receipt } from '../../src/chat.ts';
import { UndeliverableError } from '../../src/errors/catalogue.ts';
import { playgroundFacts } from '../../src/platforms/playground/facts.ts';

/** A message in the chat. `looks` are all the texts that it had, the first one first. */
export type Shown = {
  id: string;
  /** `make-pictures`, `make-pictures/7` for a thread, `@ada` for a direct message. */
  place: string;
  message: Message;
  key?: string;
  looks: string[];
};

type Trouble = 'fails before' | 'fails after' | 'refuses' | 'hangs';
type Post = { receipt: Receipt; place: string; message: Message };

const placeOf = ({ place, person }: Origin) =>
  place.kind === 'direct' ? `@${person.id}` : place.channel + (place.thread === undefined ? '' : `/${place.thread}`);

/** Returns an empty chat. It keeps the contract of adapters: a receipt replaces its message, and each key is posted once. */
export function createFakeChat(name: PlatformName = 'playground', facts: PlatformFacts = playgroundFacts) {
  const messages: Shown[] = [];
  const posts: Post[] = [];
  const edits: { id: string; text: string }[] = [];
  const troubles: { on: 'post' | 'edit'; trouble: Trouble }[] = [];
  /** Places that are gone. The chat refuses every post into them. */
  const gone = new Set<string>();
  let underWay = 0;

  const refOf = ({ id, place }: Shown): MessageRef => ({ platform: name, channel: place, id });

  function say(place: string, message: Message, key?: string): Shown {
    const shown = { id: String(messages.length + 1), place, message, key, looks: [message.text] };
    messages.push(shown);
    return shown;
  }

  function change(shown: Shown, message: Message) {
    shown.message = message;
    shown.looks.push(message.text);
  }

  /** Runs `effect` with the next trouble for this operation, if a test added one. */
  async function troubled<T>(on: 'post' | 'edit', signal: AbortSignal, effect: () => T): Promise<T> {
    const at = troubles.findIndex((each) => each.on === on);
    const [next] = at < 0 ? [] : troubles.splice(at, 1);
    underWay += 1;
    try {
      if (next?.trouble === 'fails before') throw new Error('the chat did not answer');
      if (next?.trouble === 'refuses') throw new UndeliverableError('the chat says no');
      if (next?.trouble === 'hangs') {
        await new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
      }
      const result = effect();
      if (next?.trouble === 'fails after') throw new Error('the answer of the chat was lost');
      return result;
    } finally {
      underWay -= 1;
    }
  }

  const platform: Platform<never> = {
    name,
    facts,
    start: async () => {},
    stop: async () => {},
    post: (to, message, receipt, signal) => {
      const place = placeOf(to);
      posts.push({ receipt, place, message });
      return troubled('post', signal, () => {
        if (gone.has(place)) throw new UndeliverableError(`there is no ${place}`);
        const earlier = messages.find(({ key }) => key === receipt.key);
        if (earlier) return refOf(earlier);
        const replaced = messages.find(({ id, key }) => id === receipt.replaces?.id && key === undefined);
        if (!replaced) return refOf(say(place, message, receipt.key));
        replaced.key = receipt.key;
        change(replaced, message);
        return refOf(replaced);
      });
    },
    edit: (ref, message, signal) =>
      troubled('edit', signal, () => {
        const shown = messages.find(({ id }) => id === ref.id);
        if (!shown) throw new Error('there is no such message');
        edits.push({ id: ref.id, text: message.text });
        change(shown, message);
      }),
  };

  return {
    platform,
    messages,
    posts,
    edits,
    gone,
    refOf,
    say,
    /** Adds a trouble for the next post or edit. Troubles wait in their order. */
    meets: (trouble: Trouble, on: 'post' | 'edit' = 'post') => void troubles.push({ on, trouble }),
    /** Returns the messages that were delivered, without placeholders. */
    delivered: () => messages.filter(({ key }) => key !== undefined),
    underWay: () => underWay,
  };
}

/** A fake chat. */
export type FakeChat = ReturnType<typeof createFakeChat>;
