/** Starts a call: opens its form if something is missing, and else runs it. Each event starts one call. */
import type { Attachment, Call, IncomingCall, Message, TtlStore } from '../../../chat.ts';
import type { Bot } from '../../../commands/kit/bot.ts';
import type { Log } from '../../../log.ts';
import type { Interaction } from '../read/interaction.ts';
import { isPicture, type SlackFile } from '../read/slack-file.ts';
import type { SayEphemeral } from '../send/ephemeral.ts';
import { buttonLabels, callSentences } from '../sentences.ts';
import { eventClaimMs } from '../timings.ts';
import { codeOf } from '../web/slack-error.ts';
import type { Answer } from './answer.ts';
import type { Forms } from './forms.ts';
import type { FilesByOption } from './open-form.ts';

type Parts = {
  answer: Answer;
  forms: Forms;
  sayEphemeral: SayEphemeral;
  claimEvent: ClaimEvent;
  attach(tenant: string, file: SlackFile): Attachment;
  log: Log;
};

/** Returns whether this is the first report of an event, in any process. Never rejects. */
export type ClaimEvent = (event: string) => Promise<boolean>;

/** Returns the function that claims events. If the store does not answer, the bot itself refuses a second job. */
export const createClaimEvent =
  (ttlStore: TtlStore): ClaimEvent =>
  (event) =>
    ttlStore.claim(`event/${event}`, eventClaimMs).catch(() => true);

/** Starts a call. `files` are the pictures of a message, by the option that they are for. */
export type StartCall = (interaction: Interaction, call: IncomingCall, files?: FilesByOption) => Promise<void>;

/** Returns the function that starts calls. It rejects if the person could not be told that something is missing. */
export function createStartCall({ answer, forms, sayEphemeral, claimEvent, attach, log }: Parts): StartCall {
  /** Opens the form. Returns false if the call needs none. */
  async function openForm(interaction: Interaction, call: IncomingCall, files: FilesByOption): Promise<boolean> {
    try {
      return await forms.open(interaction, call, files);
    } catch (error) {
      // The form is open already, and Slack reports the event a second time.
      if (codeOf(error) === 'exchanged_trigger_id') return true;
      log.warn({ err: error, command: call.command }, 'opening a form failed');
      if (await claimEvent(interaction.event)) await sayEphemeral(interaction, formTooLate(call));
      return true;
    }
  }

  return async function startCall(interaction, call, files = {}) {
    const { event, tenant, triggerId } = interaction;
    const isFormDue = forms.isDue(call, files);
    // A form needs no claim: a second one finds its trigger used up.
    if (isFormDue && triggerId && (await openForm(interaction, call, files))) return;
    if (!(await claimEvent(event))) return;
    // Words in a thread have no trigger. Only a button can open their form.
    if (isFormDue && !triggerId && Object.keys(files).length === 0) return sayEphemeral(interaction, needsMore(call));
    const options = { ...call.options };
    for (const [name, list] of Object.entries(files)) options[name] = list.map((file) => attach(tenant, file));
    await answer({ ...interaction, call: { ...call, options } });
  };
}

/** Returns the pictures of a message for an option: as many as the option takes. */
export function picturesFor(bot: Bot, command: string, option: string, files: readonly SlackFile[]): FilesByOption {
  const fields = bot.sheets.find(({ name }) => name === command)?.fields;
  const maxPictures = fields?.find(({ name }) => name === option)?.max ?? 1;
  return { [option]: files.filter(isPicture).slice(0, maxPictures) };
}

const formTooLate = (call: IncomingCall): Message => ({
  text: callSentences.formTooLate,
  tone: 'bad',
  buttons: [{ label: buttonLabels.openForm, call: { ...withoutFiles(call), form: true }, style: 'primary' }],
});

const needsMore = (call: IncomingCall): Message => ({
  text: callSentences.needsMore(call.command),
  tone: 'plain',
  private: true,
  buttons: [{ label: buttonLabels.fillIn, call: { ...withoutFiles(call), form: true }, style: 'primary' }],
});

/** Returns a call that fits on a button, which cannot hold files. */
function withoutFiles({ command, options }: IncomingCall): Call {
  const plain = Object.entries(options).flatMap(([name, value]) =>
    typeof value !== 'object' || (Array.isArray(value) && value.every((item) => typeof item === 'string'))
      ? [[name, value] as const]
      : [],
  );
  return { command, options: Object.fromEntries(plain) as Call['options'] };
}
