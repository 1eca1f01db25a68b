/** The catalogue of public models: the built-in ones with an operator's corrections, and ways to find one. */
import { readFile } from 'node:fs/promises';
import { imageModels } from './image-models.ts';
import type { ImageModel, Model, VideoModel } from './model.ts';
import { nearest } from './nearest.ts';
import { withOperatorModels } from './operator-models.ts';
import { videoModels } from './video-models.ts';

export type Catalogue = {
  models: readonly Model[];
  /** The image model with this id. */
  image(id: string): ImageModel | undefined;
  /** The video model with this id. */
  video(id: string): VideoModel | undefined;
  /** The model with this id, or, as people type it, with this label: case, spaces, dashes and dots do not count. */
  find(typed: string): Model | undefined;
  /** Models of a kind for what somebody has typed so far, the best first; the nearest spellings where none contains it. */
  suggest(kind: Model['kind'], typed: string): Model[];
};

const plain = (typed: string) => typed.toLowerCase().replace(/[\s._-]+/g, '');

/**
 * The catalogue. `extra` is an operator's `{ "models": [ … ] }`: each entry adds a model or corrects the one with its id.
 * Throws one Error that lists everything wrong with `extra`, each with its path.
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
      byId.get(typed) ?? models.find(({ id, label }) => [plain(id), plain(label)].includes(plain(typed))),
    suggest: (kind, typed) => {
      const wanted = plain(typed);
      const ofKind = models.filter((model) => model.kind === kind);
      const places = ofKind.map((model) => ({ model, at: plain(`${model.id} ${model.label}`).indexOf(wanted) }));
      const fitting = places.filter(({ at }) => at >= 0).sort((a, b) => a.at - b.at);
      if (fitting.length > 0) return fitting.map(({ model }) => model);
      return nearest(wanted, ofKind, ({ id }) => plain(id));
    },
  };
}

/** The catalogue with the operator's file at `path`. Throws an Error that names the file and everything wrong in it. */
export async function loadCatalogue(path: string): Promise<Catalogue> {
  try {
    return createCatalogue(JSON.parse(await readFile(path, 'utf8')));
  } catch (error) {
    throw new Error(`The catalogue file ${path} cannot be used: ${error instanceof Error ? error.message : error}`);
  }
}
