/** Opens a command's form as a modal, redraws it when its model changes, and reads it back when it is submitted. */
import { z } from 'zod';
import type { Attachment, IncomingCall } from '../../../chat.ts';
import type { Bot } from '../../../commands/kit/bot.ts';
import type { Form } from '../../../commands/kit/sheet.ts';
import { createBoundedMap } from '../../../concurrency/bounded-map.ts';
import type { Clock } from '../../../concurrency/clock.ts';
import { timedOut, withTimeout } from '../../../concurrency/with-timeout.ts';
import type { Interaction, SlackFile } from '../read/interaction.ts';
import { filesIn, fillIn, problemsIn, readSubmission } from '../read/view.ts';
import { type FieldWithBlock, noticeView, placeBlock, renderView, withBlocks } from '../render/view.ts';
import { codeOf } from '../send/slack-error.ts';
import type { Web } from '../send/web.ts';
import { formSentences } from '../sentences.ts';
import { draftTimeoutMs, formLifetimeMs, formWaitMs } from '../timings.ts';
import type { TtlStore } from '../ttl-store.ts';
import type { Answer } from './answer.ts';
import { type Draft, type DraftOrigin, draftOf, type FilesByOption, readDraft } from './open-form.ts';

/** Forms whose last change is remembered. */
const maxChangingForms = 500;

const opened = z.object({ view: z.object({ id: z.string() }) });
const anything = z.object({});

type Parts = {
  bot: Bot;
  web: Web;
  ttlStore: TtlStore;
  clock: Clock;
  random: () => number;
  origin: Answer['origin'];
  attach(tenant: string, file: SlackFile): Attachment;
};

/** What a submission comes to: problems at the fields, or a call to run. */
export type Submitted = { problems: Record<string, string> } | { interaction: Interaction; call: IncomingCall };

/** The view that is open, if one is. With `hash` it is only replaced as it was when somebody changed it. */
type OpenView = { id: string; hash?: string };

/**
 * `isDue` is a fast look at a call; `open` shows its form, false when there is none; `reshape` redraws it after a choice
 * that other fields follow; `submit` reads it back.
 */
export function createForms({ bot, web, ttlStore, clock, random, origin, attach }: Parts) {
  const key = () => Array.from({ length: 4 }, () => Math.floor(random() * 36 ** 6).toString(36)).join('');
  const sheetOf = (command: string) => bot.sheets.find(({ name }) => name === command);
  const latest = createBoundedMap<string, number>({ maxEntries: maxChangingForms });

  /** Draws the form into a view that is open, or into a new one. `before` is the draft of what was drawn last. */
  async function show(
    interaction: DraftOrigin & Interaction,
    form: Form,
    held: FilesByOption,
    view?: OpenView,
    before?: Draft,
  ): Promise<void> {
    const draftKey = key();
    const round = (before?.round ?? 0) + 1;
    const { call, ...narrowed } = bot.narrow(form);
    const fields = withBlocks(narrowed.fields, before?.fields, round).map((field) => {
      const waiting = held[field.name]?.map(({ id }) => id);
      return waiting?.length ? { ...field, value: waiting } : field;
    });
    const drawing = renderView({ ...form, call, fields }, draftKey, interaction.channel === '');
    const shown = view
      ? web.call(interaction.tenant, 'views.update', { view_id: view.id, hash: view.hash, view: drawing }, anything)
      : web.call(interaction.tenant, 'views.open', { trigger_id: interaction.triggerId, view: drawing }, opened);
    const kept = draftOf({ call, held, fields, round, interaction });
    // Together, because the trigger does not wait for the database.
    await Promise.all([shown, ttlStore.put(`form/${draftKey}`, kept, formLifetimeMs)]);
  }

  return {
    isDue(call: IncomingCall, held: FilesByOption = {}): boolean {
      const lacks = sheetOf(call.command)?.fields.some(
        ({ name, required }) => required && !held[name]?.length && (call.options[name] ?? '').toString() === '',
      );
      return call.form === true || lacks === true;
    },

    async open(interaction: Interaction, call: IncomingCall, held: FilesByOption = {}): Promise<boolean> {
      const { tenant, triggerId } = interaction;
      const asking = origin(interaction, call).then((from) => bot.form(call, from));
      const form = await withTimeout(asking, formWaitMs, clock);
      if (form === undefined) return false;
      if (form !== timedOut) {
        await show(interaction, form, held);
        return true;
      }
      const waiting = noticeView(`/${call.command}`, formSentences.oneMoment);
      const { view } = await web.call(tenant, 'views.open', { trigger_id: triggerId, view: waiting }, opened);
      const notice = (words: string) =>
        web.call(tenant, 'views.update', { view_id: view.id, view: noticeView(`/${call.command}`, words) }, anything);
      const late = await asking;
      if (late)
        await show(interaction, late, held, view).catch(async (error: unknown) => {
          await notice(formSentences.notMade).catch(() => undefined);
          throw error;
        });
      else await notice(formSentences.notNeeded);
      return late !== undefined;
    },

    async reshape(body: unknown): Promise<void> {
      const { tenant, user, view, values, actions } = readSubmission(body);
      const at = Number(actions[0]?.action_ts ?? 0);
      latest.set(view.id, at);
      const before = readDraft(await ttlStore.get(`form/${view.private_metadata}`));
      if (!before) return;
      const { call } = before;
      const interaction = { ...before.asked, event: '', tenant, user };
      const chosen = { ...fillIn(call, before.fields, values, () => undefined), form: true };
      const form = await bot.form(chosen, await origin(interaction, chosen));
      if (!form) return;
      const next = withBlocks(bot.narrow(form).fields, before.fields, before.round + 1);
      // Files in an input whose block changes would be lost with it.
      const held = { ...before.held };
      const isGone = ({ kind, block }: FieldWithBlock) =>
        kind === 'pictures' && next.every((each) => each.block !== block);
      for (const field of before.fields.filter(isGone))
        held[field.name] = onceEach([...(held[field.name] ?? []), ...filesIn(values, field)]);
      try {
        await show(interaction, form, held, { id: view.id, hash: view.hash }, before);
      } catch (error) {
        // Another change was drawn in between; the newest wins.
        if (codeOf(error) !== 'hash_conflict') throw error;
        if (latest.get(view.id) === at) await show(interaction, form, held, { id: view.id }, before);
      }
    },

    async submit(body: unknown): Promise<Submitted> {
      const { tenant, user, view, values, response_urls, trigger_id: triggerId } = readSubmission(body);
      const [block = ''] = Object.keys(values);
      const reading = ttlStore.get(`form/${view.private_metadata}`).catch(() => undefined);
      const kept = await withTimeout(reading, draftTimeoutMs, clock);
      const found = kept === timedOut ? undefined : readDraft(kept);
      if (!found || !sheetOf(found.call.command)) return { problems: { [block]: formSentences.tooOld } };
      const problems = problemsIn(values, found.fields);
      if (Object.keys(problems).length) return { problems };
      const drawn = Object.entries(found.held).filter(([name]) => found.fields.some((field) => field.name === name));
      const taken = new Set(drawn.flatMap(([, list]) => list.map(({ id }) => id)));
      const call = fillIn(found.call, found.fields, values, (file) =>
        taken.has(file.id) ? undefined : attach(tenant, file),
      );
      for (const [name, list] of drawn) {
        const added = call.options[name];
        const pictures = list.map((file) => attach(tenant, file));
        call.options[name] = [...pictures, ...(Array.isArray(added) ? added : [])];
      }
      const where = found.asked.channel
        ? found.asked
        : { ...found.asked, ...chosenPlace(values), respond: response_urls[0]?.response_url };
      return { interaction: { ...where, event: `view:${view.id}`, tenant, user, triggerId }, call };
    },
  };
}

const onceEach = (files: SlackFile[]) => [...new Map(files.map((file) => [file.id, file])).values()];

/** Where the result of a form that was opened from nowhere goes; nowhere chosen means the direct message. */
function chosenPlace(values: Record<string, Record<string, { selected_conversation?: string | null }>>) {
  const channel = values[placeBlock]?.[placeBlock]?.selected_conversation ?? '';
  return { channel, isDirect: channel.startsWith('D') };
}
