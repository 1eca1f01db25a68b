/** Assembles trained models: their rows, PhotoGPT's side of them, and the access of commands. */
import type { Origin, PlatformFacts, PlatformName } from '../chat.ts';
import type { Log } from '../log.ts';
import type { PhotoGPT } from '../photogpt/client.ts';
import { createIdentities } from './identities.ts';
import type { IdentityStore } from './identities-store.ts';
import { createRemoteModel, type RemoteModelParts } from './remote-model.ts';

/** The parts of the bot that trained models need. */
export type AssembleIdentitiesParts = {
  store: IdentityStore;
  api: PhotoGPT;
  /** Returns how mentions and ids look on a platform. */
  factsOf(platform: PlatformName): PlatformFacts;
  /** Digest of the API key, which rows carry in its place. */
  key: string;
  media: Pick<RemoteModelParts, 'bytesOf' | 'forget'>;
  /** Whether a person may use a kept picture as a photo. */
  mayUsePicture(id: string, origin: Origin): Promise<boolean>;
  /** Seconds that a training usually takes. */
  usualTraining(): number;
  random: () => number;
  log: Log;
};

/** The parts of trained models in one process. */
export type AssembledIdentities = ReturnType<typeof assembleIdentities>;

/** Returns the parts. `access` is what commands use. */
export function assembleIdentities(parts: AssembleIdentitiesParts) {
  const { store, api, key, media, random, log } = parts;
  const remoteModel = createRemoteModel({ api, store, bytesOf: media.bytesOf, forget: media.forget, log });
  const access = createIdentities({
    api,
    store,
    remoteModel,
    factsOf: parts.factsOf,
    key,
    forget: media.forget,
    mayUsePicture: parts.mayUsePicture,
    usualTraining: parts.usualTraining,
    random,
  });
  return { access, store, remoteModel };
}
