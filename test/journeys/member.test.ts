import { describe, expect, it } from 'vitest';
import { useDatabase } from '../jobs/movable-database.ts';
import { origin } from '../jobs/world.ts';
import { openLivingBot } from './living-bot.ts';

const database = useDatabase();

describe('a member', () => {
  it('uses every button of a job, from Upscale to Delete', {
    timeout: 90_000,
  }, async () => {
    const life = await openLivingBot(database);
    const { chat, sandbox, until, finished, press, call, bot } = life;

    const made = await finished('imagine', { prompt: 'a lighthouse at dusk', count: 2 });
    expect(made.message).toMatchObject({ tone: 'good', quote: 'a lighthouse at dusk', progress: { stage: 'done' } });
    expect(made.message.media).toHaveLength(2);
    expect(made.shown.looks[0]).toContain('Waiting');

    const larger = await press(made.message, 'Upscale 2');
    await until(() => larger.key);
    const [small, large] = [made.message.media?.[1], larger.message.media?.[0]];
    expect(large?.width).toBe((small?.width ?? 0) * 2);
    expect(larger.message.facts).toContainEqual({ label: 'from', value: `#${made.job}/2` });

    const varied = await press(made.message, 'Vary 1');
    await until(() => varied.key);
    expect(varied.message.media).toHaveLength(2);
    expect(sandbox.ledger.jobs().at(-1)?.request?.body).toMatchObject({
      referenceImageURLs: [expect.stringContaining('/media/')],
    });

    const repeated = await press(made.message, 'Again');
    await until(() => repeated.key);
    expect(repeated.message.quote).toBe('a lighthouse at dusk');

    const edit = made.message.buttons?.find(({ label }) => label === 'Edit prompt');
    const form = await bot.form(edit?.call ?? { command: '', options: {} }, origin());
    expect(form?.fields.find(({ name }) => name === 'prompt')?.value).toBe('a lighthouse at dusk');
    const edited = await finished(form?.call.command ?? '', { ...form?.call.options, prompt: 'a windmill at dawn' });
    expect(edited.message.quote).toBe('a windmill at dawn');

    // The cancelled job must still wait, or it would be paid for. The 429 holds the only lane.
    sandbox.faults.add({
      match: { operation: 'generateImage' },
      fault: { answer: { status: 429, headers: { 'retry-after': '4' } } },
      times: 1,
    });
    const waiting = await call('imagine', { prompt: 'too many cats' });
    await life.settle();
    await press(waiting.message, 'Cancel');
    await until(() => waiting.key);
    expect(waiting.message.text).toBe('Cancelled before it was sent. Nothing was spent.');
    expect(sandbox.ledger.jobs().some(({ prompt }) => prompt === 'too many cats')).toBe(false);

    const failed = await finished('imagine', { prompt: 'a broken mirror !fail-once' });
    expect(failed.message).toMatchObject({ tone: 'bad', text: expect.stringContaining('could not generate this') });
    const retried = await press(failed.message, 'Retry');
    await until(() => retried.key);
    expect(retried.message.tone).toBe('good');

    const again = await call('show', { job: made.job });
    expect(again.message.media?.map(({ id }) => id)).toEqual(made.message.media?.map(({ id }) => id));
    const list = await call('jobs');
    expect(list.message.facts?.length).toBeGreaterThan(5);

    await press(made.message, 'Delete');
    expect(made.shown.message.text).toBe(`Job #${made.job} was deleted.`);
    expect((await call('show', { job: made.job })).message.text).toContain('There is no job');
    expect(await bot.open(made.message.media?.[0]?.id ?? '')).toBeUndefined();
    expect(
      chat.delivered().filter(({ key }, index, all) => all.findIndex((each) => each.key === key) !== index),
    ).toEqual([]);
  });
});
