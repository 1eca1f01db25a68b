/** What an error of Slack's client means: its code, and whether the call can have had its effect all the same. */
import { WebAPIPlatformError, WebAPIRateLimitedError } from '@slack/web-api';
import { UndeliverableError } from '../../../errors/catalogue.ts';

/** Codes that say that trying again in this place is useless, as a sentence for the operator's log. */
const refusals: Record<string, string> = {
  account_inactive: 'The bot was removed from this workspace.',
  app_uninstalled: 'The bot was removed from this workspace.',
  cannot_dm_bot: 'Bots cannot be sent direct messages.',
  channel_is_archived: 'The channel is archived.',
  channel_not_found: 'The channel does not exist, or the bot is not in it.',
  cannot_reply_to_message: 'The thread takes no replies.',
  ekm_access_denied: 'The workspace’s administrators have suspended posting.',
  external_channel_migrating: 'The channel is being moved to another workspace.',
  file_uploads_disabled: 'The workspace forbids uploads.',
  file_upload_size_restricted: 'The workspace forbids files of this size.',
  is_archived: 'The channel is archived.',
  messages_tab_disabled: 'The app’s messages tab is switched off, so that it cannot write to people.',
  missing_scope: 'The app lacks a scope: install it again with the manifest of this version.',
  no_permission: 'The bot may not post here.',
  not_in_channel: 'The bot is not in the channel.',
  posting_to_channel_denied: 'Posting to this channel is forbidden.',
  restricted_action: 'The workspace’s settings forbid posting here.',
  restricted_action_non_threadable_channel: 'Only threads are allowed in this channel.',
  restricted_action_read_only_channel: 'The channel is read-only.',
  restricted_action_thread_locked: 'The thread is locked.',
  restricted_action_thread_only_channel: 'Only threads are allowed in this channel.',
  slack_connect_file_upload_sharing_blocked: 'Files may not be shared into this Slack Connect channel.',
  slack_connect_blocked_file_type: 'Files of this type may not be shared into this Slack Connect channel.',
  storage_limit_reached: 'The workspace’s storage is full.',
  team_access_not_granted: 'The app is not allowed in this workspace.',
  thread_not_found: 'The thread does not exist any more.',
  token_revoked: 'The bot was removed from this workspace.',
  user_disabled: 'The account is disabled.',
  user_not_found: 'The person is not in this workspace.',
  user_not_visible: 'The person cannot be written to.',
};

/** Slack's own code, such as `not_in_channel`; undefined if it is not Slack that said no. */
export function codeOf(error: unknown): string | undefined {
  return error instanceof WebAPIPlatformError ? String(error.data.error) : undefined;
}

/** Slack said no, or not now: nothing happened. After anything else, such as a timeout or a 503, it may have. */
export function isUndone(error: unknown): boolean {
  return (
    error instanceof WebAPIRateLimitedError || (codeOf(error) !== undefined && !unsureCodes.has(codeOf(error) ?? ''))
  );
}

/** Answers in Slack's own form that nevertheless say nothing about the effect. */
const unsureCodes = new Set(['internal_error', 'fatal_error', 'service_unavailable', 'request_timeout']);

/** The same error, or `Refused` with a sentence when another try here is useless. */
export function refusedOr(error: unknown): unknown {
  const sentence = refusals[codeOf(error) ?? ''];
  return sentence ? new UndeliverableError(sentence) : error;
}
