/** Routes for trained models: make, change, list, read, delete, and the pictures of one. */
import { z } from 'zod';
import { read } from '../checks/read.ts';
import type { Parts, Routes } from '../http/call.ts';
import { Problem } from '../http/problem.ts';
import type { Model, Picture } from '../jobs/state.ts';
import { own } from './own.ts';
import { pageOf } from './pages.ts';

const text = (name: string) => z.string(`${name} must be text`).max(1000, `${name} is too long`).optional();

/** The fields of a model. `userID` is in the documented schema and has no effect. */
const fields = {
  id: text('id'),
  userID: text('userID'),
  name: text('name'),
  age: z.number('age must be a number').optional(),
  gender: z.enum(['Male', 'Female'], 'gender must be Male or Female').optional(),
  ethnicity: text('ethnicity'),
  eyeColor: text('eyeColor'),
};

/** The pictures of a model by `imageType`. */
const filters: Record<string, (picture: Picture) => boolean> = {
  all: () => true,
  input: ({ type }) => type === 'modelInput',
  auxiliaryType: ({ type }) => type === 'auxiliaryType',
  output: ({ type }) => type !== 'modelInput' && type !== 'auxiliaryType',
};

type ModelRoutes = Pick<Routes, 'listModels' | 'saveModel' | 'getModel' | 'deleteModel' | 'listModelImages'>;

/** Returns the routes. */
export function modelRoutes(parts: Parts): ModelRoutes {
  const { state, guesses, records } = parts;
  const shape = parts.strict ? z.strictObject(fields) : z.object(fields);
  const ownModels = (key: string) => [...state.models.values()].filter(({ owner }) => owner === key);

  return {
    listModels({ account, now }) {
      const shown = ownModels(account.key).filter(({ deleted }) => guesses.listsDeletedModels || !deleted);
      return { body: { result: shown.map((model) => records.model(model, now)) } };
    },
    saveModel(call) {
      const { id, userID: _, ...given } = read(shape, call.body ?? {});
      const known = id ? own.model(parts, call, id) : undefined;
      if (!known && ownModels(call.account.key).length >= guesses.modelsPerKey) {
        throw new Problem(400, `There are ${guesses.modelsPerKey} models already`, 'models: limit reached');
      }
      const fresh = { id: parts.token(), owner: call.account.key, createdAt: call.now, deleted: false };
      const changes = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
      const model: Model = { ...(known ?? fresh), ...changes, updatedAt: call.now };
      state.models.set(model.id, model);
      return { body: { result: records.model(model, call.now) } };
    },
    getModel(call) {
      return { body: { result: records.model(own.model(parts, call, call.id, true), call.now) } };
    },
    deleteModel(call) {
      const model = own.model(parts, call, call.id);
      model.deleted = true;
      model.updatedAt = call.now;
      for (const { id, modelID, type } of state.pictures.values()) {
        if (modelID === model.id && (type === 'modelInput' || type === 'auxiliaryType')) state.removePicture(id);
      }
      return { body: { result: guesses.deletedResult } };
    },
    listModelImages(call) {
      const model = own.model(parts, call, call.id);
      const filter = filters[call.query.imageType ?? 'all'];
      if (!filter) {
        const allowed = Object.keys(filters).join(', ');
        throw new Problem(400, `imageType must be one of ${allowed}`, 'validation: imageType');
      }
      const shown = [...state.pictures.values()]
        .filter((picture) => picture.modelID === model.id && picture.visibleAt <= call.now && filter(picture))
        .reverse()
        .map((picture) => records.picture(picture, call.now));
      return { body: pageOf(shown, call.query, guesses) };
    },
  };
}
