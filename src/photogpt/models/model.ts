/** What the catalogue knows of a public model, as schemas: the built-in models and an operator's are held to the same. */
import { z } from 'zod';

/**
 * How a fact is known: stated in the API's documentation, seen there in an example only, guessed from what the upstream
 * vendor offers, or stated by the operator. Defaults that are guesses are never sent.
 */
const evidence = z.enum(['documented', 'seen', 'guess', 'operator']);
export type Evidence = z.infer<typeof evidence>;

const scalar = z.union([z.string(), z.number(), z.boolean()]);
/** The value of one option. */
export type Scalar = z.infer<typeof scalar>;

/**
 * One option under its chat-side name. `key` is the API's spelling; `at` says whether it stands at the top of the body or
 * inside `options.<group>`. `values` lists a choice's values, or an integer's where not all between `min` and `max` will do.
 */
export const option = z.strictObject({
  key: z.string().min(1),
  at: z.enum(['body', 'options']),
  kind: z.enum(['choice', 'integer', 'number', 'flag', 'text']),
  values: z.array(z.union([z.string(), z.number()])).optional(),
  min: z.number().optional(),
  max: z.number().optional(),
  default: scalar.optional(),
  evidence: z.strictObject({ key: evidence, range: evidence, default: evidence.optional() }),
});
export type Option = z.infer<typeof option>;

/** What using a reference in one role means for the rest of the request. */
const rule = z.union([
  z.strictObject({ role: z.string(), option: z.string(), mustBe: scalar, evidence }),
  z.strictObject({ role: z.string(), needs: z.string(), evidence }),
  z.strictObject({ role: z.string(), excludes: z.string(), evidence }),
]);

const common = {
  /** The API's `modelID`. */
  id: z.string().min(1),
  /** What people call it. */
  label: z.string().min(1),
  family: z.string().min(1),
  /** The key inside `options` under which this family's options stand; a model without options needs none. */
  group: z.string().min(1).optional(),
  options: z.record(z.string(), option),
  /** The most pictures or videos one request may ask for. */
  maxCount: z.int().min(1),
  /** Seconds one request usually takes: a first guess, until durations have been learned. */
  usualSeconds: z.number().positive(),
  /** Credits one picture or video is expected to cost; absent while unknown. */
  credits: z.number().nonnegative().optional(),
};
const known = { group: evidence, references: evidence, maxCount: evidence, usualSeconds: evidence };

/** `maxReferences` is the most `referenceImageURLs`. */
export const imageModel = z.strictObject({
  ...common,
  kind: z.literal('image'),
  maxReferences: z.int().min(0),
  evidence: z.strictObject({ ...known, credits: evidence.optional() }),
});
export type ImageModel = z.infer<typeof imageModel>;

/** `roles` is the most references per role; a role not in it is not taken. `required` roles must be there. */
export const videoModel = z.strictObject({
  ...common,
  kind: z.literal('video'),
  roles: z.record(z.string(), z.int().min(0)),
  required: z.array(z.string()),
  rules: z.array(rule),
  evidence: z.strictObject({ ...known, credits: evidence.optional() }),
});
export type VideoModel = z.infer<typeof videoModel>;

export const model = z.discriminatedUnion('kind', [imageModel, videoModel]);
export type Model = z.infer<typeof model>;
