/** The catalogue of public models: the built-in ones with an operator's corrections, and ways to find a model. */
import { readFile } from 'node:fs/promises';
import { imageModels } from './image-models.ts';
import type { ImageModel, Model, VideoModel } from './model.ts';
import { nearest } from './nearest.ts';
import { withOperatorModels } from './operator-models.ts';
import { videoModels } from './video-models.ts';

/** The public models, and ways to find one. */
export type Catalogue = {
  models: readonly Model[];
  /** Returns the image model with this id. */
  image(id: string): ImageModel | undefined;
  /** Returns the video model with this id. */
  video(id: string): VideoModel | undefined;
  /** Returns the model with this id or label, as people type it. Case, spaces, dashes and dots do not count. */
  find(typed: string): Model | undefined;
  /**
   * Returns models of a kind for the start of a word, the best first. They contain it. When no model does, they are
   * those with the nearest spellings.
   */
  suggest(kind: Model['kind'], typed: string): Model[];
};

/** Returns a word without the differences that do not count. */
const folded = (typed: string) => typed.toLowerCase().replace(/[\s._-]+/g, '');

/**
 * Returns the catalogue. `extra` is an operator's `{ "models": [ … ] }`. Each entry adds a model or corrects the one
 * with its id. Throws one Error that lists everything wrong with `extra`, each with its path.
 */
export function createCatalogue(extra?: unknown): Catalogue {
  const builtIn: Model[] = [...imageModels, ...videoModels];
  const models = extra === undefined ? builtIn : withOperatorModels(builtIn, extra);
  const byId = new Map(models.map((model) => [model.id, model]));
  return {
    models,
    image: (id) => {
      const model = byId.get(id);
      return model?.kind === 'image' ? model : undefined;
    },
    video: (id) => {
      const model = byId.get(id);
      return model?.kind === 'video' ? model : undefined;
    },
    find: (typed) =>
      byId.get(typed) ?? models.find(({ id, label }) => [folded(id), folded(label)].includes(folded(typed))),
    suggest: (kind, typed) => {
      const wanted = folded(typed);
      const ofKind = models.filter((model) => model.kind === kind);
      const positions = ofKind.map((model) => ({ model, at: folded(`${model.id} ${model.label}`).indexOf(wanted) }));
      const containing = positions.filter(({ at }) => at >= 0).sort((a, b) => a.at - b.at);
      if (containing.length > 0) return containing.map(({ model }) => model);
      return nearest(wanted, ofKind, ({ id }) => folded(id));
    },
  };
}

/**
 * Returns the catalogue with the operator's file at `path`. Throws an Error that names the file and everything wrong in
 * it.
 */
export async function loadCatalogue(path: string): Promise<Catalogue> {
  try {
    return createCatalogue(JSON.parse(await readFile(path, 'utf8')));
  } catch (error) {
    throw new Error(`The catalogue file ${path} cannot be used: ${error instanceof Error ? error.message : error}`);
  }
}
