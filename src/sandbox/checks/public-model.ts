/** Tells which public model a `modelID` means, or why none. */
import type { Catalogue } from '../../photogpt/models/catalogue.ts';
import { Problem } from '../http/problem.ts';

/** Ids of trained models look like this, and so do the ones that the sandbox hands out. */
const idLike = /^[0-9a-f]{8}-[0-9a-f]{4}-|^[\w-]{20,}$/i;

/** Why no model of this `kind` has the id: 404 for what looks like somebody's model, 400 for anything else. */
export function noSuchModel(catalogue: Catalogue, kind: 'image' | 'video', id: string): Problem {
  const other = catalogue.models.find((model) => model.id === id);
  if (other) return new Problem(400, `${id} makes ${other.kind}s, not ${kind}s`, 'validation: modelID');
  if (idLike.test(id)) return new Problem(404, `There is no model ${id}`, 'model not found');
  const known = catalogue.models.filter((model) => model.kind === kind).map((model) => model.id);
  return new Problem(
    400,
    `modelID ${id} is not known; public ${kind} models are ${known.join(', ')}`,
    'validation: modelID',
  );
}
