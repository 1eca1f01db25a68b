/** Opens a command's form as a modal, keeps its draft, and reads it back when it is submitted. */
import { z } from 'zod';
import type { Attachment, IncomingCall } from '../../chat.ts';
import type { Clock } from '../../clock.ts';
import type { Bot } from '../../commands/bot.ts';
import type { Form } from '../../commands/sheet.ts';
import type { Answer } from './answer.ts';
import { callSchema, type Drafts } from './keep-calls.ts';
import { type Asked, files, type SlackFile } from './read-interaction.ts';
import { fillIn, problemsIn, readSubmission } from './read-view.ts';
import { noticeView, placeBlock, renderView } from './render-view.ts';
import type { Web } from './web.ts';

/** A form that was open for longer than this, in milliseconds, has to be opened again. */
const draftsLast = 4 * 3_600_000;
/** The trigger lives for three seconds; if the form takes longer than this, a page to wait on is opened first. */
const soon = 700;
/** Milliseconds for the draft of a submission, which Slack wants answered within three seconds. */
const patience = 2_000;

const opened = z.object({ view: z.object({ id: z.string() }) });
const anything = z.object({});
const draft = z.object({
  call: callSchema,
  held: z.record(z.string(), files),
  asked: z.object({
    channel: z.string(),
    thread: z.string().optional(),
    isDirect: z.boolean(),
    isHidden: z.boolean(),
    respond: z.string().optional(),
  }),
});

type Parts = {
  bot: Bot;
  web: Web;
  drafts: Drafts;
  clock: Clock;
  random: () => number;
  origin: Answer['origin'];
  attach(tenant: string, file: SlackFile): Attachment;
};

/** Pictures of a message, by the option they are for. They wait in the draft, because a form cannot hold them. */
export type Held = Record<string, SlackFile[]>;

/** What a submission comes to: problems at the fields, or a call to run. */
export type Submitted = { problems: Record<string, string> } | { asked: Asked; call: IncomingCall };

/** `isDue` is a fast look at a call; `open` shows its form, false when there is none; `submit` reads it back. */
export function createForms({ bot, web, drafts, clock, random, origin, attach }: Parts) {
  const key = () => Array.from({ length: 4 }, () => Math.floor(random() * 36 ** 6).toString(36)).join('');
  const sheetOf = (command: string) => bot.sheets.find(({ name }) => name === command);

  async function show(asked: Asked, form: Form, held: Held, viewId?: string): Promise<void> {
    const { channel, thread, isDirect, isHidden, respond } = asked;
    const draftKey = key();
    const kept = { call: form.call, held, asked: { channel, thread, isDirect, isHidden, respond } };
    const fields = form.fields.map((field) => {
      const waiting = held[field.name]?.map(({ id }) => id);
      return waiting ? { ...field, value: waiting } : field;
    });
    const view = renderView({ ...form, fields }, draftKey, channel === '');
    const shown = viewId
      ? web.call(asked.tenant, 'views.update', { view_id: viewId, view }, anything)
      : web.call(asked.tenant, 'views.open', { trigger_id: asked.trigger, view }, opened);
    // Together, because the trigger does not wait for the database.
    await Promise.all([shown, drafts.put(`form/${draftKey}`, JSON.parse(JSON.stringify(kept)), draftsLast)]);
  }

  return {
    isDue(call: IncomingCall): boolean {
      const lacks = sheetOf(call.command)?.fields.some(
        ({ name, required }) => required && (call.options[name] ?? '').toString() === '',
      );
      return call.form === true || lacks === true;
    },

    async open(asked: Asked, call: IncomingCall, held: Held = {}): Promise<boolean> {
      const { tenant, trigger } = asked;
      const asking = origin(asked, call).then((from) => bot.form(call, from));
      const over = new AbortController();
      const form = await Promise.race([asking, clock.sleep(soon, over.signal).then(() => 'late' as const)]);
      over.abort();
      if (form === undefined) return false;
      if (form !== 'late') {
        await show(asked, form, held);
        return true;
      }
      const waiting = noticeView(`/${call.command}`, 'One moment…');
      const { view } = await web.call(tenant, 'views.open', { trigger_id: trigger, view: waiting }, opened);
      const late = await asking;
      if (late) await show(asked, late, held, view.id);
      else {
        const done = noticeView(`/${call.command}`, 'Nothing has to be filled in: it is on its way.');
        await web.call(tenant, 'views.update', { view_id: view.id, view: done }, anything);
      }
      return late !== undefined;
    },

    async submit(body: unknown): Promise<Submitted> {
      const { team, enterprise, user, view, response_urls, trigger_id: trigger } = readSubmission(body);
      const tenant = view.app_installed_team_id ?? team?.id ?? enterprise?.id ?? '';
      const { values } = view.state;
      const [block = ''] = Object.keys(values);
      const kept = await within(clock, drafts.get(`form/${view.private_metadata}`));
      const found = draft.safeParse(kept).data;
      const sheet = found && sheetOf(found.call.command);
      if (!found || !sheet) return { problems: { [block]: 'This form is too old. Please open it again.' } };
      const problems = problemsIn(values, sheet.fields);
      if (Object.keys(problems).length) return { problems };
      const call = fillIn(found.call, sheet.fields, values, (file) => attach(tenant, file));
      for (const [name, list] of Object.entries(found.held)) {
        const added = call.options[name];
        const pictures = list.map((file) => attach(tenant, file));
        call.options[name] = [...pictures, ...(Array.isArray(added) ? added : [])];
      }
      const where = found.asked.channel
        ? found.asked
        : { ...found.asked, ...chosenPlace(values), respond: response_urls[0]?.response_url };
      const who = { id: user.id, name: user.name ?? user.id };
      return { asked: { ...where, event: `view:${view.id}`, tenant, user: who, trigger }, call };
    },
  };
}

/** What the promise gives, or undefined if that takes too long or fails. */
async function within<T>(clock: Clock, promise: Promise<T>): Promise<T | undefined> {
  const over = new AbortController();
  const waiting = clock.sleep(patience, over.signal).then(() => undefined);
  return Promise.race([promise.catch(() => undefined), waiting]).finally(() => over.abort());
}

/** Where the result of a form that was opened from nowhere goes; nowhere chosen means the direct message. */
function chosenPlace(values: Record<string, Record<string, { selected_conversation?: string | null }>>) {
  const channel = values[placeBlock]?.[placeBlock]?.selected_conversation ?? '';
  return { channel, isDirect: channel.startsWith('D') };
}
