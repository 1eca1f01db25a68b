/**
 * Discord's documented limits of size (docs.discord.com/developers). The adapter reads them from here and nowhere else.
 * Lengths count UTF-16 code units. Times are in `timings.ts`.
 */

/** Characters of the id of a button, a field or a modal. */
export const maxCustomIdLength = 100;
/** Characters of a button's label. */
export const maxButtonLabelLength = 80;
/** Characters of the address that a link button opens. */
export const maxButtonUrlLength = 512;
/** Buttons of one action row. */
export const maxButtonsPerRow = 5;
/** Action rows of a message. Ours: five leave room for texts and the gallery among the 40 components of a message. */
export const maxButtonRows = 5;
/** Characters of a picture's description for screen readers. */
export const maxAltTextLength = 1024;
/** Files of a message, and items of a media gallery. */
export const maxFilesPerMessage = 10;
/** Characters over all text displays of a message. */
export const maxTextLength = 4000;
/** Bytes over all text displays. Near 10 kB Discord answers 500 instead of naming a limit, so this stays well below. */
export const maxTextBytes = 8000;
/** Characters of a message without components. */
export const maxContentLength = 2000;
/** Characters of a command's name. */
export const maxCommandNameLength = 32;
/** Characters of a command's, an option's or a field's description. */
export const maxDescriptionLength = 100;
/** Choices of an option, suggestions of an autocomplete, and options of a select menu. */
export const maxChoices = 25;
/** Characters of a choice's name, and of a select option's label or description. */
export const maxChoiceNameLength = 100;
/** Characters of a string option's value. */
export const maxStringOptionLength = 6000;
/** Options of a command or a subcommand. */
export const maxOptionsPerCommand = 25;
/** Characters of a modal's title. */
export const maxModalTitleLength = 45;
/** Labels of a modal. Each label holds one field. */
export const maxFieldsPerModal = 5;
/** Characters of a text input's value. */
export const maxTextInputLength = 4000;
/** Characters of a label in a modal. */
export const maxLabelLength = 45;
/** Options of a radio group. */
export const maxRadioOptions = 10;
/** Files of one file upload in a modal. */
export const maxFilesPerUpload = 10;
/** Characters of a thread's name. */
export const maxThreadNameLength = 100;

/** File types that people can attach as a picture: Discord's group, and the types of iPhones, which are not in it. */
export const pictureTypes = ['image', '.heic', '.heif'];

/** Bytes of a request. A server with a higher limit for one file takes a request with at least such a file. */
export const maxRequestBytes = 25 * 1024 * 1024;
/** Bytes of a request that the parts around the files may need. */
export const requestOverheadBytes = 64 * 1024;

const mebibytes = (count: number) => count * 1024 * 1024;

/** Bytes of a file that Discord takes everywhere: 20 MiB since September 2026. */
export const defaultUploadBytes = mebibytes(20);
/** Bytes of a file by the server's boost tier (`premium_tier`). Lower tiers have the default. */
export const uploadBytesOfTier: Readonly<Record<number, number>> = { 2: mebibytes(50), 3: mebibytes(100) };
/** Bytes of a file by the name of a guild feature. A server's members pay for those. */
export const uploadBytesOfFeature: Readonly<Record<string, number>> = {
  MAX_FILE_SIZE_50_MB: mebibytes(50),
  MAX_FILE_SIZE_100_MB: mebibytes(100),
};

/** Bytes that have been a limit of Discord's at some time. After a refusal, the next lower one is tried. */
export const uploadStepsBytes = [100, 50, 25, 20, 10, 8].map(mebibytes);
/** Bytes below which size cannot be the reason of a refusal. Half of a larger file may still be taken. */
export const minUploadStepBytes = 32 * 1024;

/** Follow-ups to one interaction where only a person has installed the application (error 40094). */
export const maxFollowUpsOfUserInstall = 5;
