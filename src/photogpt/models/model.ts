/** Schemas of the catalogue's models. The built-in models and an operator's have to fit the same ones. */
import { z } from 'zod';

const evidence = z.enum(['documented', 'seen', 'guess', 'operator']);
/**
 * The source of a fact. The API's documentation states it (`documented`), or has it in an example only (`seen`).
 * Otherwise, the upstream vendor's offer suggests it (`guess`), or the operator stated it. The client never sends
 * defaults that are guesses.
 */
export type Evidence = z.infer<typeof evidence>;

const scalar = z.union([z.string(), z.number(), z.boolean()]);
/** The value of one option. */
export type Scalar = z.infer<typeof scalar>;

/** The schema of `Option`. */
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
/**
 * One option under its chat-side name. `key` is the API's spelling. `at` tells its place: at the top of the body, or
 * inside `options.<group>`. `values` lists a choice's values, or an integer's when not all between `min` and `max` will
 * do.
 */
export type Option = z.infer<typeof option>;

/** A demand that a reference in one role makes on the rest of the request. */
const rule = z.union([
  z.strictObject({ role: z.string(), option: z.string(), mustBe: scalar, evidence }),
  z.strictObject({ role: z.string(), needs: z.string(), evidence }),
  z.strictObject({ role: z.string(), excludes: z.string(), evidence }),
]);

const common = {
  /** The API's `modelID`. */
  id: z.string().min(1),
  /** The name for people. */
  label: z.string().min(1),
  family: z.string().min(1),
  /** The key of this family's options inside `options`. A model without options needs none. */
  group: z.string().min(1).optional(),
  options: z.record(z.string(), option),
  /** Largest number of pictures or videos that one request may ask for. */
  maxCount: z.int().min(1),
  /** Seconds that a request usually takes: a first guess, until the bot has learned durations. */
  usualSeconds: z.number().positive(),
  /** Credits that one picture or video is expected to cost. Absent while unknown. */
  credits: z.number().nonnegative().optional(),
};
const known = { group: evidence, references: evidence, maxCount: evidence, usualSeconds: evidence };

/** The schema of `ImageModel`. */
export const imageModel = z.strictObject({
  ...common,
  kind: z.literal('image'),
  maxReferences: z.int().min(0),
  evidence: z.strictObject({ ...known, credits: evidence.optional() }),
});
/** A model for images. `maxReferences` is the largest number of `referenceImageURLs`. */
export type ImageModel = z.infer<typeof imageModel>;

/** The schema of `VideoModel`. */
export const videoModel = z.strictObject({
  ...common,
  kind: z.literal('video'),
  roles: z.record(z.string(), z.int().min(0)),
  required: z.array(z.string()),
  rules: z.array(rule),
  evidence: z.strictObject({ ...known, credits: evidence.optional() }),
});
/**
 * A model for videos. `roles` is the largest number of references by role. The model takes no other roles. A request
 * must have the `required` roles.
 */
export type VideoModel = z.infer<typeof videoModel>;

/** The schema of `Model`. */
export const model = z.discriminatedUnion('kind', [imageModel, videoModel]);
/** A model of either kind. */
export type Model = z.infer<typeof model>;
