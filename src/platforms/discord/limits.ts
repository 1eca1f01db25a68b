/** Discord's documented sizes (docs.discord.com/developers), read from here and nowhere else. */
export const limits = {
  customId: 100,
  buttonLabel: 80,
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

/** A request's documented size; a server with a higher limit for one file takes at least such a file. Bytes. */
export const requestBytes = 25 * 1024 * 1024;
/** What the parts around the files may need in it. */
export const requestOverhead = 64 * 1024;

/** What Discord grants every upload where an interaction did not say more: 20 MiB since September 2026. Bytes. */
export const leastUpload = 20 * 1024 * 1024;

/** Sizes that have been somebody's limit at some time: what to try next when one turned out to be too large. Bytes. */
export const uploadSteps = [100, 50, 25, 20, 10, 8].map((mebibytes) => mebibytes * 1024 * 1024);

/** An interaction's token answers for 15 minutes; a minute less, so that an upload under way still arrives. */
export const tokenLife = 14 * 60_000;

/** Messages' flags. */
export const flags = { ephemeral: 1 << 6, componentsV2: 1 << 15 } as const;
