/** Discord's documented sizes (docs.discord.com/developers), read from here and nowhere else. */
export const limits = {
  customId: 100,
  buttonLabel: 80,
  buttonUrl: 512,
  buttonsInRow: 5,
  /** Rows that leave room for the texts and the gallery among the 40 components of a message. */
  rows: 5,
  alt: 1024,
  filesInMessage: 10,
  /** Characters over all text displays of a message. */
  text: 4000,
  /** Bytes of the same: near 10 kB Discord answers 500 instead of naming a limit, so this stays well below. */
  textBytes: 8000,
  /** Characters of a message without components. */
  content: 2000,
  commandName: 32,
  description: 100,
  choices: 25,
  choiceName: 100,
  optionLength: 6000,
  options: 25,
  modalTitle: 45,
  modalFields: 5,
  modalText: 4000,
  label: 45,
  radioOptions: 10,
  modalFiles: 10,
  placeholder: 100,
  threadName: 100,
} as const;

/** What can be attached as a picture: Discord's group, and what iPhones make, which is not in it. */
export const pictureTypes = ['image', '.heic', '.heif'];

/** A request's documented size; a server with a higher limit for one file takes at least such a file. Bytes. */
export const requestBytes = 25 * 1024 * 1024;
/** What the parts around the files may need in it. */
export const requestOverhead = 64 * 1024;

const mebibytes = (count: number) => count * 1024 * 1024;

/** What Discord grants every upload: 20 MiB since September 2026. Bytes. */
export const leastUpload = mebibytes(20);
/** What a server's members have paid for, by its boost tier and by what Discord calls its features. Bytes. */
export const uploadOfTier: Readonly<Record<number, number>> = { 2: mebibytes(50), 3: mebibytes(100) };
export const uploadOfFeature: Readonly<Record<string, number>> = {
  MAX_FILE_SIZE_50_MB: mebibytes(50),
  MAX_FILE_SIZE_100_MB: mebibytes(100),
};

/** Sizes that have been somebody's limit at some time: what to try next when one turned out to be too large. Bytes. */
export const uploadSteps = [100, 50, 25, 20, 10, 8].map(mebibytes);
/** A file smaller than this is not refused for its size; half of a larger one may still be taken. Bytes. */
export const smallestStep = 32 * 1024;

/** An interaction's token answers for 15 minutes; a minute less, so that an upload under way still arrives. */
export const tokenLife = 14 * 60_000;

/** Follow-ups to one interaction where the application is installed for a person only (error 40094). */
export const followUpsOfGuest = 5;

/** Messages' flags. */
export const flags = { ephemeral: 1 << 6, componentsV2: 1 << 15 } as const;
