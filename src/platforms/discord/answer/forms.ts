/**
 * Open forms. A form of more than five fields is several modals, and Discord does not let a modal follow a modal:
 * 1. `begin` stores the form and returns its first modal (`form:ID:1`).
 * 2. `submitted` takes a modal that came back. It returns the complete call, or the message that asks for the rest.
 * 3. `pressed` takes a press on that message: `next:ID:2` opens the next modal, `send:ID:2` completes the call.
 */
import { z } from 'zod';
import type { Json } from '../../../chat.ts';
import type { Bot } from '../../../commands/kit/bot.ts';
import { type Form, keptChoice, keptField } from '../../../commands/kit/sheet.ts';
import { maxChoices } from '../limits.ts';
import { remoteFile, remoteFileOf } from '../read/attachments.ts';
import type { ParsedCall } from '../read/call.ts';
import type { ModalSubmitInteraction } from '../read/interaction.ts';
import { renderAskForMore } from '../render/ask-for-more.ts';
import { type CallStore, callOptions } from '../render/custom-id.ts';
import { inSteps, type OfferedField, readModal, renderModal } from '../render/form.ts';
import { formTtlMs } from '../timings.ts';

const storedField = keptField.extend({
  value: z.union([z.string(), z.number(), z.boolean(), z.array(z.string())]).optional(),
  offers: z.array(keptChoice).optional(),
});

/** `hidden` is whether the form began with a message that only one person sees. */
const storedForm = z.object({
  title: z.string(),
  command: z.string(),
  options: callOptions,
  files: z.record(z.string(), z.array(remoteFile)),
  fields: z.array(storedField),
  hidden: z.boolean(),
});
type StoredForm = z.output<typeof storedForm>;

/** A complete call, and whether it began with a message that only one person sees. */
export type ReadyCall = { call: ParsedCall; isFromEphemeral: boolean };

/** Open forms. */
export type Forms = ReturnType<typeof createForms>;

const storeKey = (id: string) => `form:${id}`;
const stepsOf = ({ fields }: StoredForm) => inSteps(fields);

/** Returns the open forms. They are in the store, so that a restart does not forget them. */
export function createForms(ttlStore: CallStore) {
  const put = (id: string, form: StoredForm) =>
    ttlStore.put(storeKey(id), JSON.parse(JSON.stringify(form)) as Json, formTtlMs);
  const find = async (id: string) => storedForm.safeParse(await ttlStore.get(storeKey(id))).data;

  return {
    /** Returns the first modal of a form. `id` is the interaction's, so that a second delivery begins no second form. */
    async begin(id: string, form: Form, fields: OfferedField[], call: ParsedCall, isFromEphemeral: boolean) {
      const { command, options } = form.call;
      const stored = { title: form.title, command, options, files: call.files, fields, hidden: isFromEphemeral };
      await put(id, stored);
      return drawStep(id, stored, 1);
    },

    /** Takes a modal that came back. Returns undefined when its form is forgotten. */
    async submitted(
      interaction: ModalSubmitInteraction,
    ): Promise<{ ready: ReadyCall } | { askForMore: object } | undefined> {
      const [, id = '', at = ''] = /^form:(\d+):(\d+)$/.exec(interaction.data.custom_id) ?? [];
      const stored = await find(id);
      if (!stored) return undefined;
      const form = fillIn(stored, interaction.data);
      const step = Number(at) + 1;
      const steps = stepsOf(form);
      if (step > steps.length) return { ready: readyCallOf(form) };
      await put(id, form);
      const rest = steps.slice(step - 1).flat();
      return { askForMore: renderAskForMore({ id, step, rest, options: form.options, files: form.files }) };
    },

    /** Takes a press on a button between two modals. Returns undefined for other buttons. */
    async pressed(customId: string): Promise<{ ready: ReadyCall } | { modal: object } | 'forgotten' | undefined> {
      const [, action, id = '', at = ''] = /^(next|send):(\d+):(\d+)$/.exec(customId) ?? [];
      if (!action) return undefined;
      const form = await find(id);
      if (!form) return 'forgotten';
      return action === 'send' ? { ready: readyCallOf(form) } : { modal: drawStep(id, form, Number(at)) };
    },
  };
}

/** Draws one modal of a form, with what was filled in before. `step` counts from 1. */
function drawStep(id: string, form: StoredForm, step: number) {
  const steps = stepsOf(form);
  const fields = (steps[step - 1] ?? []).map((field) => ({
    ...field,
    value: form.options[field.name] ?? field.value,
  }));
  const held = new Set(Object.entries(form.files).flatMap(([name, files]) => (files.length > 0 ? [name] : [])));
  return renderModal(form.title, `form:${id}:${step}`, fields, { step, steps: steps.length, held });
}

/** Returns the form with the values and files of a modal that came back. */
function fillIn(form: StoredForm, { components, resolved }: ModalSubmitInteraction['data']): StoredForm {
  const submitted = components.flatMap((one) => [...(one.component ? [one.component] : []), ...(one.components ?? [])]);
  const { values, uploads, cleared } = readModal(submitted, form.fields);
  const remaining = Object.entries(form.options).filter(([name]) => !cleared.includes(name));
  const files = { ...form.files };
  for (const [name, ids] of Object.entries(uploads)) {
    const attachments = ids.flatMap((id) => resolved.attachments[id] ?? []);
    if (attachments.length > 0) files[name] = attachments.map(remoteFileOf);
  }
  return { ...form, options: { ...Object.fromEntries(remaining), ...values }, files };
}

const readyCallOf = ({ command, options, files, hidden }: StoredForm): ReadyCall => ({
  call: { command, options, files },
  isFromEphemeral: hidden,
});

/** Adds suggestions to the fields that have some. People type into a field whose list is too long. */
export async function withOffers(
  form: Form,
  suggest: (option: string) => ReturnType<Bot['suggest']>,
): Promise<OfferedField[]> {
  return Promise.all(
    form.fields.map(async (field) => {
      if (!field.suggests || field.kind === 'choice') return field;
      const offers = await suggest(field.name);
      // A full list may be only the beginning of a longer one.
      return offers.length < maxChoices ? { ...field, offers } : field;
    }),
  );
}
