/** Puts a result in the place of the message that acknowledged its call, or takes that message away. */
import type { MessageRef, Origin, Receipt } from '../../../chat.ts';
import type { Clock } from '../../../concurrency/clock.ts';
import type { Log } from '../../../log.ts';
import { hasLiveToken, isPublic, readReplyContext } from '../read/reply-context.ts';
import { meaningOf } from '../rest/discord-error.ts';
import { withdrawnText } from '../sentences.ts';
import type { MessagePart } from './choose-files.ts';
import type { MessageEditor } from './edit-message.ts';
import type { Attempt, Fallbacks } from './fallbacks.ts';

/** Name of the note that an earlier attempt may have left the result in a message that cannot be read back. */
const triedInPlace = 'triedInPlace';

/** Returns whether an earlier attempt may have shown the result in an ephemeral message. */
export const mayBeShown = ({ notes }: Receipt) => Boolean(notes[triedInPlace]);

type Parts = { fallbacks: Fallbacks; editor: MessageEditor; clock: Clock; log: Log };

/** Returns the two functions. */
export function createReplacements({ fallbacks, editor, clock, log }: Parts) {
  const { editMessage, deleteMessages } = editor;

  /**
   * Takes a public message away. It is edited before it is deleted: a follow-up to a call that still shows "thinking"
   * would appear in its place, and as publicly ("Create Followup Message" in Discord's documentation).
   */
  async function withdrawMessage(ref: MessageRef, attempt: Attempt, signal: AbortSignal): Promise<void> {
    const part: MessagePart = {
      message: { text: withdrawnText, tone: 'plain' },
      uploads: () => [],
      largest: 0,
      links: [],
    };
    const edited = await fallbacks.withPlainFallback(part, attempt, (body, uploads) =>
      editMessage(ref, body, uploads, signal),
    );
    if (!edited) return;
    await deleteMessages(edited, [edited.id], signal).catch((err: unknown) =>
      log.debug({ err }, 'deleting a public message failed'),
    );
  }

  /** Notes the attempt before it edits an ephemeral message: Discord does not tell afterwards whether it was edited. */
  async function noteTry(ref: MessageRef, receipt: Receipt): Promise<void> {
    const context = readReplyContext(ref.data);
    const isReadable = !context?.hidden || !hasLiveToken(context, clock.now());
    if (isReadable || mayBeShown(receipt)) return;
    await receipt.note({ [triedInPlace]: true });
  }

  /** Deletes a message of the bot that may hold the result of an earlier attempt, which had no time to note it. */
  async function deleteLeftover(ref: MessageRef, signal: AbortSignal): Promise<void> {
    if (!readReplyContext(ref.data)?.bot) return;
    await deleteMessages(ref, [ref.id], signal).catch((error: unknown) => {
      if (meaningOf(error) !== 'gone') throw error;
    });
  }

  /**
   * Edits the acknowledging message into the result. Returns undefined when a new message has to take its place: there is
   * none, it is gone or out of reach, it is public and the result is private, or it cannot lose its components.
   */
  async function replaceMessage(
    to: Origin,
    part: MessagePart,
    receipt: Receipt,
    signal: AbortSignal,
  ): Promise<MessageRef | undefined> {
    const ref = receipt.replaces;
    if (!ref) return undefined;
    if (isPublic(ref) && (part.message.private || to.private)) {
      await withdrawMessage(ref, receipt, signal).catch((err: unknown) =>
        log.debug({ err }, 'withdrawing a public message failed'),
      );
      return undefined;
    }
    await noteTry(ref, receipt);
    try {
      return await fallbacks.withPlainFallback(part, receipt, (body, uploads) =>
        editMessage(ref, body, uploads, signal),
      );
    } catch (error) {
      // Discord refused the plain message as well: a message that has components cannot lose them.
      if (meaningOf(error) !== 'components') throw error;
      await deleteLeftover(ref, signal);
      return undefined;
    }
  }

  return { replaceMessage, withdrawMessage };
}
