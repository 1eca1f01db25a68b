/** Reads a submitted form: the values of its fields, the problems with them, and the call that it makes. */
import { z } from 'zod';
import type { Attachment, Call, IncomingCall, Value } from '../../../chat.ts';
import type { FieldWithBlock } from '../render/view.ts';
import { fieldProblems } from '../sentences.ts';
import { type SlackFile, slackFiles } from './slack-file.ts';

const inputState = z.object({
  type: z.string(),
  value: z.string().nullish(),
  selected_option: z.object({ value: z.string() }).nullish(),
  selected_options: z.array(z.object({ value: z.string() })).nullish(),
  selected_conversation: z.string().nullish(),
  files: slackFiles.nullish(),
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
    state: z.object({ values: z.record(z.string(), z.record(z.string(), inputState)) }),
  }),
});

/** The states of a form's inputs, by the id of the block and the id of the action. */
export type ViewValues = z.output<typeof submission>['view']['state']['values'];

/** Reads a form that a person sent, or changed in a field that others follow. Throws if Slack sent something else. */
export function readSubmission(body: unknown) {
  const { team, enterprise, user, view, ...rest } = submission.parse(body);
  const tenant = view.app_installed_team_id ?? team?.id ?? enterprise?.id ?? '';
  return { ...rest, tenant, user: { id: user.id, name: user.name ?? user.id }, view, values: view.state.values };
}

/** Returns the problems by the id of the block, for Slack to show below the fields. Empty if there are none. */
export function problemsIn(values: ViewValues, fields: readonly FieldWithBlock[]): Record<string, string> {
  const found = fields.flatMap((field) => {
    const given = stateOf(values, field)?.value;
    if (given === undefined || given === null || given === '') return [];
    const problem = problemOf(given, field);
    return problem ? [[field.block, problem]] : [];
  });
  return Object.fromEntries(found);
}

function problemOf(given: string, field: FieldWithBlock): string | undefined {
  const { kind, min = Number.NEGATIVE_INFINITY, max = Number.POSITIVE_INFINITY } = field;
  if (kind === 'text') return [...given].length > max ? fieldProblems.tooLong(max) : undefined;
  if (kind !== 'integer' && kind !== 'number') return undefined;
  const number = Number(given);
  if (!Number.isFinite(number) || (kind === 'integer' && !Number.isInteger(number))) return fieldProblems.notANumber;
  return number < min || number > max ? fieldProblems.outOfRange(min, max) : undefined;
}

/**
 * Returns the draft's call with the form's values put over its options. An empty field removes its option. Files are
 * added to the pictures that the call has already. `attach` makes a file readable, or returns undefined to leave it
 * out.
 */
export function fillIn(
  call: Call,
  fields: readonly FieldWithBlock[],
  values: ViewValues,
  attach: (file: SlackFile) => Attachment | undefined,
): { command: string; options: IncomingCall['options'] } {
  const options: IncomingCall['options'] = { ...call.options };
  for (const field of fields) {
    const state = stateOf(values, field);
    if (!state) continue;
    const { name, kind } = field;
    const value = kind === 'pictures' ? withFiles(call.options[name], state.files ?? [], attach) : givenValue(state);
    if (value === undefined || value === '') delete options[name];
    else options[name] = value;
  }
  return { command: call.command, options };
}

type InputState = z.output<typeof inputState>;

const givenValue = (state: InputState): string | undefined =>
  state.value ?? state.selected_option?.value ?? state.selected_options?.[0]?.value;

/** Returns the option with the files added to its pictures. Returns it as it was if there are neither. */
function withFiles(
  option: Value | undefined,
  files: readonly SlackFile[],
  attach: (file: SlackFile) => Attachment | undefined,
): IncomingCall['options'][string] | undefined {
  const added = files.flatMap((file) => attach(file) ?? []);
  const all = [...(Array.isArray(option) ? option : []), ...added];
  return all.length ? all : option;
}

const stateOf = (values: ViewValues, { block }: FieldWithBlock) => Object.values(values[block] ?? {})[0];

/** Returns the files in an input. They are gone for good when its block goes. */
export const filesIn = (values: ViewValues, field: FieldWithBlock): SlackFile[] => stateOf(values, field)?.files ?? [];
