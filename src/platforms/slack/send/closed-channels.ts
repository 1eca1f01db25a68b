/**
 * Which of Slack's error codes mean that a channel or a workspace takes nothing of the bot, before anything is spent.
 */
import { closedChannelSentences, noUploadSentences } from '../sentences.ts';

/** Sentences by Slack's error code, for a message that could not be posted. */
const closedByCode: Record<string, string> = {
  channel_not_found: closedChannelSentences.notInConversation,
  not_in_channel: closedChannelSentences.notInChannel,
  is_archived: closedChannelSentences.archived,
  channel_is_archived: closedChannelSentences.archived,
  restricted_action: closedChannelSentences.forbidden,
  restricted_action_read_only_channel: closedChannelSentences.forbidden,
  restricted_action_thread_locked: closedChannelSentences.forbidden,
  restricted_action_thread_only_channel: closedChannelSentences.forbidden,
  restricted_action_non_threadable_channel: closedChannelSentences.forbidden,
  no_permission: closedChannelSentences.forbidden,
  posting_to_channel_denied: closedChannelSentences.forbidden,
  ekm_access_denied: closedChannelSentences.forbidden,
};

/** Sentences by Slack's error code, for a file that could not be announced. */
const noUploadsByCode: Record<string, string> = {
  file_uploads_disabled: noUploadSentences.disabled,
  storage_limit_reached: noUploadSentences.storageFull,
};

/** Codes after which the thread takes no message. Its channel may still take one. */
const threadGoneCodes = new Set([
  'thread_not_found',
  'message_not_found',
  'cannot_reply_to_message',
  'restricted_action_thread_locked',
]);

/** Returns the sentence about a closed channel. Undefined if the code means something else. */
export const whyClosed = (code = ''): string | undefined => closedByCode[code];

/** Returns whether the thread is gone or locked, while its channel may still take a message. */
export const isThreadGone = (code = ''): boolean => threadGoneCodes.has(code);

/** Returns the sentence about a workspace that takes no files. Undefined if the code means something else. */
export const whyNoFiles = (code = ''): string | undefined => noUploadsByCode[code];
