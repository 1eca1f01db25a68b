/** Places that take nothing of ours, as sentences for whoever asked: said before anything is spent. */

const invite = 'Invite me (`/invite`), or have it sent to you directly.';
const archived = 'This channel is archived, so nothing can be posted here. Nothing was spent.';
const forbidden =
  'This channel’s settings do not let me post here. Nothing was spent. You can have it sent to you directly.';

/** By Slack's code, when a message was to be posted. */
const unpostable: Record<string, string> = {
  channel_not_found: `I am not in this conversation, so I could not post the result here. Nothing was spent. ${invite}`,
  not_in_channel: `I am not in this channel, so I could not post the result here. Nothing was spent. ${invite}`,
  is_archived: archived,
  channel_is_archived: archived,
  restricted_action: forbidden,
  restricted_action_read_only_channel: forbidden,
  restricted_action_thread_locked: forbidden,
  restricted_action_thread_only_channel: forbidden,
  restricted_action_non_threadable_channel: forbidden,
  no_permission: forbidden,
  posting_to_channel_denied: forbidden,
  ekm_access_denied: forbidden,
};

/** What is said where nothing can be posted; undefined when that is not what the code means. */
export const whyClosed = (code = ''): string | undefined => unpostable[code];

/** What is said where the bot may talk, but not become a member, which files need. */
export const unjoinable = `I may not join this channel by myself, so I cannot post here. Nothing was spent. ${invite}`;

/** The thread is gone or takes nothing more; its channel may. */
export const isThreadGone = (code = '') =>
  ['thread_not_found', 'message_not_found', 'cannot_reply_to_message', 'restricted_action_thread_locked'].includes(
    code,
  );

/** By Slack's code, when a file was to be announced. */
const filesRefused: Record<string, string> = {
  file_uploads_disabled:
    'This workspace forbids uploads, so I could not post what I make. Nothing was spent. Ask its administrators to allow files from apps.',
  storage_limit_reached:
    'This workspace’s storage is full, so I could not post what I make. Nothing was spent. Older files have to be deleted first.',
};
export const whyNoFiles = (code = ''): string | undefined => filesRefused[code];
