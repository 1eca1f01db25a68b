/**
 * All sentences and labels of Slack's adapter that people read.
 *
 * People in chat read most of them. The operator reads `startProblems`, `setupProblems` and `manifestProblems`.
 * Sentences about commands and jobs come from the bot itself, in `errors/` and `commands/`.
 */

/** Sentences of the placeholder: the message that acknowledges a call until its answer is there. */
export const placeholderSentences = {
  /** True for ever. A process may die before it can change it. */
  askedFor: (command: string) => `Asked for \`/${command}\`.`,
  answeredInPrivate: 'This was answered to the person who asked.',
  answered: 'This was answered.',
  interrupted: 'Something kept me from answering this. Please ask again.',
  answeredInDirectMessages: 'You find it in our direct messages.',
};

/** Labels of buttons that the adapter adds to messages. */
export const buttonLabels = {
  sendDirectly: 'Send it to me directly',
  shareInChannel: 'Share here, in the channel',
  openForm: 'Open it',
  fillIn: 'Fill it in',
  makePicture: 'Make a picture of it',
  /** The text of a link, not of a button. */
  openLink: 'Open it',
};

/** Sentences that answer a call which cannot run as it is. */
export const callSentences = {
  needsMore: (command: string) => `\`/${command}\` needs more than that. Nothing was spent.`,
  severalCommands: (command: string) => `\`/${command}\` is several commands. Choose one, or type it:`,
  noPicture: 'There is no picture in that message.',
  buttonTooOld: 'That button is too old. Please type the command again.',
  formTooLate: 'The form did not open in time.',
};

/** Sentences and labels of forms, which are Slack's modal views. */
export const formSentences = {
  oneMoment: 'One moment…',
  notMade: 'This form could not be made. Please close it and ask once more.',
  notNeeded: 'Nothing has to be filled in: it is on its way.',
  tooOld: 'This form is too old. Please open it again.',
  cancel: 'Cancel',
  close: 'Close',
  yes: 'Yes',
  destination: 'Where to',
  destinationHint: 'Nothing chosen: to you, as a direct message',
  picturesAlreadyThere: (count: number, field: string) =>
    `${count === 1 ? 'One picture is' : `${count} pictures are`} already there as ${field}.`,
};

/** Problems that stand below the field of a form. */
export const fieldProblems = {
  tooLong: (maxLength: number) => `At most ${maxLength} characters.`,
  notANumber: 'This has to be a number.',
  outOfRange: (min: number, max: number) => `From ${min} to ${max}.`,
};

/** Headings of the app's own page, which Slack calls App Home. */
export const homeTitles = {
  make: 'Make something',
  jobs: 'Your jobs',
  gallery: 'Your gallery',
  models: 'Your models',
  budget: 'Your budget',
  settings: 'Settings of this workspace',
};

/** Sentences about a file that a person attached. */
export const fileSentences = {
  noAddress: 'Slack does not say where the file is.',
  notReadable: 'Slack does not let the bot read this file.',
  tooLarge: 'The file is too large.',
};

/** Sentences of messages that carry a result, or stand for one. */
export const deliverySentences = {
  /** Stays alone for ever if the process dies before the words follow. It is true then as well. */
  news: 'News of what you asked for:',
  done: 'Done: the result has a message of its own.',
  notPosted: (reason: string) => `The result is ready, but it could not be posted here. ${reason}`,
  maybeSaid: 'It may have been said already.',
  privateInPublic: 'What is private is not shown where others read it.',
  fileGone: (name: string) => `The file ${name} is not there any more.`,
  hiddenInThread: (text: string) => `${text} **Hidden: open the thread to see it.**`,
  markedAsSpoiler: (text: string) => `${text} It was marked as a spoiler.`,
  by: (name: string) => `for ${name}`,
};

const invite = 'Invite me (`/invite`), or have it sent to you directly.';

/** Sentences for a person who asked in a channel that takes no message of the bot. */
export const closedChannelSentences = {
  notInConversation: `I am not in this conversation, so I could not post the result here. Nothing was spent. ${invite}`,
  notInChannel: `I am not in this channel, so I could not post the result here. Nothing was spent. ${invite}`,
  archived: 'This channel is archived, so nothing can be posted here. Nothing was spent.',
  forbidden:
    'This channel’s settings do not let me post here. Nothing was spent. You can have it sent to you directly.',
  mayNotJoin: `I may not join this channel by myself, so I cannot post here. Nothing was spent. ${invite}`,
};

/** Sentences for a person who asked in a workspace that takes no files. */
export const noUploadSentences = {
  disabled:
    'This workspace forbids uploads, so I could not post what I make. Nothing was spent. Ask its administrators to allow files from apps.',
  storageFull:
    'This workspace’s storage is full, so I could not post what I make. Nothing was spent. Older files have to be deleted first.',
};

/** Reasons why a message cannot be posted in its place, by Slack's error code. Another try there is useless. */
export const undeliverableReasons: Record<string, string> = {
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

/** Sentence about a workspace without an installation of the app. Another try there is useless. */
export const notInstalled = 'The bot is not installed in this workspace.';

/** Reasons for the operator why the bot could not connect, by Slack's error code. */
export const startProblems: Record<string, string> = {
  invalid_auth: 'Slack does not know one of the tokens: check SLACK_BOT_TOKEN and SLACK_APP_TOKEN.',
  not_authed: 'Slack was given no token: set SLACK_BOT_TOKEN.',
  token_revoked: 'The token was revoked: install the app again and set SLACK_BOT_TOKEN anew.',
  account_inactive: 'The app was removed from the workspace: install it again.',
  not_allowed_token_type: 'SLACK_APP_TOKEN has to be an app-level token, which starts with xapp-.',
  missing_scope: 'SLACK_APP_TOKEN lacks the scope connections:write.',
};

/** Problems for the operator with what the adapter was given. */
export const setupProblems = {
  unreachable: 'Slack could not be reached.',
  noToken: 'Slack needs SLACK_BOT_TOKEN, or the credentials of an app to install.',
  noTransport: 'Slack needs SLACK_APP_TOKEN for Socket Mode, or SLACK_SIGNING_SECRET for HTTP.',
  wrongTokenKey: 'The key for Slack’s tokens has to be 32 bytes in base64 (`openssl rand -base64 32`).',
};

/** Problems for the operator with the options of `npm run slack:manifest`. */
export const manifestProblems = {
  wrongPrefix: 'A prefix is lower-case letters and digits, and a hyphen.',
  wrongAddress: '--http and --oauth take the bot’s public address, which begins with https://.',
};

/** Sentences of the app's manifest, which Slack shows on the app's pages and in its menus. */
export const manifestSentences = {
  description: 'Pictures and videos from words, in the channel you ask in',
  createShortcut: 'Create',
  createShortcutDescription: 'Make pictures from words',
  messageShortcutDescription: (label: string) => `${label}: the pictures of this message`,
};
