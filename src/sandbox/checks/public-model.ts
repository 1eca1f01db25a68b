/** Explains why a `modelID` means no public model. */
import type { Catalogue } from '../../photogpt/models/catalogue.ts';
import { Problem } from '../http/problem.ts';

/** The form of trained models' ids, those of the sandbox included. */
const idLike = /^[0-9a-f]{8}-[0-9a-f]{4}-|^[\w-]{20,}$/i;

/**
 * Returns the problem that no model of this `kind` has the id: 404 when it looks like a trained model's, 400 otherwise.
 */
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
