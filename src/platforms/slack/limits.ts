/**
 * Limits of Slack: counts, lengths in characters, sizes and rates. Source: docs.slack.dev, blocks, views, methods and
 * rate limits.
 */

// Messages

/** Length of a message's plain text, which notifications and screen readers use. */
export const maxMessageTextLength = 4_000;

/** Length of one part of rich text. */
export const maxRichTextLength = 3_000;

/** Buttons in one block of actions. */
export const maxButtonsPerRow = 25;

/** Length of a button's label. */
export const maxButtonLabelLength = 75;

/** Length of a button's value. */
export const maxButtonValueLength = 2_000;

/** Length of the text that describes a picture. Slack takes 1,000 characters. */
export const maxAltTextLength = 1_000;

/** Media types that every client of Slack shows in place. Slack takes webp as a file, but its blocks do not draw it. */
export const inlineMediaTypes = ['image/png', 'image/jpeg', 'image/gif', 'video/mp4'];

/** Bytes of one file. Workspaces of all plans accept files that are far larger. */
export const maxUploadBytes = 1_000_000_000;

/** Bytes that the adapter reads of one attached file. A form takes 10 MB at most, and people post larger ones. */
export const maxDownloadBytes = 50_000_000;

// Views: forms and the app's own page

/** Blocks of one view. */
export const maxBlocksPerView = 100;

/** Length of a view's title, and of the labels of its two buttons. */
export const maxViewTitleLength = 24;

/** Length of a section's text. */
export const maxSectionLength = 3_000;

/** Length of a header. */
export const maxHeaderLength = 150;

/** Length of an input's label, and of its hint. */
export const maxInputLabelLength = 2_000;

/** Length of what a person types into an input. */
export const maxInputLength = 3_000;

/** Options of a select. */
export const maxOptionsPerSelect = 100;

/** Length of an option's text, and of its description. */
export const maxOptionTextLength = 75;

/** Length of an option's value. */
export const maxOptionValueLength = 150;

/** Files in one input. */
export const maxFilesPerInput = 10;

// The manifest

/** Slash commands of one app. */
export const maxSlashCommands = 50;

/** Length of a slash command, with its slash. */
export const maxCommandLength = 32;

/** Length of the description of a slash command that stands for several commands. */
export const maxCommandDescriptionLength = 200;

/** Length of a slash command's usage hint. */
export const maxUsageHintLength = 1_000;

/** Length of an app's name. */
export const maxAppNameLength = 35;

/** Length of a shortcut's description. */
export const maxShortcutDescriptionLength = 140;

/** Length of a shortcut's name. */
export const maxShortcutNameLength = 24;

/** Shortcuts on messages that one app may have. */
export const maxMessageShortcuts = 5;

// Rates

/** Calls a minute for one workspace, by method. Methods that are not listed are called rarely. */
export const callsPerMinute: Record<string, number> = {
  'chat.update': 50,
  'chat.delete': 50,
  'chat.postMessage': 200,
  'chat.postEphemeral': 100,
  'conversations.join': 50,
  'conversations.open': 50,
  'files.getUploadURLExternal': 100,
  'files.completeUploadExternal': 100,
  'files.info': 100,
  'files.delete': 50,
  'users.info': 100,
  'views.open': 100,
  'views.update': 100,
  'views.publish': 100,
};

/** Messages that one channel takes at once. After that it takes `channelMessagesPerSecond`. */
export const channelBurstMessages = 4;

/** Messages a second that one channel takes. */
export const channelMessagesPerSecond = 1;

/** Updates a minute that progress may use in one workspace. The rest of the 50 is for results. */
export const progressUpdatesPerMinute = 30;

/** File extensions of pictures that a form takes. Telephones send the last two. */
export const pictureExtensions = ['png', 'jpg', 'jpeg', 'gif', 'webp', 'heic', 'heif'];
