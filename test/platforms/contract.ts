/** The contract of a platform, as tests that every adapter passes. The adapter brings its fake, and the bot is scripted. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Call, Message, Origin, Place, Platform } from '../../src/chat.ts';
import type { Bot } from '../../src/commands/kit/bot.ts';
import { UndeliverableError } from '../../src/errors/catalogue.ts';
import { delivery } from './receipts.ts';
import { createScriptedBot, type ScriptedBot } from './scripted-bot.ts';

/**
 * A message as a person reads it. `text` is all of it after the platform has rendered it. `media` is the number of files.
 * `mentions` are the ids of the people whom it notifies.
 */
export type Seen = { id: string; text: string; media: number; mentions: string[] };

/** An adapter that has started, and its fake. */
export type Stage = {
  platform: Platform<Bot>;
  /** Ids of two people: one makes the calls, the other looks on. */
  people: { asks: string; looksOn: string };
  /** A channel and a thread in it that exist, and a channel that does not. */
  places: { channel: Place; thread: Place; gone: Place };
  /** Makes a call as the chat's own client would. Resolves once it was acknowledged. */
  call(person: string, place: Place, call: Call): Promise<void>;
  /** Returns the messages that `person` sees in `place`, oldest first. */
  see(person: string, place: Place): Promise<Seen[]>;
  /** Stops the adapter and starts a new one at the same fake. From then on, `platform` is the new one. */
  restart(): Promise<void>;
  stop(): Promise<void>;
};

const signal = AbortSignal.timeout(60_000);
const say = (text: string, more: Partial<Message> = {}): Message => ({ text, tone: 'plain', ...more });

/** Declares the suite for one adapter. `setup` starts it with the bot it is given. */
export function platformContract(name: string, setup: (bot: Bot) => Promise<Stage>): void {
  describe(`${name} is a platform`, () => {
    let scripted: ScriptedBot;
    let stage: Stage;

    beforeEach(async () => {
      scripted = createScriptedBot();
      stage = await setup(scripted.bot);
    });
    afterEach(async () => {
      await stage.stop();
    });

    const saying = (list: Seen[], text: string) => list.filter((seen) => seen.text.includes(text));
    const count = async (person: string, place: Place, text: string) =>
      saying(await stage.see(person, place), text).length;

    /** Makes a call that becomes a job. Returns its origin and its acknowledging message. */
    async function ask(place: Place = stage.places.channel, options: Call['options'] = { prompt: 'a lighthouse' }) {
      scripted.script.answer = async () => say('On its way', { tone: 'working', job: 41 });
      const before = scripted.shown.length;
      await stage.call(stage.people.asks, place, { command: 'imagine', options });
      await vi.waitFor(() => expect(scripted.shown.length).toBe(before + 1), 5000);
      const { origin } = scripted.runs.at(-1) ?? expect.fail('the call did not arrive');
      const { ref } = scripted.shown.at(-1) ?? expect.fail('the acknowledgement was not shown');
      return { origin, ref };
    }

    it('says its name, and hands a call over with who asked and where', async () => {
      const { origin } = await ask();
      expect(origin.platform).toBe(stage.platform.name);
      expect(origin.person.id).toBe(stage.people.asks);
      expect(origin.place).toMatchObject(stage.places.channel);
      expect(JSON.parse(JSON.stringify(origin))).toEqual(origin);
      expect(scripted.runs[0]?.call).toMatchObject({ command: 'imagine', options: { prompt: 'a lighthouse' } });
    });

    it('gives every call an event of its own', async () => {
      const first = await ask();
      const second = await ask();
      expect(first.origin.event).not.toBe(second.origin.event);
    });

    it('tells the bot where the message about a job stands, and everybody sees it there', async () => {
      const { ref } = await ask();
      expect(ref.platform).toBe(stage.platform.name);
      for (const person of Object.values(stage.people))
        expect(await count(person, stage.places.channel, 'On its way')).toBe(1);
    });

    it('changes a message that shows progress', async () => {
      const { ref } = await ask();
      await stage.platform.edit(
        ref,
        say('Half done', { tone: 'working', job: 41, progress: { stage: 'running', elapsed: 9 } }),
        signal,
      );
      expect(await count(stage.people.asks, stage.places.channel, 'On its way')).toBe(0);
      expect(await count(stage.people.looksOn, stage.places.channel, 'Half done')).toBe(1);
    });

    it('puts a result in the place of the message it replaces', async () => {
      const { origin, ref } = await ask();
      const media = [await scripted.picture()];
      await stage.platform.post(
        origin,
        say('Here it is', { tone: 'good', media }),
        delivery('replacing', ref)(),
        signal,
      );
      const seen = saying(await stage.see(stage.people.looksOn, stage.places.channel), 'Here it is');
      expect(seen).toMatchObject([{ media: 1 }]);
      expect(await count(stage.people.looksOn, stage.places.channel, 'On its way')).toBe(0);
    });

    it.each([0, 1, 4, 10])('carries %i pictures', async (amount) => {
      const { origin } = await ask();
      const media = await Promise.all(
        Array.from({ length: amount }, (_, index) => scripted.picture({ width: 64, height: 48, hue: index * 30 })),
      );
      await stage.platform.post(origin, say('All of them', { media }), delivery('many')(), signal);
      expect(saying(await stage.see(stage.people.asks, stage.places.channel), 'All of them')).toMatchObject([
        { media: amount },
      ]);
    });

    it('posts once for one delivery, however often it is tried', async () => {
      const { origin } = await ask();
      const receipt = delivery('again');
      const first = await stage.platform.post(origin, say('Only once'), receipt(), signal);
      const second = await stage.platform.post(origin, say('Only once'), receipt(), signal);
      expect(second.id).toBe(first.id);
      expect(await count(stage.people.asks, stage.places.channel, 'Only once')).toBe(1);
    });

    it('posts once when two tries of one delivery overlap', async () => {
      const { origin } = await ask();
      const receipt = delivery('overlap');
      const tries = [receipt(), receipt()].map((each) => stage.platform.post(origin, say('Only once'), each, signal));
      await Promise.allSettled(tries);
      expect(await count(stage.people.asks, stage.places.channel, 'Only once')).toBe(1);
    });

    it('posts once when it was restarted between two tries', async () => {
      const { origin, ref } = await ask();
      const media = [await scripted.picture()];
      const [fresh, replacing] = [delivery('restarted'), delivery('edited', ref)];
      await stage.platform.post(origin, say('A ping'), fresh(), signal);
      await stage.platform.post(origin, say('The result', { media }), replacing(), signal);
      await stage.restart();
      await stage.platform.post(origin, say('A ping'), fresh(), signal);
      await stage.platform.post(origin, say('The result', { media }), replacing(), signal);
      const seen = await stage.see(stage.people.asks, stage.places.channel);
      expect(saying(seen, 'A ping')).toHaveLength(1);
      expect(saying(seen, 'The result')).toMatchObject([{ media: 1 }]);
    });

    it('posts into the thread that the call came from', async () => {
      const { origin } = await ask(stage.places.thread);
      expect(origin.place).toMatchObject(stage.places.thread);
      await stage.platform.post(origin, say('Inside'), delivery('thread')(), signal);
      expect(await count(stage.people.looksOn, stage.places.thread, 'Inside')).toBe(1);
    });

    it('reaches a person directly, where nobody else reads', async () => {
      const { origin } = await ask();
      await stage.platform.post(
        { ...origin, place: { kind: 'direct' } },
        say('Between us'),
        delivery('direct')(),
        signal,
      );
      expect(await count(stage.people.asks, { kind: 'direct' }, 'Between us')).toBe(1);
      expect(await count(stage.people.looksOn, { kind: 'direct' }, 'Between us')).toBe(0);
      expect(await count(stage.people.looksOn, stage.places.channel, 'Between us')).toBe(0);
    });

    it('shows a private answer to the person who asked and to nobody else', async () => {
      scripted.script.answer = async () => say('Your own business', { private: true });
      await stage.call(stage.people.asks, stage.places.channel, { command: 'help', options: {} });
      await vi.waitFor(
        async () => expect(await count(stage.people.asks, stage.places.channel, 'Your own business')).toBe(1),
        5000,
      );
      expect(await count(stage.people.looksOn, stage.places.channel, 'Your own business')).toBe(0);
    });

    it('never shows the result of a private call to anybody else', async () => {
      const { origin } = await ask(stage.places.channel, { prompt: 'a secret', private: true });
      expect(origin.private).toBe(true);
      await stage.platform.post(origin, say('A secret result', { private: true }), delivery('secret')(), signal);
      expect(await count(stage.people.looksOn, stage.places.channel, 'A secret result')).toBe(0);
      expect(await count(stage.people.looksOn, stage.places.channel, 'On its way')).toBe(0);
    });

    describe('when a call is acknowledged in public and its answer is private', () => {
      const seenByWhoAsked = async (text: string) => {
        const places: Place[] = [stage.places.channel, { kind: 'direct' }];
        const seen = await Promise.all(places.map((place) => stage.see(stage.people.asks, place)));
        return saying(seen.flat(), text);
      };
      const arrived = (text: string) =>
        vi.waitFor(async () => expect(await seenByWhoAsked(text)).toHaveLength(1), { timeout: 5000, interval: 20 });
      const nobodyElseSees = async (before: Seen[]) =>
        expect(await stage.see(stage.people.looksOn, stage.places.channel)).toEqual(before);
      const working = (text: string) =>
        say(text, { tone: 'working', private: true, job: 41, progress: { stage: 'running', elapsed: 9 } });

      it.each([0, 1, 11])(
        'shows it to that person alone, with %i pictures, and takes the rest away',
        async (amount) => {
          const media = await Promise.all(
            Array.from({ length: amount }, () => scripted.picture({ width: 32, height: 24 })),
          );
          const before = await stage.see(stage.people.looksOn, stage.places.channel);
          scripted.script.answer = async () => say('Job 41 of yours', { private: true, media });
          await stage.call(stage.people.asks, stage.places.channel, {
            command: 'imagine',
            options: { prompt: 'a fox' },
          });
          await arrived('Job 41 of yours');
          await vi.waitFor(() => nobodyElseSees(before), 5000);
          const pictures = async () => (await seenByWhoAsked('')).reduce((sum, seen) => sum + seen.media, 0);
          await vi.waitFor(async () => expect(await pictures()).toBe(amount), 5000);
        },
      );

      it('keeps progress and result of its job private from then on', async () => {
        const before = await stage.see(stage.people.looksOn, stage.places.channel);
        scripted.script.answer = async () => working('On its way');
        await stage.call(stage.people.asks, stage.places.channel, { command: 'imagine', options: { prompt: 'a fox' } });
        await vi.waitFor(() => expect(scripted.shown).toHaveLength(1), 5000);
        const { origin } = scripted.runs[0] ?? expect.fail('the call did not arrive');
        const { ref } = scripted.shown[0] ?? expect.fail('the acknowledgement was not shown');
        await stage.platform.edit(ref, working('Half done'), signal);
        await arrived('Half done');
        const result = say('A secret result', { private: true, media: [await scripted.picture()] });
        await stage.platform.post({ ...origin, private: true }, result, delivery('turned', ref)(), signal);
        await arrived('A secret result');
        expect(await seenByWhoAsked('Half done')).toEqual([]);
        await nobodyElseSees(before);
      });

      it.each([0, 1])('never puts progress or a result with %i pictures into the public message', async (amount) => {
        // The process died before it could take the acknowledgement away, which is all that the job remembers.
        const { origin, ref } = await ask();
        const all = await stage.see(stage.people.looksOn, stage.places.channel);
        const before = all.filter(({ text }) => !text.includes('On its way'));
        await stage.platform.edit(ref, working('Half done'), signal).catch(() => undefined);
        expect(await count(stage.people.looksOn, stage.places.channel, 'Half done')).toBe(0);
        const media = await Promise.all(Array.from({ length: amount }, () => scripted.picture()));
        const result = say('A secret result', { private: true, media });
        const receipt = delivery('leftover', ref);
        const posted = await stage.platform.post({ ...origin, private: true }, result, receipt(), signal);
        await stage.platform.post({ ...origin, private: true }, result, receipt(), signal);
        await nobodyElseSees(before);
        expect(await seenByWhoAsked('A secret result')).toMatchObject([{ media: amount }]);
        await stage.platform.edit(posted, say('It was deleted'), signal);
        await nobodyElseSees(before);
        await arrived('It was deleted');
      });
    });

    it('mentions a person, and nobody that a quoted text names', async () => {
      const { origin } = await ask();
      await stage.platform.post(origin, say('It is done', { mention: origin.person }), delivery('mention')(), signal);
      expect(saying(await stage.see(stage.people.asks, stage.places.channel), 'It is done')).toMatchObject([
        { mentions: [stage.people.asks] },
      ]);
    });

    it('shows what people wrote literally', async () => {
      const { origin } = await ask();
      const hostile = `@everyone <@${stage.people.looksOn}> <!channel> **bold** \`code\` <b>x</b> [a](https://example.org) &amp; _u_`;
      const facts = [{ label: 'Model', value: '*starred* @here' }];
      await stage.platform.post(origin, say('Quoting', { quote: hostile, facts }), delivery('hostile')(), signal);
      const [seen] = saying(await stage.see(stage.people.asks, stage.places.channel), 'Quoting');
      expect(seen?.text).toContain(hostile);
      expect(seen?.text).toContain('*starred* @here');
      expect(seen?.mentions).toEqual([]);
    });

    it('refuses a place that is gone, so that the delivery goes elsewhere', async () => {
      const { origin } = await ask();
      const gone: Origin = { ...origin, place: stage.places.gone };
      await expect(stage.platform.post(gone, say('Nowhere'), delivery('gone')(), signal)).rejects.toBeInstanceOf(
        UndeliverableError,
      );
    });

    it('stops cleanly, twice if need be, and starts anew', async () => {
      await stage.platform.stop();
      await stage.platform.stop();
      await stage.restart();
      await ask();
    });
  });
}
