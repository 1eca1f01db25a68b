/** Forms under way: what was typed and attached is kept between the modals of a form, and until it is sent. */
import { ButtonStyle, ComponentType as Kind } from 'discord.js';
import { z } from 'zod';
import type { Json } from '../../../chat.ts';
import type { Bot } from '../../../commands/kit/bot.ts';
import { type Form, keptChoice, keptField } from '../../../commands/kit/sheet.ts';
import { flags, limits } from '../limits.ts';
import { heldFile, heldOf } from '../read/attachments.ts';
import type { HeldCall } from '../read/call.ts';
import type { Interaction } from '../read/interaction.ts';
import { options, type TtlStore } from '../render/custom-id.ts';
import { literally, shortened } from '../render/escape.ts';
import { inSteps, type OfferedField, readModal, renderModal } from '../render/form.ts';

/** A form can be left open for so long. Files that Discord holds can be fetched for about as long. Milliseconds. */
const keptFor = 20 * 3_600_000;

const field = keptField.extend({
  value: z.union([z.string(), z.number(), z.boolean(), z.array(z.string())]).optional(),
  offers: z.array(keptChoice).optional(),
});
const draft = z.object({
  title: z.string(),
  command: z.string(),
  options,
  files: z.record(z.string(), z.array(heldFile)),
  fields: z.array(field),
  hidden: z.boolean(),
});
type Draft = z.output<typeof draft>;

/** A call that is complete, and whether it began with a message that only one person sees. */
export type Ready = { call: HeldCall; hidden: boolean };

const key = (id: string) => `form:${id}`;
const stepsOf = ({ fields }: Draft) => inSteps(fields);

export function createForms(ttlStore: TtlStore) {
  const keep = (id: string, given: Draft) => ttlStore.put(key(id), JSON.parse(JSON.stringify(given)) as Json, keptFor);
  const find = async (id: string) => draft.safeParse(await ttlStore.get(key(id))).data;

  function modal(id: string, given: Draft, step: number) {
    const steps = stepsOf(given);
    const now = (steps[step - 1] ?? []).map((one) => ({ ...one, value: given.options[one.name] ?? one.value }));
    const held = new Set(Object.entries(given.files).flatMap(([name, files]) => (files.length > 0 ? [name] : [])));
    return renderModal(given.title, `form:${id}:${step}`, now, { step, steps: steps.length, held });
  }

  return {
    /** The first modal of a form. `id` is the interaction's: a second delivery of it begins no second form. */
    async begin(id: string, form: Form, fields: OfferedField[], call: HeldCall, hidden: boolean) {
      const { command, options: known } = form.call;
      const given = { title: form.title, command, options: known, files: call.files, fields, hidden };
      await keep(id, given);
      return modal(id, given, 1);
    },

    /** A modal that came back: the call, or the message that asks for the rest. Undefined when it was forgotten. */
    async submitted(
      interaction: Extract<Interaction, { type: 5 }>,
    ): Promise<{ ready: Ready } | { ask: object } | undefined> {
      const [, id = '', at = ''] = /^form:(\d+):(\d+)$/.exec(interaction.data.custom_id) ?? [];
      const before = await find(id);
      if (!before) return undefined;
      const filled = interaction.data.components.flatMap(({ component, components }) => [
        ...(component ? [component] : []),
        ...(components ?? []),
      ]);
      const { values, uploads, cleared } = readModal(filled, before.fields);
      const left = Object.entries(before.options).filter(([name]) => !cleared.includes(name));
      const files = { ...before.files };
      for (const [name, ids] of Object.entries(uploads)) {
        const sent = ids.flatMap((one) => interaction.data.resolved.attachments[one] ?? []);
        if (sent.length > 0) files[name] = sent.map(heldOf);
      }
      const now: Draft = { ...before, options: { ...Object.fromEntries(left), ...values }, files };
      const step = Number(at) + 1;
      if (step > stepsOf(now).length) return { ready: readyOf(now) };
      await keep(id, now);
      return { ask: askForMore(id, now, step) };
    },

    /** A press on one of the buttons between two modals. Undefined for other buttons. */
    async pressed(customId: string): Promise<{ ready: Ready } | { modal: object } | 'forgotten' | undefined> {
      const [, what, id = '', at = ''] = /^(next|send):(\d+):(\d+)$/.exec(customId) ?? [];
      if (!what) return undefined;
      const given = await find(id);
      if (!given) return 'forgotten';
      return what === 'send' ? { ready: readyOf(given) } : { modal: modal(id, given, Number(at)) };
    },
  };
}

const readyOf = ({ command, options: known, files, hidden }: Draft): Ready => ({
  call: { command, options: known, files },
  hidden,
});

/** A modal cannot follow a modal, so a message with a button stands between them. */
function askForMore(id: string, given: Draft, step: number): object {
  const rest = stepsOf(given)
    .slice(step - 1)
    .flat();
  const isNeeded = rest.some(
    ({ required, name }) => required && given.options[name] === undefined && !given.files[name]?.length,
  );
  const typed = Object.entries(given.options).map(
    ([name, value]) => `**${literally(name)}** ${literally(shortened(String(value), 300))}`,
  );
  const attached = Object.entries(given.files).map(
    ([name, files]) => `**${literally(name)}** ${files.length} attached`,
  );
  const button = (label: string, style: ButtonStyle, customId: string) => ({
    type: Kind.Button,
    style,
    label,
    custom_id: customId,
  });
  const names = rest.map(({ name }) => name).join(', ');
  return {
    flags: flags.componentsV2 | flags.ephemeral,
    allowed_mentions: { parse: [] },
    components: [
      {
        type: Kind.Container,
        components: [
          {
            type: Kind.TextDisplay,
            content: shortened(['**Almost done.**', ...typed, ...attached].join('\n'), limits.text, limits.textBytes),
          },
          {
            type: Kind.ActionRow,
            components: [
              ...(isNeeded ? [] : [button('Send', ButtonStyle.Primary, `send:${id}:${step}`)]),
              button(shortened(`More: ${names}`, limits.buttonLabel), ButtonStyle.Secondary, `next:${id}:${step}`),
            ],
          },
        ],
      },
    ],
  };
}

/** Adds what may be chosen for the fields that make suggestions; a field whose list is too long is typed into. */
export async function withOffers(
  form: Form,
  suggest: (option: string) => ReturnType<Bot['suggest']>,
): Promise<OfferedField[]> {
  return Promise.all(
    form.fields.map(async (one) => {
      if (!one.suggests || one.kind === 'choice') return one;
      const offers = await suggest(one.name);
      // As many as can be shown means that there may be more.
      return offers.length < limits.choices ? { ...one, offers } : one;
    }),
  );
}
