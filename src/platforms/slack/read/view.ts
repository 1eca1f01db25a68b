/** A submitted form: what was filled in, what is wrong with it, and the call it makes. */
import { z } from 'zod';
import type { Attachment, Call, IncomingCall } from '../../../chat.ts';
import type { FieldWithBlock } from '../render/view.ts';
import { fieldProblems } from '../sentences.ts';
import { files, type SlackFile } from './interaction.ts';

const state = z.object({
  type: z.string(),
  value: z.string().nullish(),
  selected_option: z.object({ value: z.string() }).nullish(),
  selected_options: z.array(z.object({ value: z.string() })).nullish(),
  selected_conversation: z.string().nullish(),
  files: files.nullish(),
});

const submission = z.object({
  team: z.object({ id: z.string() }).nullish(),
  enterprise: z.object({ id: z.string() }).nullish(),
  user: z.object({ id: z.string(), name: z.string().optional() }),
  trigger_id: z.string().optional(),
  actions: z.array(z.object({ action_ts: z.string().optional() })).default([]),
  response_urls: z.array(z.object({ response_url: z.url() })).default([]),
  view: z.object({
    id: z.string(),
    hash: z.string().optional(),
    private_metadata: z.string(),
    app_installed_team_id: z.string().nullish(),
    state: z.object({ values: z.record(z.string(), z.record(z.string(), state)) }),
  }),
});

/** A form that was sent, or one in which something was chosen that other fields follow. */
export const readSubmission = (body: unknown) => {
  const { team, enterprise, user, view, ...rest } = submission.parse(body);
  const tenant = view.app_installed_team_id ?? team?.id ?? enterprise?.id ?? '';
  return { ...rest, tenant, user: { id: user.id, name: user.name ?? user.id }, view, values: view.state.values };
};

type Values = z.output<typeof submission>['view']['state']['values'];

/** What is wrong, by block: shown at the fields. Empty when nothing is. */
export function problemsIn(values: Values, fields: readonly FieldWithBlock[]): Record<string, string> {
  const found = fields.flatMap((field) => {
    const given = entry(values, field)?.value;
    if (given === undefined || given === null || given === '') return [];
    const problem = problemOf(given, field);
    return problem ? [[field.block, problem]] : [];
  });
  return Object.fromEntries(found);
}

function problemOf(
  given: string,
  { kind, min = Number.NEGATIVE_INFINITY, max = Number.POSITIVE_INFINITY }: FieldWithBlock,
) {
  if (kind === 'text') return [...given].length > max ? fieldProblems.tooLong(max) : undefined;
  if (kind !== 'integer' && kind !== 'number') return undefined;
  const number = Number(given);
  if (!Number.isFinite(number) || (kind === 'integer' && !Number.isInteger(number))) return fieldProblems.notANumber;
  return number < min || number > max ? fieldProblems.outOfRange(min, max) : undefined;
}

/**
 * The options of the draft's call with what the form says put over them. A field that was emptied is left out. Files are
 * added to the pictures that were there already; `attach` makes them readable, or leaves them out.
 */
export function fillIn(
  call: Call,
  fields: readonly FieldWithBlock[],
  values: Values,
  attach: (file: SlackFile) => Attachment | undefined,
): { command: string; options: IncomingCall['options'] } {
  const options: IncomingCall['options'] = { ...call.options };
  for (const field of fields) {
    const found = entry(values, field);
    if (!found) continue;
    if (field.kind === 'pictures') {
      const before = call.options[field.name];
      const added = (found.files ?? []).flatMap((file) => attach(file) ?? []);
      const all = [...(Array.isArray(before) ? before : []), ...added];
      if (all.length) options[field.name] = all;
      continue;
    }
    const given = found.value ?? found.selected_option?.value ?? found.selected_options?.[0]?.value;
    if (given === undefined || given === '') delete options[field.name];
    else options[field.name] = given;
  }
  return { command: call.command, options };
}

const entry = (values: Values, { block }: FieldWithBlock) => Object.values(values[block] ?? {})[0];

/** The files in an input, which are gone with its block. */
export const filesIn = (values: Values, field: FieldWithBlock): SlackFile[] => entry(values, field)?.files ?? [];
