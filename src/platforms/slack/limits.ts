/** How much Slack takes, as numbers. Sources: docs.slack.dev, reference of blocks, views, methods and rate limits. */

/** Counts and lengths in characters of everything that is drawn. */
export const drawn = {
  messageText: 4_000,
  richText: 3_000,
  section: 3_000,
  header: 150,
  buttonsInRow: 25,
  buttonLabel: 75,
  buttonValue: 2_000,
  title: 24,
  viewBlocks: 100,
  inputLabel: 2_000,
  input: 3_000,
  options: 100,
  optionText: 75,
  optionValue: 150,
  placeholder: 150,
  altText: 1_000,
  filesInForm: 10,
} as const;

/** What `/command` entries and shortcuts of a manifest may be. */
export const manifested = {
  commands: 50,
  commandDescription: 200,
  name: 35,
  description: 140,
  command: 32,
  usage: 1_000,
  shortcutName: 24,
  shortcuts: 5,
} as const;

/** Pictures that every Slack client shows in place. Slack takes webp as a file, but its blocks do not draw it. */
export const shownTypes = ['image/png', 'image/jpeg', 'image/gif', 'video/mp4'];

/** Bytes of one file: the size from which workspaces of all plans accept uploads without complaints is far higher. */
export const uploadLimit = 1_000_000_000;

/** Calls a minute, by method and workspace; methods that are not listed are asked for rarely. */
export const perMinute: Record<string, number> = {
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

/** Of the fifty updates a minute that a workspace allows, progress takes no more than this: results need the rest. */
export const progressPerMinute = 30;
