/**
 * Forms: modal views of Slack with one input for each option of a command.
 *
 * `open` shows a form, or first a page to wait on. `reshape` draws it anew after a choice that other fields follow.
 * `submit` reads it back. Between these, the draft of `open-form.ts` is all that the bot knows of it.
 */
import { z } from 'zod';
import type { Attachment, IncomingCall, TtlStore } from '../../../chat.ts';
import type { Bot } from '../../../commands/kit/bot.ts';
import type { Form } from '../../../commands/kit/sheet.ts';
import { createBoundedMap } from '../../../concurrency/bounded-map.ts';
import type { Clock } from '../../../concurrency/clock.ts';
import { timedOut, withTimeout } from '../../../concurrency/with-timeout.ts';
import { type Interaction, isDirectMessage } from '../read/interaction.ts';
import type { OriginOf } from '../read/origin.ts';
import type { SlackFile } from '../read/slack-file.ts';
import { filesIn, fillIn, problemsIn, readSubmission, type ViewValues } from '../read/view.ts';
import { destinationBlock, type FieldWithBlock, noticeView, renderView, withBlocks } from '../render/view.ts';
import { formSentences } from '../sentences.ts';
import { draftTimeoutMs, formLifetimeMs, formWaitMs } from '../timings.ts';
import { codeOf } from '../web/slack-error.ts';
import type { Web } from '../web/web.ts';
import { type Draft, type FilesByOption, type FormOrigin, readDraft, writeDraft } from './open-form.ts';

/** Forms whose last change is remembered. */
const maxChangingForms = 500;

const openedView = z.object({ view: z.object({ id: z.string() }) });
const anything = z.object({});

type Parts = {
  bot: Bot;
  web: Web;
  ttlStore: TtlStore;
  clock: Clock;
  random: () => number;
  originOf: OriginOf;
  attach(tenant: string, file: SlackFile): Attachment;
};

/** A submitted form: the problems at its fields by the id of their block, or the call to run. */
type Submitted = { problems: Record<string, string> } | { interaction: Interaction; call: IncomingCall };

/** The forms of all workspaces. */
export type Forms = {
  /** Returns whether a call needs its form: it says so, or a required option is missing. Immediate. */
  isDue(call: IncomingCall, files?: FilesByOption): boolean;
  /** Opens the form of a call. Returns false if it needs none. Rejects if the trigger is used up or too old. */
  open(interaction: Interaction, call: IncomingCall, files?: FilesByOption): Promise<boolean>;
  /** Draws an open form anew, after a choice that other fields follow. */
  reshape(body: unknown): Promise<void>;
  /** Reads a form that a person sent. Returns within Slack's three seconds. */
  submit(body: unknown): Promise<Submitted>;
};

/** An open view. With `hash`, Slack replaces it only if it is still the one that a person changed. */
type OpenView = { id: string; hash?: string };

/** The place to draw a form in: a view that is open, or a new one for a trigger. */
type Target = { tenant: string; view: OpenView } | { tenant: string; triggerId: string | undefined };

/** Returns the forms. */
export function createForms({ bot, web, ttlStore, clock, random, originOf, attach }: Parts): Forms {
  const newKey = () => Array.from({ length: 4 }, () => Math.floor(random() * 36 ** 6).toString(36)).join('');
  const sheetOf = (command: string) => bot.sheets.find(({ name }) => name === command);
  /** The time of the last change of each open form. */
  const lastChanges = createBoundedMap<string, number>({ maxEntries: maxChangingForms });

  /** Draws the form and stores its draft. `before` is the draft of the last drawing. */
  async function show(target: Target, form: Form, files: FilesByOption, origin: FormOrigin, before?: Draft) {
    const draftKey = newKey();
    const round = (before?.round ?? 0) + 1;
    const { call, fields: narrowed } = bot.narrow(form);
    const fields = withBlocks(narrowed, before?.fields, round).map((field) => {
      const ids = files[field.name]?.map(({ id }) => id);
      return ids?.length ? { ...field, value: ids } : field;
    });
    const drawing = renderView({ ...form, call, fields }, draftKey, origin.channel === '');
    const { tenant } = target;
    const shown =
      'view' in target
        ? web.call(tenant, 'views.update', { view_id: target.view.id, hash: target.view.hash, view: drawing }, anything)
        : web.call(tenant, 'views.open', { trigger_id: target.triggerId, view: drawing }, openedView);
    const content = writeDraft({ call, files, fields, round, origin });
    // At the same time, because the trigger does not wait for the database.
    await Promise.all([shown, ttlStore.put(`form/${draftKey}`, content, formLifetimeMs)]);
  }

  /** Opens a page to wait on, because the trigger would be too old by the time the form is made. */
  async function openLate(
    interaction: Interaction,
    call: IncomingCall,
    files: FilesByOption,
    making: Promise<Form | undefined>,
  ): Promise<boolean> {
    const { tenant, triggerId } = interaction;
    const title = `/${call.command}`;
    const waiting = { trigger_id: triggerId, view: noticeView(title, formSentences.oneMoment) };
    const { view } = await web.call(tenant, 'views.open', waiting, openedView);
    const notify = (words: string) =>
      web.call(tenant, 'views.update', { view_id: view.id, view: noticeView(title, words) }, anything);
    const form = await making;
    if (!form) {
      await notify(formSentences.notNeeded);
      return false;
    }
    await show({ tenant, view }, form, files, interaction).catch(async (error: unknown) => {
      await notify(formSentences.notMade).catch(() => undefined);
      throw error;
    });
    return true;
  }

  /** Returns the pictures of the draft whose options the form has. */
  function attachedFiles({ files, fields }: Draft): [name: string, files: SlackFile[]][] {
    return Object.entries(files).filter(([name]) => fields.some((field) => field.name === name));
  }

  /** Returns the call of a form, with the pictures that the form could not show in front of those in its inputs. */
  function submittedCall(tenant: string, draft: Draft, values: ViewValues): IncomingCall {
    const attached = attachedFiles(draft);
    const attachedIds = new Set(attached.flatMap(([, files]) => files.map(({ id }) => id)));
    const call = fillIn(draft.call, draft.fields, values, (file) =>
      attachedIds.has(file.id) ? undefined : attach(tenant, file),
    );
    for (const [name, files] of attached) {
      const added = call.options[name];
      const pictures = files.map((file) => attach(tenant, file));
      call.options[name] = [...pictures, ...(Array.isArray(added) ? added : [])];
    }
    return call;
  }

  /** Reads the draft of a submitted form. Undefined if it is gone, or if the database does not answer in time. */
  async function draftInTime(draftKey: string): Promise<Draft | undefined> {
    const reading = ttlStore.get(`form/${draftKey}`).catch(() => undefined);
    const content = await withTimeout(reading, draftTimeoutMs, clock);
    return content === timedOut ? undefined : readDraft(content);
  }

  return {
    isDue(call, files = {}) {
      const isMissing = sheetOf(call.command)?.fields.some(
        ({ name, required }) => required && !files[name]?.length && (call.options[name] ?? '').toString() === '',
      );
      return call.form === true || isMissing === true;
    },

    async open(interaction, call, files = {}) {
      const { tenant, triggerId } = interaction;
      const making = originOf(interaction, call).then((from) => bot.form(call, from));
      const form = await withTimeout(making, formWaitMs, clock);
      if (form === timedOut) return openLate(interaction, call, files, making);
      if (form) await show({ tenant, triggerId }, form, files, interaction);
      return form !== undefined;
    },

    async reshape(body) {
      const { tenant, user, view, values, actions } = readSubmission(body);
      const changedAt = Number(actions[0]?.action_ts ?? 0);
      lastChanges.set(view.id, changedAt);
      const before = readDraft(await ttlStore.get(`form/${view.private_metadata}`));
      if (!before) return;
      const chosen = { ...fillIn(before.call, before.fields, values, () => undefined), form: true };
      const form = await bot.form(chosen, await originOf({ ...before.origin, event: '', tenant, user }, chosen));
      if (!form) return;
      const next = withBlocks(bot.narrow(form).fields, before.fields, before.round + 1);
      const files = filesToKeep(before, next, values);
      try {
        await show({ tenant, view: { id: view.id, hash: view.hash } }, form, files, before.origin, before);
      } catch (error) {
        // Another change was drawn in between. The newest one wins.
        if (codeOf(error) !== 'hash_conflict') throw error;
        if (lastChanges.get(view.id) === changedAt)
          await show({ tenant, view: { id: view.id } }, form, files, before.origin, before);
      }
    },

    async submit(body) {
      const { tenant, user, view, values, response_urls, trigger_id: triggerId } = readSubmission(body);
      const [firstBlock = ''] = Object.keys(values);
      const draft = await draftInTime(view.private_metadata);
      if (!draft || !sheetOf(draft.call.command)) return { problems: { [firstBlock]: formSentences.tooOld } };
      const problems = problemsIn(values, draft.fields);
      if (Object.keys(problems).length) return { problems };
      const origin = draft.origin.channel
        ? draft.origin
        : { ...draft.origin, ...chosenDestination(values), responseUrl: response_urls[0]?.response_url };
      const interaction = { ...origin, event: `view:${view.id}`, tenant, user, triggerId };
      return { interaction, call: submittedCall(tenant, draft, values) };
    },
  };
}

/** Returns the draft's files, and those in inputs whose block changes: Slack forgets them with the block. */
function filesToKeep({ files, fields }: Draft, next: readonly FieldWithBlock[], values: ViewValues): FilesByOption {
  const all = { ...files };
  const isGone = ({ kind, block }: FieldWithBlock) => kind === 'pictures' && next.every((each) => each.block !== block);
  for (const field of fields.filter(isGone))
    all[field.name] = withoutRepeats([...(all[field.name] ?? []), ...filesIn(values, field)]);
  return all;
}

const withoutRepeats = (files: SlackFile[]) => [...new Map(files.map((file) => [file.id, file])).values()];

/** Returns the conversation that a person chose in a form from nowhere. None means the direct message. */
function chosenDestination(values: ViewValues) {
  const channel = values[destinationBlock]?.[destinationBlock]?.selected_conversation ?? '';
  return { channel, isDirect: isDirectMessage(channel) };
}
